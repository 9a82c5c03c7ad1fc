"""Reads of the outreach pages, one screen each; only what is public."""
