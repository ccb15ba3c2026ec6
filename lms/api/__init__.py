"""The API of the employees' client."""
