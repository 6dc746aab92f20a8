"""The sentences of the report, one file for each language."""
