"""What people type in training, by screen group."""
