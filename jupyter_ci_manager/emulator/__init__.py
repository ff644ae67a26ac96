"""A stand-in for Azure Resource Manager, for compute instances.

A program of its own, started with ``python -m jupyter_ci_manager.emulator`` and reached over HTTP
as Azure is. It imports nothing else of the product, and nothing else imports it.
"""
