"""What comes into the showcase as a file: recommendation lists of the authorities."""
