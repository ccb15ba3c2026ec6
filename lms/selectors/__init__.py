"""Queries of the learning domain, by area."""
