"""Management commands of background jobs."""
