"""What other people's tools make of the images: validators, dumpers, decoders and an archive."""

import json
import shutil
import subprocess
import textwrap
from dataclasses import replace

import numpy as np
import pydicom
import pytest

from acquisition.display import develop
from acquisition.hand import Side
from pacs.dataset import (
    for_presentation,
    for_processing,
    to_bytes,
    to_jpeg_ls_bytes,
)
from pacs.facts import Laterality

FIELD = np.s_[30:280, 25:210]


def needs(tool, package):
    return pytest.mark.skipif(
        shutil.which(tool) is None, reason=f"{tool} is not installed (Debian package {package})"
    )


def can_isolate():
    """Tell whether programs may be run in a network of their own: the archive listens on all."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    tried = subprocess.run(["unshare", "-n", "ip", "link", "set", "lo", "up"], check=False)
    return tried.returncode == 0


@pytest.fixture(scope="module")
def collimated(radiograph):
    """The image with blades round it, so that shutter and marker have something to do."""
    pixels = np.full_like(radiograph.pixels, 40.0)
    pixels[FIELD] = radiograph.pixels[FIELD]
    return replace(radiograph, pixels=pixels)


@pytest.fixture
def datasets(collimated, facts, processing, presentation):
    right = replace(facts, exposure=replace(facts.exposure, laterality=Laterality.RIGHT))
    shown = for_presentation(collimated, develop(collimated), right, presentation, processing)
    return for_processing(collimated, right, processing), shown


@pytest.fixture
def files(datasets, tmp_path):
    paths = [tmp_path / "for_processing.dcm", tmp_path / "for_presentation.dcm"]
    for path, image in zip(paths, datasets, strict=True):
        path.write_bytes(to_bytes(image))
    return paths


def told(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


@needs("dciodvfy", "dicom3tools")
def test_the_validator_finds_no_error_with_shutter_marker_and_windows(files):
    for path in files:
        _, said = told("dciodvfy", "-new", str(path))
        assert "DXImage" in said
        assert [line for line in said.splitlines() if line.startswith("Error")] == []


@needs("dcentvfy", "dicom3tools")
def test_both_images_tell_the_same_of_patient_study_and_equipment(files):
    _, said = told("dcentvfy", *map(str, files))
    assert "Error" not in said, said


@needs("dcmdump", "dcmtk")
def test_another_toolkit_reads_both(files):
    for path in files:
        code, said = told("dcmdump", "+M", str(path))
        assert code == 0 and "PixelData" in said
        assert "W:" not in said and "E:" not in said


@needs("dcmdump", "dcmtk")
def test_another_toolkit_reads_the_marker_and_the_windows(files):
    _, said = told("dcmdump", str(files[1]))
    assert "R (electronic)" in said
    assert "STANDARD\\BONE\\SOFT TISSUE\\WIDE" in said
    assert "ShutterShape" in said


def test_the_marker_is_an_overlay_and_says_that_it_is_electronic(datasets, collimated):
    shown = datasets[1]
    marker = develop(collimated).marker(Side.RIGHT)
    assert np.array_equal(shown.overlay_array(0x6000), marker.bits)
    assert shown[0x60000050].value == [marker.row + 1, marker.column + 1]
    assert shown[0x60001500].value == "R (electronic)"
    assert shown.BurnedInAnnotation == "NO"


def test_a_right_hand_is_told_to_be_one(datasets):
    for image in datasets:
        assert image.ImageLaterality == "R"
        modifier = image.AnatomicRegionSequence[0].AnatomicRegionModifierSequence[0]
        assert (modifier.CodeValue, modifier.CodeMeaning) == ("24028007", "Right")


def test_the_shutter_closes_where_the_blades_lie_and_the_pixels_are_kept(datasets, collimated):
    shown = datasets[1]
    edges = (
        shown.ShutterUpperHorizontalEdge,
        shown.ShutterLowerHorizontalEdge,
        shown.ShutterLeftVerticalEdge,
        shown.ShutterRightVerticalEdge,
    )
    assert edges == pytest.approx((31, 280, 26, 210), abs=1)
    assert shown.CollimatorUpperHorizontalEdge == pytest.approx(30, abs=1)
    assert shown.pixel_array[:28].min() > 3000
    assert "ShutterShape" not in datasets[0]
    assert np.array_equal(datasets[0].pixel_array, np.rint(collimated.pixels))


def test_an_open_collimator_needs_no_shutter(radiograph, facts, processing, presentation):
    shown = for_presentation(radiograph, develop(radiograph), facts, presentation, processing)
    assert "ShutterShape" not in shown
    assert (shown.CollimatorLeftVerticalEdge, shown.CollimatorRightVerticalEdge) == (0, 241)


@pytest.mark.parametrize("kind", [0, 1], ids=["processing", "presentation"])
def test_jpeg_ls_loses_nothing(datasets, kind, tmp_path):
    path = tmp_path / "packed.dcm"
    path.write_bytes(to_jpeg_ls_bytes(datasets[kind]))
    packed = pydicom.dcmread(path)
    assert packed.file_meta.TransferSyntaxUID == pydicom.uid.JPEGLSLossless
    assert packed.SOPInstanceUID == datasets[kind].SOPInstanceUID
    assert packed.LossyImageCompression == "00"
    assert np.array_equal(packed.pixel_array, datasets[kind].pixel_array)


@needs("dcmdjpls", "dcmtk")
def test_another_decoder_unpacks_the_same_pixels(datasets, tmp_path):
    packed, unpacked = tmp_path / "packed.dcm", tmp_path / "unpacked.dcm"
    packed.write_bytes(to_jpeg_ls_bytes(datasets[0]))
    code, said = told("dcmdjpls", str(packed), str(unpacked))
    assert code == 0, said
    assert np.array_equal(pydicom.dcmread(unpacked).pixel_array, datasets[0].pixel_array)


def test_packing_leaves_the_dataset_as_it_is(datasets):
    before = to_bytes(datasets[0])
    to_jpeg_ls_bytes(datasets[0])
    assert to_bytes(datasets[0]) == before


ARCHIVE = """
    ip link set lo up
    cd "$1"
    Orthanc orthanc.json > orthanc.log 2>&1 &
    archive=$!
    for attempt in $(seq 600); do
        /usr/bin/echoscu -to 1 -aec ORTHANC 127.0.0.1 14242 2>/dev/null && break
        kill -0 $archive || exit 3
    done
    shift
    /usr/bin/storescu -v $OFFERED -aec ORTHANC 127.0.0.1 14242 "$@"
    python3 -c "
import json, urllib.request
def get(what):
    return json.load(urllib.request.urlopen('http://127.0.0.1:18042/' + what))
print(json.dumps([get('instances/' + one + '/simplified-tags') for one in get('instances')]))
" > stored.json
    kill $archive
    wait $archive
"""
ORTHANC = {
    "StorageDirectory": "storage",
    "IndexDirectory": "storage",
    "HttpPort": 18042,
    "RemoteAccessAllowed": False,
    "AuthenticationEnabled": False,
    "DicomAet": "ORTHANC",
    "DicomPort": 14242,
    "DicomAlwaysAllowEcho": True,
    "DicomAlwaysAllowStore": True,
}


def stored_by_an_archive(folder, paths, offered):
    """Run an archive, send it the files, and return what it says it holds."""
    (folder / "orthanc.json").write_text(json.dumps(ORTHANC))
    script = textwrap.dedent(ARCHIVE).replace("$OFFERED", offered)
    command = ["unshare", "-n", "bash", "-c", script, "archive", str(folder), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    stored = folder / "stored.json"
    assert stored.exists() and stored.stat().st_size, done.stdout + done.stderr
    return json.loads(stored.read_text())


def needs_archive(test):
    """Skip where the archive, the sender or a network of their own is missing."""
    isolated = pytest.mark.skipif(not can_isolate(), reason="unshare -n is not allowed here")
    return isolated(needs("Orthanc", "orthanc")(needs("storescu", "dcmtk")(test)))


@needs_archive
def test_an_archive_takes_both(files, tmp_path):
    stored = stored_by_an_archive(tmp_path, files, "")
    assert {one["PresentationIntentType"] for one in stored} == {
        "FOR PROCESSING",
        "FOR PRESENTATION",
    }
    assert {one["ImageLaterality"] for one in stored} == {"R"}


@needs_archive
def test_an_archive_takes_packed_images(datasets, tmp_path):
    paths = [tmp_path / "one.dcm", tmp_path / "two.dcm"]
    for path, image in zip(paths, datasets, strict=True):
        path.write_bytes(to_jpeg_ls_bytes(image))
    # -xt: offer JPEG-LS, lossless.
    assert len(stored_by_an_archive(tmp_path, paths, "-xt")) == 2
