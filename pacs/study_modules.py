"""Who, when and by whose order: the patient, study, series and equipment modules of PS3.3."""

from datetime import date, datetime
from typing import Final

from pydicom.dataset import Dataset

from pacs.facts import Instance, Patient, Study, Unit
from pacs.values import checked_uid, code_item, date_of, decimal, shortened, text, time_of

# LOINC: the bone age examination (HL7 bone age profile).
_BONE_AGE: Final = ("37362-1", "Bones X-ray bone age")


def fill_patient(dataset: Dataset, patient: Patient, on: date) -> None:
    """Patient and Patient Study (PS3.3 C.7.1.1, C.7.2.2)."""
    dataset.PatientID = text("LO", patient.id)
    dataset.PatientName = text("PN", patient.name)
    dataset.PatientSex = text("CS", patient.sex or "")
    dataset.PatientBirthDate = date_of(patient.birth_date)
    dataset.PatientAge = _age(patient.birth_date, on)
    if patient.size_m is not None:
        dataset.PatientSize = decimal(patient.size_m)
    if patient.weight_kg is not None:
        dataset.PatientWeight = decimal(patient.weight_kg)


def _age(birth: date, on: date) -> str:
    """Return the age as PS3.5 6.2 writes it: full months below two years, full years above."""
    months = (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)
    if months < 0:
        raise ValueError("the study lies before the birth date")
    return f"{months:03d}M" if months < 24 else f"{months // 12:03d}Y"


def fill_study(dataset: Dataset, study: Study) -> None:
    """General Study (PS3.3 C.7.2.1)."""
    dataset.StudyInstanceUID = checked_uid(study.uid)
    dataset.StudyDate = date_of(study.started)
    dataset.StudyTime = time_of(study.started)
    dataset.StudyID = text("SH", study.id)
    dataset.StudyDescription = text("LO", study.description)
    dataset.ProcedureCodeSequence = [code_item(_BONE_AGE, "LN")]
    dataset.AccessionNumber = text("SH", study.accession_number)
    dataset.ReferringPhysicianName = text("PN", study.referring_physician)
    dataset.TimezoneOffsetFromUTC = f"{study.started:%z}" or None


def fill_series(dataset: Dataset, instance: Instance, study: Study, at: datetime) -> None:
    """General Series and DX Series (PS3.3 C.7.3.1, C.8.11.1): what was performed."""
    dataset.Modality = "DX"
    dataset.SeriesInstanceUID = checked_uid(instance.series_uid)
    dataset.SeriesNumber = instance.series_number
    dataset.SeriesDescription = text("LO", instance.series_description)
    dataset.SeriesDate = date_of(at)
    dataset.SeriesTime = time_of(at)
    dataset.BodyPartExamined = "HAND"
    performed = shortened("LO", study.performed) if study.performed else text("LO", study.protocol)
    dataset.ProtocolName = performed
    dataset.PerformedProcedureStepID = text("SH", study.id)
    dataset.PerformedProcedureStepStartDate = date_of(study.started)
    dataset.PerformedProcedureStepStartTime = time_of(study.started)
    dataset.PerformedProcedureStepDescription = performed


def fill_request(dataset: Dataset, study: Study) -> None:
    """Name the order that the image answers; a child without one has none."""
    if not study.requested_procedure_id:
        return
    request = Dataset()
    request.RequestedProcedureID = text("SH", study.requested_procedure_id)
    request.RequestedProcedureDescription = text("LO", study.protocol)
    request.RequestedProcedureCodeSequence = [code_item(_BONE_AGE, "LN")]
    request.StudyInstanceUID = checked_uid(study.uid)
    request.AccessionNumber = text("SH", study.accession_number)
    if study.scheduled_step_id:
        request.ScheduledProcedureStepID = text("SH", study.scheduled_step_id)
        request.ScheduledProcedureStepDescription = text("LO", study.protocol)
    dataset.RequestAttributesSequence = [request]


def fill_equipment(dataset: Dataset, unit: Unit) -> None:
    """General Equipment (PS3.3 C.7.5.1)."""
    dataset.Manufacturer = shortened("LO", unit.manufacturer)
    dataset.ManufacturerModelName = shortened("LO", unit.model)
    dataset.DeviceSerialNumber = shortened("LO", unit.serial)
    dataset.SoftwareVersions = shortened("LO", unit.software_versions)
    if unit.station_name:
        dataset.StationName = shortened("SH", unit.station_name)
    if unit.institution:
        dataset.InstitutionName = shortened("LO", unit.institution)
