"""Aravis's own command line tools judge the detector."""

import re
import shutil
from pathlib import Path

from host import save
from report import check, need, sh, sh_whatever
from usb_port import DETECTOR, find_device

TOOL = "arv-tool-0.8"
TEST_PROGRAM, TEST_SETTINGS = "arv-test-0.8", Path("/tmp/arv-test.cfg")
XML, SCHEMA = Path("/tmp/device.xml"), Path("/tmp/GenApiSchema_1_1.xsd")
# The panel has no AcquisitionFrameRate, and two of Aravis's tests cannot do without.
NEEDS_FRAME_RATE = "AcquisitionFrameRateAbs"
REPORTED = (("genicam", "xml"), ("features", "features"), ("values", "values"))


def list_it(tag):
    text = sh(TOOL)
    need("BoneageDR" in text, text)
    return text


def report(tag, command, what):
    text = sh(f"{TOOL} {command}")
    save(f"{tag}-arv-{what}.txt", text)
    odd = re.findall(r".*(?:WARNING|CRITICAL|\berror\b|not found).*", text)
    need(not odd, "; ".join(odd[:5]))
    need(len(text) > 500, text)
    return f"{len(text.splitlines())} lines"


def validate(tag):
    """Judge the XML by EMVA's schema, which Aravis's test program carries with it."""
    program = Path(shutil.which(TEST_PROGRAM)).read_bytes()
    schemas = re.findall(rb"<\?xml(?:(?!<\?xml).)*?</xs:schema>", program, re.DOTALL)
    SCHEMA.write_bytes(next(each for each in schemas if b'id="GenApiSchema_1_1"' in each))
    text = sh(f"{TOOL} genicam")
    XML.write_text(text[text.index("<?xml") :])
    return sh(f"xmllint --noout --schema {SCHEMA} {XML}")


def control(tag):
    wanted = "Width Height PixelFormat ExposureTime=20000 ExposureTime DeviceTemperature 'R[0x1CC]'"
    text = sh(f"{TOOL} control {wanted}")
    need("Width = " in text and "20000" in text and "rror" not in text, text)
    return text


def own_tests(tag):
    TEST_SETTINGS.write_text(settings())
    said = sh_whatever(f"timeout 140 {TEST_PROGRAM} -c {TEST_SETTINGS}", limit_s=150).stdout
    text = re.sub(r"\x1b\[[\d;]*m", "", said)
    save(f"{tag}-arv-test.txt", text)
    failed = re.findall(r".*FAILURE.*", text)
    wrong = [each for each in failed if NEEDS_FRAME_RATE not in each]
    passed = text.count("SUCCESS")
    need(passed and not wrong, f"{passed} SUCCESS; {' / '.join(wrong) or text[-300:]}")
    return f"{passed} SUCCESS; {len(failed)} that need {NEEDS_FRAME_RATE}"


def settings():
    """Say to Aravis's tests what this detector is."""
    model = (find_device(*DETECTOR) / "product").read_text().strip()
    sizes = (sh(f"{TOOL} control {name}") for name in ("SensorWidth", "SensorHeight"))
    width, height = (re.search(r"Sensor\w+ = (\d+)", each)[1] for each in sizes)
    return (
        f"[BoneageDR:{model}]\nSchema=Ignore\nSensorSize={width};{height}\nGainAvailable=false\n"
        "FrameRateA=2\nFrameRateB=1\nChunkList=FrameID\nChunksSupport=true\n"
    )


def camera_test(tag):
    command = "timeout 80 arv-camera-test-0.8 --duration=5 -e 250000"
    text = sh_whatever(command, limit_s=90).stdout
    save(f"{tag}-arv-camera-test.txt", text)
    counted = dict(re.findall(r"(n_\w+)\s*= (\d+)", text))
    odd = re.findall(r".*(?:WARNING|CRITICAL|rror).*", text)
    need(int(counted.get("n_completed_buffers", 0)), f"{counted} {odd[:3]} {text[-300:]}")
    need(counted["n_failures"] == counted["n_underruns"] == "0" and not odd, f"{counted} {odd[:3]}")
    return f"{counted}"


def main(tag):
    check(f"{tag}: arv-tool lists it", list_it, tag)
    for command, what in REPORTED:
        check(f"{tag}: arv-tool {command}", report, tag, command, what)
    check(f"{tag}: XML against EMVA's GenApi schema 1.1 (xmllint)", validate, tag)
    check(f"{tag}: arv-tool control reads and writes", control, tag)
    check(f"{tag}: arv-test (Aravis's own device tests)", own_tests, tag)
