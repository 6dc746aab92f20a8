"""Every feature of the detector through EMVA's reference library, over its USB endpoints."""

import pytest
from genicam import genapi

from firmware_sim.detector import detector_of
from firmware_sim.feature_table import carried, features
from firmware_sim.features import ExposureControl
from firmware_sim.tube import Settings

READABLE = (
    genapi.IInteger,
    genapi.IFloat,
    genapi.IString,
    genapi.IBoolean,
    genapi.IEnumeration,
)


def value_nodes(camera):
    nodes = (camera[row.name] for row in features(camera.device._device))
    return [node for node in nodes if isinstance(node, READABLE)]


def test_every_feature_can_be_read(camera):
    names = [node.node.name for node in value_nodes(camera) if node.to_string() is not None]
    assert len(names) > 60


def test_every_writable_feature_takes_back_what_it_told(camera):
    camera.unit.session.enable_heartbeat()
    writable = [n for n in value_nodes(camera) if genapi.is_writable(n.node.get_access_mode())]
    for node in writable:
        before = node.to_string()
        if node.node.name != "ExposureArm":  # false is refused to nobody, and tested elsewhere
            node.from_string(before)
        assert node.to_string() == before
    assert len(writable) > 25


def test_every_entry_of_every_enumeration_can_be_chosen(camera):
    for node in value_nodes(camera):
        if isinstance(node, genapi.IEnumeration) and genapi.is_writable(
            node.node.get_access_mode()
        ):
            for entry in node.entries:
                node.value = entry.symbolic
                assert node.value == entry.symbolic


def test_every_integer_takes_both_ends_of_its_limits(camera):
    for name in ("BinningHorizontal", "BinningVertical", "AcquisitionFrameCount"):
        node = camera[name]
        for value in (node.max, node.min):
            node.value = value
            assert node.value == value


HARMLESS = [
    "AcquisitionStart",
    "AcquisitionStop",
    "UserSetLoad",
    "FileOperationExecute",
    "LinkStatisticsReset",
]


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_command_runs_to_its_end(camera, name):
    camera[name].execute()
    assert camera[name].is_done()


def test_every_category_and_value_is_listed_below_root(camera):
    root = {category.node.name for category in camera["Root"].features}
    listed = {row.category for row in (*features(camera.device._device), *carried())}
    assert root == listed


def test_names_of_the_standard_and_ours_are_told_apart(camera):
    standard, custom = genapi.ENameSpace.Standard, genapi.ENameSpace.Custom
    assert camera["TestPattern"].node.name_space == standard
    assert camera["ExposureArm"].node.name_space == custom
    assert camera["LinkResendCount"].node.name_space == custom


SELECTORS = {
    "DeviceTemperatureSelector": {"DeviceTemperature"},
    "TriggerSelector": {"TriggerMode", "TriggerSource", "TriggerSoftware"},
    "LineSelector": {"LineMode", "LineStatus"},
    "EventSelector": {"EventNotification"},
    "ChunkSelector": {"ChunkEnable"},
    "UserSetSelector": {"UserSetLoad", "UserSetSave"},
}


@pytest.mark.parametrize("name", SELECTORS)
def test_selector_names_what_it_selects(camera, name):
    selected = camera[name].node.selected_features
    assert {node.node.name for node in selected} == SELECTORS[name]


def test_electronics_are_warmer_than_the_sensor(camera):
    sensor = camera["DeviceTemperature"].value
    camera["DeviceTemperatureSelector"].value = "Mainboard"
    assert camera["DeviceTemperature"].value == pytest.approx(sensor + 8.0)


def test_next_host_meets_the_sensor_again(camera):
    camera["DeviceTemperatureSelector"].value = "Mainboard"
    camera["TestPattern"].value = "White"
    camera.device.attach()
    assert camera["DeviceTemperatureSelector"].value == "Sensor"
    assert camera["TestPattern"].value == "Off"


def test_lines_tell_what_they_are(camera):
    camera.unit.open_door()
    camera.unit.press_hand_switch(1)
    levels = {}
    for entry in camera["LineSelector"].entries:
        camera["LineSelector"].value = entry.symbolic
        levels[entry.symbolic] = camera["LineStatus"].value
    assert levels == {
        "ExposureRequest": False,
        "BeamEnable": False,
        "Door": True,
        "HandSwitch": True,
    }
    assert camera["LineStatusAll"].value == 0b1100


def address_of(camera, name):
    return camera[f"{name}Reg"].address


@pytest.mark.parametrize(
    ("name", "wanted", "length"),
    [
        ("BinningHorizontal", 3, 8),
        ("AcquisitionFrameCount", 0, 8),
        ("TestPattern", 99, 4),
        ("Width", 4, 8),
        ("ChunkModeActive", 2, 4),
        ("FileAccessLength", 0x8001, 8),
        ("AcquisitionStart", 7, 4),
    ],
)
def test_firmware_refuses_what_the_description_forbids(camera, name, wanted, length):
    with pytest.raises(OSError, match="0x8002"):
        camera.write(address_of(camera, name), wanted.to_bytes(length, "little"))


def test_size_cannot_change_under_an_enabled_stream(camera):
    camera.start_stream()
    with pytest.raises(OSError, match="0x8006"):
        camera.write(address_of(camera, "ChunkModeActive"), b"\1\0\0\0")


def test_binning_halves_the_image(camera):
    camera["BinningHorizontal"].value = 2
    camera["BinningVertical"].value = 2
    assert (camera["Width"].value, camera["Height"].value) == (4, 100)
    assert (camera["SensorWidth"].value, camera["PayloadSize"].value) == (8, 800)
    assert (camera["Width"].min, camera["Width"].max) == (4, 4)


def test_user_name_of_both_registers_is_one(camera):
    camera["DeviceUserID"].value = "room 2"
    assert camera.read(0x184, 64).rstrip(b"\0") == b"room 2"


def test_user_name_is_kept_and_the_same_on_every_link(camera):
    camera["DeviceUserID"].value = "room 2"
    camera.unit.restart_detector()
    assert detector_of(camera.unit).user_name == camera["DeviceUserID"].value == "room 2"


def test_user_set_keeps_settings_and_brings_them_back(camera):
    camera["ExposureTime"].value = 20_000.0
    camera["UserSetSelector"].value = "UserSet0"
    camera["UserSetSave"].execute()
    camera["ExposureTime"].value = 90_000.0
    camera["UserSetLoad"].execute()
    assert camera["ExposureTime"].value == 20_000.0


def test_factory_settings_come_back_and_cannot_be_overwritten(camera):
    camera["TestPattern"].value = "Black"
    with pytest.raises(OSError, match="0x8006"):
        camera["UserSetSave"].execute()
    camera["UserSetLoad"].execute()
    assert camera["TestPattern"].value == "Off"


def test_detector_wakes_up_with_the_user_set_that_was_chosen(camera):
    camera["UserSetSelector"].value = "UserSet0"
    camera["ExposureTime"].value = 20_000.0
    camera["UserSetSave"].execute()
    camera["UserSetDefault"].value = "UserSet0"
    camera.unit.restart_detector()
    assert camera["ExposureTime"].value == 20_000.0


def test_reset_is_a_power_cycle(camera):
    camera["AcquisitionFrameCount"].value = 9
    boot_id = camera["BootId"].value
    camera["DeviceReset"].execute()
    camera.unit.step(0.1)
    assert camera["BootId"].value != boot_id
    assert camera["AcquisitionFrameCount"].value == 1


def test_reset_of_an_armed_detector_lets_nothing_happen(camera, hands):
    hands.program()
    hands.arm()
    camera["DeviceReset"].execute()
    camera.unit.step(0.1)
    camera.unit.press_hand_switch(2)
    camera.unit.step(10.0)
    assert not camera.unit.panel.under_exposure and camera.unit.exposures == []


def test_reset_while_x_rays_are_on_ends_them(camera, hands):
    hands.program(Settings(400, 4095, 512))
    hands.arm()
    camera.unit.press_hand_switch(2)
    hands.until_x_rays()
    camera.unit.restart_detector()
    camera.unit.step(0.01)
    assert not camera.unit.lines.x_rays and len(camera.unit.exposures) == 1


def test_link_counters_count(camera):
    camera["LinkStatisticsReset"].execute()
    before = camera["LinkCommandCount"].value
    camera.read(0, 4)
    assert camera["LinkCommandCount"].value == before + 2


@pytest.fixture
def plain_camera(make_camera):
    """A detector without ExposureControl."""
    return make_camera(exposure_control=ExposureControl.ABSENT)


def test_detector_without_exposure_control_has_none_of_it(plain_camera):
    names = {row.category for row in features(plain_camera.device._device)}
    assert "ExposureControl" not in names
    assert not plain_camera.nodes.has_node("ExposureArm")


def test_detector_without_exposure_control_serves_dark_frames(plain_camera):
    plain_camera.start_stream()
    plain_camera["AcquisitionStart"].execute()
    plain_camera.unit.step(1.0)
    assert len(plain_camera.blocks()) == 1
