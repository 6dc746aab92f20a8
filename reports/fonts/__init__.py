"""The typefaces of the report and the script that made them (`SOURCES.md`)."""
