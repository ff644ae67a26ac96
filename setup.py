"""For tools that still look for a setup.py; everything stands in pyproject.toml."""

__import__("setuptools").setup()
