"""What people type and upload in training, checked before a service sees it."""
