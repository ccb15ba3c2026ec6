"""Programs with lessons, topics and files, and the catalogue of courses."""
