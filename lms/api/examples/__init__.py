"""Examples of requests and responses in the API contract."""
