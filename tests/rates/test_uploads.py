"""What is stored of an upload, and when."""

import asyncio
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from app.attachments.queue import PictureQueue
from app.rates.limits import (
    HOUSEHOLD_BYTES,
    HOUSEHOLD_PHOTOS,
    KEY_BYTES,
    KEY_PHOTOS,
    STAFF_BYTES,
    STAFF_PHOTOS,
    TENANT_PHOTOS,
    UPLOADS,
    Limit,
    at_most_half,
    tenant_bytes,
)
from tests.api.expecting import problem
from tests.rates.house import House
from tests.rates.test_requests import use_up


def photo(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 12), colour).save(out, "PNG")
    return out.getvalue()


async def upload(
    house: House,
    who: str = "zhang",
    *,
    data: bytes | None = None,
    stage: str = "report",
    key: str = "",
) -> httpx.Response:
    files = {"file": ("p.png", photo() if data is None else data, "image/png")}
    headers = {"Idempotency-Key": key} if key else {}
    form = {"files": files, "data": {"stage": stage}, "headers": headers}
    return await house.call(who, "POST", "/v1/attachments", **form)


def objects(directory: Path) -> list[Path]:
    return [each for each in (directory / "attachments").rglob("*") if each.is_file()]


IN_ALL = tenant_bytes(1)
QUOTAS = [
    (HOUSEHOLD_PHOTOS, ("household", "h-1")),
    (at_most_half(HOUSEHOLD_BYTES, IN_ALL), ("household", "h-1")),
    (TENANT_PHOTOS, ()),
    (IN_ALL, ()),
]


@pytest.mark.parametrize(("quota", "who"), QUOTAS, ids=lambda each: getattr(each, "name", ""))
async def test_beyond_a_quota_nothing_is_stored(
    house: House, tmp_path: Path, quota: Limit, who: tuple[str, ...]
) -> None:
    used = (str(house.tenant_id), *who)
    await house.services.limiter.take(quota, *used, cost=quota.amount)
    refused = await upload(house)
    found = problem(refused, 429, "upload_quota_reached")
    expected = {"limit": quota.name, "amount": quota.amount, "seconds": quota.seconds}
    assert found["details"] == expected
    assert int(refused.headers["retry-after"]) > 80_000
    assert objects(tmp_path) == []
    others = (await upload(house, "li")).status_code
    assert others == (201 if who else 429), "a household's quota is its own"
    await house.services.limiter.give_back(quota, *used, cost=quota.amount)
    assert (await upload(house)).status_code == 201, "what was refused took nothing"


@pytest.mark.parametrize("role", ["csr", "owner", "integration"])
async def test_nobody_uses_up_the_quota_of_the_tenant(house: House, role: str) -> None:
    """Staff, owners without a household and API keys have one of their own."""
    for subject in ("first", "second"):
        house.tokens[subject] = house.services.tokens.issue(
            subject=subject, tenant_id=house.tenant_id, role=role, lifetime=timedelta(hours=1)
        )
    photos, volume = {
        "csr": (STAFF_PHOTOS, STAFF_BYTES),
        "owner": (HOUSEHOLD_PHOTOS, HOUSEHOLD_BYTES),
        "integration": (KEY_PHOTOS, KEY_BYTES),
    }[role]
    who = (str(house.tenant_id), "subject", "first")
    for own, in_all in ((photos, TENANT_PHOTOS), (at_most_half(volume, IN_ALL), IN_ALL)):
        assert own.amount <= in_all.amount // 2
        await use_up(house, own, *who)
        refused = await upload(house, "first")
        assert problem(refused, 429, "upload_quota_reached")["details"]["limit"] == own.name
        assert (await upload(house, "second")).status_code == 201
        await house.services.limiter.give_back(own, *who, cost=own.amount)
    assert (await upload(house, "first")).status_code == 201


async def test_every_picture_that_is_decoded_is_counted(house: House) -> None:
    """A repeat too: that it is one is known only from the decoded picture."""
    who = (str(house.tenant_id), "household", "h-1")
    await use_up(house, UPLOADS.owner, *who, but=3)
    key = str(uuid4())
    first = await upload(house, key=key)
    for _ in range(2):
        assert (await upload(house, key=key)).content == first.content
    refused = await upload(house, key=key)
    assert problem(refused, 429, "too_many_requests")["details"]["limit"] == "uploads"
    assert UPLOADS.owner is not None
    await house.services.limiter.give_back(UPLOADS.owner, *who, cost=UPLOADS.owner.amount)
    again = await upload(house, key=key)
    assert again.content == first.content, "later it gets its answer"


async def test_a_refused_upload_leaves_no_object(house: House, tmp_path: Path) -> None:
    key = str(uuid4())
    first = await upload(house, key=key)
    assert first.status_code == 201, first.text
    assert len(objects(tmp_path)) == 1
    problem(await upload(house, data=photo("red"), key=key), 422, "idempotency_key_reused")
    problem(await upload(house, data=b"no picture", key=key), 422, "unsupported_image")
    problem(await upload(house, data=photo("red"), stage="nowhere"), 422, "not_one_of")
    assert len(objects(tmp_path)) == 1
    again = await upload(house, key=key)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"


async def test_a_repeat_does_not_use_up_the_quota(house: House) -> None:
    key = str(uuid4())
    used = (str(house.tenant_id), "household", "h-1")
    await house.services.limiter.take(HOUSEHOLD_PHOTOS, *used, cost=HOUSEHOLD_PHOTOS.amount - 1)
    for _ in range(3):
        assert (await upload(house, key=key)).status_code == 201
    problem(await upload(house), 429, "upload_quota_reached")


async def test_an_upload_that_cannot_wait_is_told_when_to_come_back(
    house: House,
) -> None:
    queue = PictureQueue(at_once=1, per_tenant=0)
    house.app.state.services = replace(house.services, pictures=queue)
    busy = Event()
    holding = asyncio.create_task(queue.run(house.tenant_id, "li", busy.wait, 60))
    await asyncio.sleep(0)
    refused = await upload(house)
    problem(refused, 503, "overloaded")
    assert int(refused.headers["retry-after"]) >= 1
    busy.set()
    await holding
    assert (await upload(house)).status_code == 201
