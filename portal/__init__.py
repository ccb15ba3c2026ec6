"""The project: settings, URLs, health and what all apps share."""
