"""Compute instances: what Azure knows."""
