"""The reading of the bone age."""
