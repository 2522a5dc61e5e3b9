"""An installation on a cluster of Citus: every tenant lives on one node, whole. Decision 0038."""
