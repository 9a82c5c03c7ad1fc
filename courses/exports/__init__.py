"""What training hands out as files."""
