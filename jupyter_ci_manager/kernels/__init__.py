"""Conda environments and kernels: what this machine knows."""
