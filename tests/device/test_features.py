"""The GenICam node map over a session, on a memory written by hand."""

import hashlib
import io
import struct
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.description import fetch_description, unzip
from device.errors import DescriptionInvalid, FeatureMissing, FeatureRefused, RegisterRefused
from device.features import Features
from device.gencp import registers

XML = """<?xml version="1.0" encoding="utf-8"?>
<RegisterDescription ModelName="M" VendorName="V" StandardNameSpace="None"
 SchemaMajorVersion="1" SchemaMinorVersion="1" SchemaSubMinorVersion="0"
 MajorVersion="1" MinorVersion="0" SubMinorVersion="0"
 ProductGuid="00000000-0000-0000-0000-000000000000"
 VersionGuid="00000000-0000-0000-0000-000000000000"
 xmlns="http://www.genicam.org/GenApi/Version_1_1">
<Category Name="Root"><pFeature>Width</pFeature></Category>
<Integer Name="Width"><pValue>R0</pValue><Min>1</Min><Max>100</Max></Integer>
<Integer Name="Fixed"><pValue>R1</pValue></Integer>
<Float Name="Temperature"><Value>25.5</Value></Float>
<String Name="Model"><Value>HandPanel</Value></String>
<Boolean Name="Armed"><pValue>R0</pValue></Boolean>
<Enumeration Name="Mode"><EnumEntry Name="Off"><Value>0</Value></EnumEntry>
<EnumEntry Name="On"><Value>1</Value></EnumEntry><pValue>R0</pValue></Enumeration>
<Command Name="Start"><pValue>R0</pValue><CommandValue>1</CommandValue></Command>
<IntReg Name="R0"><Address>0x100</Address><Length>4</Length><AccessMode>RW</AccessMode>
<pPort>Device</pPort><Sign>Unsigned</Sign><Endianess>LittleEndian</Endianess></IntReg>
<IntReg Name="R1"><Address>0x104</Address><Length>4</Length><AccessMode>RO</AccessMode>
<pPort>Device</pPort><Sign>Unsigned</Sign><Endianess>LittleEndian</Endianess></IntReg>
<Port Name="Device"/>
</RegisterDescription>"""
MANIFEST, FILE = 0x10000, 0x20000


class Memory:
    """A session's reading and writing, straight on bytes."""

    order = "<"

    def __init__(self):
        self.content = bytearray(0x40000)
        self.refusal = None
        self.put(registers.MANIFEST_ADDRESS.address, struct.pack("<Q", MANIFEST))

    def put(self, address, content):
        self.content[address : address + len(content)] = content

    def read(self, address, length):
        if self.refusal:
            raise self.refusal
        return bytes(self.content[address : address + length])

    def write(self, address, content):
        if self.refusal:
            raise self.refusal
        self.put(address, content)

    def read_integer(self, register):
        return self.unpack(self.read(register.address, register.length))

    def unpack(self, content):
        return int.from_bytes(content, "little")

    def store(self, *entries):
        self.put(MANIFEST, struct.pack("<Q", len(entries)) + b"".join(entries))


def entry(stored, *, version=(1, 0, 0), kind=0, archive=1, sha1=None, address=FILE):
    digest = hashlib.sha1(stored).digest() if sha1 is None else sha1
    numbers = version[0] << 24 | version[1] << 16 | version[2]
    header = struct.pack("<IIQQ", numbers, kind | archive << 10, address, len(stored))
    return header + digest + bytes(20)


def zipped(xml=XML, name="device.xml"):
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, xml)
    return room.getvalue()


@pytest.fixture
def memory():
    return Memory()


@pytest.fixture
def features(memory):
    return Features(memory, XML)


def test_a_zipped_description_is_fetched_through_the_manifest(memory):
    memory.put(FILE, zipped())
    memory.store(entry(zipped()))
    assert fetch_description(memory) == XML


def test_a_plain_description_without_checksum_is_fetched_too(memory):
    memory.put(FILE, XML.encode())
    memory.store(entry(XML.encode(), archive=0, sha1=bytes(20)))
    assert fetch_description(memory) == XML


def test_the_newest_of_several_descriptions_is_taken(memory):
    memory.put(FILE, b"old")
    memory.put(FILE + 100, b"new")
    old = entry(b"old", archive=0, version=(1, 2, 300))
    new = entry(b"new", archive=0, version=(1, 3, 0), address=FILE + 100)
    buffer_description = entry(b"buf", kind=1, version=(9, 0, 0))
    memory.store(old, new, buffer_description)
    assert fetch_description(memory) == "new"


@pytest.mark.parametrize(
    ("stored", "changes"),
    [
        (zipped(), {"sha1": b"x" * 20}),
        (b"no archive", {}),
        (zipped(name="readme.txt"), {}),
        (zipped()[:-30], {}),
        (b"\xff\xfe\xff", {"archive": 0}),
        (b"x", {"archive": 5}),
        (b"x", {"kind": 1}),
        (b"", {}),
    ],
)
def test_a_damaged_description_is_refused(memory, stored, changes):
    memory.put(FILE, stored)
    memory.store(entry(stored, **changes))
    with pytest.raises(DescriptionInvalid):
        fetch_description(memory)


@pytest.mark.parametrize("count", [0, 1000])
def test_a_manifest_of_nothing_or_of_nonsense_is_refused(memory, count):
    memory.put(MANIFEST, struct.pack("<Q", count))
    with pytest.raises(DescriptionInvalid):
        fetch_description(memory)


@given(st.binary(max_size=200))
def test_a_damaged_archive_never_crashes(noise):
    for content in (noise, b"PK\x03\x04" + noise, zipped("<a/>")[:-40] + noise):
        with pytest.raises(DescriptionInvalid):
            unzip(content)


def test_an_archive_of_another_compression_that_is_damaged_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.xml", "<a/>" * 100)
    whole = packed.getvalue()
    for place in range(30, len(whole) - 80):
        damaged = whole[:place] + b"\xff" + whole[place + 1 :]
        with suppress(DescriptionInvalid):
            unzip(damaged)


@pytest.mark.parametrize("xml", ["", "<x", "<RegisterDescription/>"])
def test_an_xml_that_is_no_description_is_refused(memory, xml):
    with pytest.raises(DescriptionInvalid):
        Features(memory, xml)


def test_features_are_read_by_name(features, memory):
    memory.put(0x100, b"\1\0\0\0")
    assert features.integer("Width") == 1
    assert features.number("Temperature") == 25.5
    assert features.text("Model") == "HandPanel"
    assert features.choice("Mode") == "On"
    assert features.is_on("Armed")


def test_features_are_written_by_name(features, memory):
    features.set_integer("Width", 42)
    assert memory.read(0x100, 4) == b"\x2a\0\0\0"
    features.choose("Mode", "Off")
    assert memory.read(0x100, 4) == bytes(4)
    features.execute("Start")
    assert memory.read(0x100, 4) == b"\1\0\0\0"
    features.switch_off("Armed")
    assert memory.read(0x100, 4) == bytes(4)


def test_every_reading_asks_the_panel_again(features, memory):
    features.set_integer("Width", 7)
    memory.put(0x100, b"\x09\0\0\0")
    assert features.integer("Width") == 9
    memory.put(0x100, b"\1\0\0\0")
    assert features.choice("Mode") == "On"
    memory.put(0x100, b"\0\0\0\0")
    assert features.choice("Mode") == "Off"


@pytest.mark.parametrize(
    "refused",
    [
        lambda f: f.set_integer("Width", 101),
        lambda f: f.set_integer("Fixed", 1),
        lambda f: f.choose("Mode", "Sideways"),
        lambda f: f.integer("Temperature"),
        lambda f: f.execute("Width"),
        lambda f: f.is_on("Model"),
    ],
)
def test_what_the_description_forbids_is_refused(features, refused):
    with pytest.raises(FeatureRefused):
        refused(features)


def test_an_enumeration_value_without_a_name_is_refused(features, memory):
    memory.put(0x100, b"\x09\0\0\0")
    with pytest.raises(FeatureRefused):
        features.choice("Mode")


def test_an_unknown_feature_is_missing(features):
    assert not features.has("ExposureArm")
    with pytest.raises(FeatureMissing):
        features.integer("ExposureArm")


def test_a_refusal_of_the_panel_comes_through_with_its_status(features, memory):
    memory.refusal = RegisterRefused("no", 0x8006)
    with pytest.raises(RegisterRefused) as caught:
        features.integer("Width")
    assert caught.value.status == 0x8006
    with pytest.raises(RegisterRefused, match="Width=7") as caught:
        features.set_integer("Width", 7)
    assert caught.value.status == 0x8006
