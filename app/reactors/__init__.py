"""Reactors turn events into commands for other streams, and do nothing else."""
