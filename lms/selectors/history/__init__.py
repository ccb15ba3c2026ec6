"""Changes of content and the bin."""
