"""The report as FHIR R4 (4.0.1), as plain data: `bundle` puts together what the others tell.

Codes: LOINC and DICOM where a published page gives one for what is told, a text alone where none
was found; units are UCUM's. docs/reports.md has the whole table.
"""
