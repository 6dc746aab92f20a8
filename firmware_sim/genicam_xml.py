"""The GenICam description of the panel's features, made from their table."""

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

from firmware_sim.feature_table import features
from firmware_sim.features import LENGTHS, Device, Feature, Kind, Lock, address_of
from firmware_sim.registers import ByteOrder

FILE_NAME = "handpanel.xml"
# GenICam GenApi schema 1.1, the one every host reads.
SCHEMA = (1, 1)
FILE_VERSION = (1, 0, 0)
_NAMESPACE = "http://www.genicam.org/GenApi/Version_1_1"
_HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    "<RegisterDescription ModelName={model} VendorName={vendor}"
    ' ToolTip="Detector of a hand X-ray unit" StandardNameSpace="None"'
    ' SchemaMajorVersion="1" SchemaMinorVersion="1" SchemaSubMinorVersion="0"'
    ' MajorVersion="1" MinorVersion="0" SubMinorVersion="0"'
    ' ProductGuid="5A9D7D0A-6F4E-4B1C-9B7E-2430A0B0C0D0"'
    ' VersionGuid="5A9D7D0A-6F4E-4B1C-9B7E-2430A0B0C0D1"'
    f' xmlns="{_NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{_NAMESPACE} {_NAMESPACE}/GenApiSchema_Version_1_1.xsd">\n'
)
# Values that never change once the panel runs may be kept by the host.
_CONSTANT_CATEGORIES = ("ImageFormatControl", "DetectorCalibration")


def genicam_xml(device: Device, order: ByteOrder) -> bytes:
    """Write the XML for registers of one byte order."""
    table = features(device)
    parts = [_HEAD.format(model=quoteattr("HandPanel2430"), vendor=quoteattr("BoneageDR"))]
    parts += _categories(table)
    for index, feature in enumerate(table):
        parts.append(_feature(feature))
        parts.append(_register(feature, address_of(index), order))
    parts.append('<Port Name="Device"/>\n</RegisterDescription>\n')
    return "".join(parts).encode()


def zipped(xml: bytes) -> bytes:
    """Pack the XML as the manifest serves it; the same XML gives the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(FILE_NAME), xml, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _categories(table: tuple[Feature, ...]) -> list[str]:
    names = list(dict.fromkeys(feature.category for feature in table))
    root = "".join(_tag("pFeature", name) for name in names)
    blocks = [f'<Category Name="Root" NameSpace="Standard">{root}</Category>\n']
    for name in names:
        inside = "".join(_tag("pFeature", row.name) for row in table if row.category == name)
        blocks.append(f'<Category Name="{name}" NameSpace="Custom">{inside}</Category>\n')
    return blocks


def _feature(feature: Feature) -> str:
    kind = feature.kind.value
    lines = [_tag("Description", feature.description), _tag("Visibility", "Beginner")]
    if feature.lock is Lock.WHILE_STREAMING:
        lines.append(_tag("pIsLocked", "TLParamsLocked"))
    lines += _value_lines(feature)
    return f'<{kind} Name="{feature.name}" NameSpace="Custom">{"".join(lines)}</{kind}>\n'


def _value_lines(feature: Feature) -> list[str]:
    value = _tag("pValue", feature.name + "Reg")
    if feature.kind is Kind.ENUMERATION:
        return [_entry(name, number) for name, number in feature.entries.items()] + [value]
    if feature.kind is Kind.COMMAND:
        return [value, _tag("CommandValue", "1"), _tag("PollingTime", "50")]
    if feature.kind is Kind.BOOLEAN:
        return [value, _tag("OnValue", "1"), _tag("OffValue", "0")]
    return [value, *_limits(feature)]


def _entry(name: str, number: int) -> str:
    return f'<EnumEntry Name="{name}" NameSpace="Custom">{_tag("Value", str(number))}</EnumEntry>'


def _limits(feature: Feature) -> list[str]:
    lines = []
    if feature.limits is not None:
        low, high = feature.limits
        lines = [_tag("Min", f"{low:g}"), _tag("Max", f"{high:.10g}")]
    if feature.unit:
        lines.append(_tag("Unit", feature.unit))
    return lines


_REGISTER_NODES = {
    Kind.INTEGER: "IntReg",
    Kind.FLOAT: "FloatReg",
    Kind.STRING: "StringReg",
    Kind.ENUMERATION: "IntReg",
    Kind.BOOLEAN: "IntReg",
    Kind.COMMAND: "IntReg",
}


def _register(feature: Feature, address: int, order: ByteOrder) -> str:
    node = _REGISTER_NODES[feature.kind]
    lines = [
        _tag("Address", hex(address)),
        _tag("Length", str(LENGTHS[feature.kind])),
        _tag("AccessMode", "RO" if feature.write is None else "RW"),
        _tag("pPort", "Device"),
        _tag("Cachable", "WriteThrough" if _never_changes(feature) else "NoCache"),
    ]
    if node == "IntReg":
        lines.append(_tag("Sign", "Signed" if feature.kind is Kind.INTEGER else "Unsigned"))
    if node != "StringReg":
        lines.append(_tag("Endianess", "LittleEndian" if order == "little" else "BigEndian"))
    return f'<{node} Name="{feature.name}Reg" NameSpace="Custom">{"".join(lines)}</{node}>\n'


def _never_changes(feature: Feature) -> bool:
    return feature.kind is Kind.STRING or feature.category in _CONSTANT_CATEGORIES


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"
