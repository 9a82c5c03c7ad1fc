"""Forms of the showcase's screens, one module per screen group."""
