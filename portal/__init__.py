"""The project: settings, URLs, health and what all apps share."""

# The only place of the version: pyproject.toml and the API's description read it.
__version__ = "1.0.0"
