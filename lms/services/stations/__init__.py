"""Stations and the lists that belong to them."""
