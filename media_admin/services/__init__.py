"""Commands and decisions of the media library."""
