"""Management commands of the media library."""
