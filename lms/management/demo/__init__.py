"""The demo content and the code that stores it."""
