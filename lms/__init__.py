"""The learning domain: stations, courses, people and their progress."""
