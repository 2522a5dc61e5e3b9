-- Counters of rate limits. Not logged: a crash starts every window again. Of no tenant: keys are
-- hashes. Room in each page, so that counting needs no new index entry.
create unlogged table rate_window (
    key     text        collate "C" primary key,
    hits    bigint      not null,
    ends_at timestamptz not null
) with (fillfactor = 70);
