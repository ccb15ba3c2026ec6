"""Management commands of the learning domain."""
