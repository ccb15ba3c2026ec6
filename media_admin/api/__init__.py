"""HTTP endpoints of the media library."""
