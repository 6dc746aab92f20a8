"""Says what was found: the report that a physician and a family take home."""
