"""Serializers of requests and answers, by area."""
