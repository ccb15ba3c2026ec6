"""Pages of the portal itself for everybody, outside of the admin and of the client."""
