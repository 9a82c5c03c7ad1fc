"""Sitting an examination, seen from the browser."""
