"""Commands and rules of the learning domain, by area."""
