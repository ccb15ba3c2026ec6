"""The media library: uploads, storage and delivery of files."""
