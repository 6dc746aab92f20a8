"""The GenICam description of the panel's features, made from their table."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from firmware_sim.feature_table import carried, features, ports
from firmware_sim.features import (
    LENGTHS,
    Carried,
    CarrierPort,
    Device,
    Feature,
    Kind,
    Limit,
    Lock,
    PerRow,
    Writer,
    address_of,
)
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


def genicam_xml(device: Device, order: ByteOrder) -> bytes:
    """Write the XML for registers of one byte order."""
    table = features(device)
    parts = [_HEAD.format(model=quoteattr("HandPanel2430"), vendor=quoteattr("BoneageDR"))]
    parts += _categories([*table, *carried()])
    for index, feature in enumerate(table):
        address = address_of(index, feature.kind)
        if feature.kind is Kind.REGISTER:
            parts.append(_array(feature, address))
        else:
            parts += [_feature(feature, table), _register(feature, address, order)]
    parts += [_carried_value(row, order) for row in carried()]
    parts += [_port(port) for port in ports()]
    parts.append('<Port Name="Device"/>\n</RegisterDescription>\n')
    return "".join(parts).encode()


def zipped(xml: bytes) -> bytes:
    """Pack the XML as the manifest serves it; the same XML gives the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(FILE_NAME), xml, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _categories(table: Sequence[Feature | Carried]) -> list[str]:
    names = list(dict.fromkeys(row.category for row in table))
    root = "".join(_tag("pFeature", name) for name in names)
    blocks = [f'<Category Name="Root" NameSpace="Standard">{root}</Category>\n']
    for name in names:
        inside = [row for row in table if row.category == name]
        listed = "".join(_tag("pFeature", row.name) for row in inside)
        origin = inside[0].origin.value
        blocks.append(f'<Category Name="{name}" NameSpace="{origin}">{listed}</Category>\n')
    return blocks


def _feature(feature: Feature, table: Sequence[Feature]) -> str:
    lines = [_tag("Description", feature.description), _tag("Visibility", "Beginner")]
    if feature.lock is not Lock.FREE:
        lines.append(_tag("pIsLocked", "TLParamsLocked"))
    chosen_by_it = [_tag("pSelected", row.name) for row in table if feature.name in row.selectors]
    return _node(feature, [*lines, *_value_lines(feature, chosen_by_it)])


def _node(row: Feature | Carried, lines: Sequence[str]) -> str:
    kind = row.kind.value
    head = f'<{kind} Name="{row.name}" NameSpace="{row.origin.value}">'
    return f"{head}{''.join(lines)}</{kind}>\n"


def _value_lines(feature: Feature, selected: Sequence[str]) -> list[str]:
    value = _tag("pValue", feature.name + "Reg")
    if feature.kind is Kind.ENUMERATION:
        return [*_entries(feature), value, *selected]
    if feature.kind is Kind.COMMAND:
        return [value, _tag("CommandValue", "1"), _tag("PollingTime", "50")]
    if feature.kind is Kind.BOOLEAN:
        return [value, _tag("OnValue", "1"), _tag("OffValue", "0")]
    return [value, *_limits(feature)]


def _entries(feature: Feature) -> list[str]:
    space = feature.origin.value
    return [
        f'<EnumEntry Name="{name}" NameSpace="{space}">{_tag("Value", str(number))}</EnumEntry>'
        for name, number in feature.entries.items()
    ]


def _limits(feature: Feature) -> list[str]:
    lines = []
    if feature.limits is not None:
        lines = [_limit(end, limit) for end, limit in zip(_ENDS, feature.limits, strict=True)]
    if feature.unit:
        lines.append(_tag("Unit", feature.unit))
    return lines


_ENDS = ("Min", "Max")


def _limit(end: str, limit: Limit) -> str:
    return _tag("p" + end, limit) if isinstance(limit, str) else _tag(end, f"{limit:.10g}")


_REGISTER_NODES = {
    Kind.INTEGER: "IntReg",
    Kind.FLOAT: "FloatReg",
    Kind.STRING: "StringReg",
    Kind.ENUMERATION: "IntReg",
    Kind.BOOLEAN: "IntReg",
    Kind.COMMAND: "IntReg",
}


def _register(feature: Feature, address: int, order: ByteOrder) -> str:
    access = "RO" if feature.write is None else "RW"
    length = LENGTHS[feature.kind]
    return _memory(feature.name, feature.kind, address, length, access, "Device", order)


def _memory(
    name: str, kind: Kind, address: int, length: int, access: str, port: str, order: ByteOrder
) -> str:
    node = _REGISTER_NODES[kind]
    lines = _place(address, length, access, port)
    if node == "IntReg":
        lines.append(_tag("Sign", "Signed" if kind is Kind.INTEGER else "Unsigned"))
    if node != "StringReg":
        lines.append(_tag("Endianess", "LittleEndian" if order == "little" else "BigEndian"))
    return f'<{node} Name="{name}Reg" NameSpace="Custom">{"".join(lines)}</{node}>\n'


def _place(address: int, length: int | str, access: str, port: str) -> list[str]:
    """Tell where a register lies; its length is a number, or the name of what tells it."""
    is_named = isinstance(length, str)
    return [
        _tag("Address", hex(address)),
        _tag("pLength" if is_named else "Length", str(length)),
        _tag("AccessMode", access),
        _tag("pPort", port),
        _tag("Cachable", "NoCache"),
    ]


def _array(feature: Feature, address: int) -> str:
    described = [_tag("Description", feature.description), _tag("Visibility", "Beginner")]
    return _node(feature, described + _place(address, LENGTHS[feature.kind], "RW", "Device"))


def _carried_value(row: Carried, order: ByteOrder) -> str:
    described = [_tag("Description", row.description), _tag("Visibility", "Beginner")]
    if isinstance(row.length, PerRow):
        return _carried_array(row, described, row.length)
    unit = [_tag("Unit", row.unit)] if row.unit else []
    value = _node(row, [*described, _tag("pValue", row.name + "Reg"), *unit])
    order = "little" if row.written_by is Writer.FIRMWARE else order
    kind = Kind.BOOLEAN if row.length < 8 else row.kind
    return value + _memory(row.name, kind, row.offset, row.length, "RO", row.port, order)


def _carried_array(row: Carried, described: Sequence[str], per_row: PerRow) -> str:
    """A register as long as the image has rows."""
    length = row.name + "Length"
    formula = _tag("Formula", f"ROWS * {per_row.length}")
    rows = f'<pVariable Name="ROWS">Height</pVariable>{formula}'
    knife = f'<IntSwissKnife Name="{length}" NameSpace="Custom">{rows}</IntSwissKnife>\n'
    return _node(row, [*described, *_place(row.offset, length, "RO", row.port)]) + knife


def _port(port: CarrierPort) -> str:
    number = _tag(port.tag, f"{port.number:X}")
    return f'<Port Name="{port.name}" NameSpace="Custom">{number}</Port>\n'


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"
