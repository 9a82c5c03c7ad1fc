"""Figures that a run reports in its summary: a test adds one, tests/conftest.py prints them."""

FIGURES: dict[str, str] = {}
