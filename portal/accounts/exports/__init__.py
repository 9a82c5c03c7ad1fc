"""Files made from accounts: a copy of one's own data, lists of organisations and people."""
