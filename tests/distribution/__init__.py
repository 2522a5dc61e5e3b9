"""Installations on a cluster, as far as one server can show it: ops/citus tries the rest."""
