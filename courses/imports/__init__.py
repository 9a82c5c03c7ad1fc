"""What offices send in for training, read with every fault and its place."""
