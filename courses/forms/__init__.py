"""Forms of training: what people type, checked and made plain for the services."""
