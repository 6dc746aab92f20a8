"""DICOM objects of a visit, and their way into the archive."""
