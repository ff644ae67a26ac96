"""The Jupyter server face: thin REST handlers, events, OpenAPI."""
