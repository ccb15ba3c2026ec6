"""Tests: questions, attempts, statistics."""
