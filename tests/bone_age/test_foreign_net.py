"""Nets of other makers are fed and understood as their description says, or refused."""

from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="the extra `train` is not installed")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from acquisition.hand import find_hand  # noqa: E402
from bone_age.description import (  # noqa: E402
    Answer,
    Description,
    Details,
    Framing,
    Interface,
    Interval,
    Layout,
    PictureInput,
    SexInput,
    Standard,
    Unit,
)
from bone_age.errors import NetUnusable  # noqa: E402
from bone_age.framing import framed  # noqa: E402
from bone_age.model import check_reads, load_model, start_net, start_session  # noqa: E402
from bone_age.package import draft_package, seal, write_description  # noqa: E402
from bone_age.read import (  # noqa: E402
    IMPOSSIBLE_PART,
    NO_INTERVAL,
    NOT_READABLE,
    read_picture_bone_age,
)
from bone_age.reading import Sex  # noqa: E402
from firmware_sim.patients.ossification import Sex as PhantomSex  # noqa: E402
from firmware_sim.patients.phantom import HandRequest, phantom_hand  # noqa: E402
from firmware_sim.physics.attenuation import log_signal  # noqa: E402
from firmware_sim.physics.beam import BeamQuality  # noqa: E402
from firmware_sim.physics.geometry import SMALL_PANEL  # noqa: E402

# The net of these tests answers MEAN_WEIGHT times the mean of what it sees, and SEX_WEIGHT more
# where the sex is 1: what it says of an even grey can be worked out on paper.
MEAN_WEIGHT, SEX_WEIGHT = 100.0, 7.0


def small_net(
    size=(3, 96, 80), *, n="n", sex_shape=("n", 1), sex_type=TensorProto.FLOAT, mean=True
):
    """Return the ONNX content of a net that averages its picture, as an exporter would write it."""
    weights = [
        numpy_helper.from_array(np.array([[MEAN_WEIGHT]], np.float32), "weight"),
        numpy_helper.from_array(np.array([[SEX_WEIGHT]], np.float32), "sex_weight"),
        numpy_helper.from_array(np.array([-1, 1], np.int64), "column"),
    ]
    inputs = [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [n, *size])]
    axes = numpy_helper.from_array(np.array([1, 2, 3], np.int64), "axes")
    nodes = [
        helper.make_node("ReduceMean", ["picture", "axes"], ["grey"], keepdims=0),
        helper.make_node("Reshape", ["grey" if mean else "picture", "column"], ["grey_column"]),
        helper.make_node("MatMul", ["grey_column", "weight"], ["by_grey"]),
    ]
    if sex_shape is None:
        nodes.append(helper.make_node("Identity", ["by_grey"], ["age"]))
    else:
        inputs.append(helper.make_tensor_value_info("gender", sex_type, list(sex_shape)))
        nodes += [
            helper.make_node("Cast", ["gender"], ["number"], to=TensorProto.FLOAT),
            helper.make_node("Reshape", ["number", "column"], ["sex_column"]),
            helper.make_node("MatMul", ["sex_column", "sex_weight"], ["by_sex"]),
            helper.make_node("Add", ["by_grey", "by_sex"], ["age"]),
        ]
    outputs = [helper.make_tensor_value_info("age", TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "small", inputs, outputs, [*weights, axes])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    return model.SerializeToString()


RGB = Interface(
    PictureInput(
        input="picture",
        width=80,
        height=96,
        framing=Framing.HAND,
        channels=3,
        layout=Layout.NCHW,
        mean=(0.4, 0.5, 0.6),
        std=(0.1, 0.2, 0.5),
        mirrored_too=False,
    ),
    SexInput("gender", female=0.0, male=1.0),
    Answer("age", Unit.MONTHS, scale=1.0, offset=0.0),
)
# Mean of ((0.9 - 0.4) / 0.1, (0.9 - 0.5) / 0.2, (0.9 - 0.6) / 0.5), times MEAN_WEIGHT.
RGB_OF_LIGHT_GREY = 760 / 3


def read(content, interface, sex=Sex.FEMALE, grey=0.9):
    picture = interface.picture
    crop = np.full((picture.height, picture.width), grey, np.float32)
    return start_net(content, interface).read(crop, sex).months


def with_picture(**changed):
    return replace(RGB, picture=replace(RGB.picture, **changed))


def test_each_channel_has_its_own_mean_and_std():
    assert read(small_net(), RGB) == pytest.approx(RGB_OF_LIGHT_GREY, rel=1e-4)


def test_a_net_may_want_its_channels_last():
    content = small_net((96, 80, 3))
    assert read(content, with_picture(layout=Layout.NHWC)) == pytest.approx(
        RGB_OF_LIGHT_GREY, rel=1e-4
    )


def test_a_net_may_want_one_grey_channel_from_0_to_255():
    grey = with_picture(channels=1, mean=(0.0,), std=(1 / 255,))
    assert read(small_net((1, 96, 80)), grey, grey=0.5) == pytest.approx(12750, rel=1e-4)


@pytest.mark.parametrize("shape", [("n",), ("n", 1)])
@pytest.mark.parametrize("kind", [TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL])
def test_the_sex_is_told_as_the_net_wants_it(shape, kind):
    content = small_net(sex_shape=shape, sex_type=kind)
    boy, girl = read(content, RGB, Sex.MALE), read(content, RGB, Sex.FEMALE)
    assert boy - girl == pytest.approx(SEX_WEIGHT, abs=1e-3)


def test_a_net_without_the_sex_reads_girls_and_boys_alike():
    content, interface = small_net(sex_shape=None), replace(RGB, sex=None)
    assert read(content, interface, Sex.MALE) == read(content, interface, Sex.FEMALE)


def test_years_become_months_after_the_labels_are_scaled_back():
    years = replace(RGB, answer=Answer("age", Unit.YEARS, scale=0.01, offset=6.0))
    assert read(small_net(), years) == pytest.approx((RGB_OF_LIGHT_GREY / 100 + 6) * 12, rel=1e-4)


def test_a_net_that_takes_one_picture_at_a_time_reads_the_mirror_image_too():
    content = small_net(n=1, sex_shape=(1, 1))
    assert read(content, with_picture(mirrored_too=True)) == pytest.approx(
        RGB_OF_LIGHT_GREY, rel=1e-4
    )


@pytest.mark.parametrize(
    ("content", "interface"),
    [
        (small_net((3, 96, 96)), RGB),
        (small_net((1, 96, 80)), RGB),
        (small_net((96, 80, 3)), RGB),
        (small_net(n=4), RGB),
        (small_net(), replace(RGB, sex=None)),
        (small_net(sex_shape=None), RGB),
        (small_net(sex_shape=("n", 2)), RGB),
        (small_net(sex_type=TensorProto.UINT8), RGB),
        (small_net(), with_picture(input="image")),
        (small_net(), replace(RGB, answer=replace(RGB.answer, output="months"))),
    ],
    ids=["size", "channels", "layout", "four at a time", "sex not told", "sex not wanted",
         "two numbers for the sex", "kind of number", "input's name", "output's name"],
)  # fmt: skip
def test_a_net_that_is_not_as_described_is_refused_and_tells_what_it_has(content, interface):
    with pytest.raises(NetUnusable, match=r"it has input picture tensor\(float\)"):
        start_net(content, interface)


def test_many_numbers_are_never_averaged_into_one_age():
    net = start_net(small_net(mean=False), RGB)
    with pytest.raises(NetUnusable, match="one number for each"):
        check_reads(net)


def test_what_is_no_number_is_never_an_age():
    with pytest.raises(NetUnusable, match="one number for each"):
        read(small_net(), RGB, grey=np.nan)


@pytest.mark.parametrize("keep", [0, 1, 20, -1])
def test_a_truncated_net_is_one_sentence_and_nothing_else(keep, capfd):
    content = small_net()[:keep]
    with pytest.raises(NetUnusable, match="cannot be started"):
        start_net(content, RGB)
    assert capfd.readouterr() == ("", "")


def test_weights_outside_the_file_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "net.onnx"
    model = onnx.load_from_string(small_net())
    onnx.save(model, path, save_as_external_data=True, location="weights.bin", size_threshold=0)
    monkeypatch.chdir(tmp_path)  # where a careless loader would look
    with pytest.raises(NetUnusable, match="cannot be started"):
        start_session(path.read_bytes())


@pytest.fixture(scope="module")
def hand():
    """The attenuation of a phantom hand, higher than it is wide, and where it lies."""
    tissue = phantom_hand(HandRequest(PhantomSex.FEMALE, 9.0, 1), SMALL_PANEL).tissue()
    picture = -log_signal(tissue.bone_mm, tissue.soft_mm, BeamQuality.UNIT, 50.0)
    return picture, find_hand(picture)


def whole_film(width, height):
    return replace(RGB.picture, framing=Framing.FILM, width=width, height=height)


def test_a_whole_film_keeps_its_proportions_and_its_tones(hand):
    picture, found = hand
    film = framed(picture, found, whole_film(512, 512))
    columns = np.flatnonzero(film.max(axis=0) > 0)
    width = picture.shape[1] * 512 / picture.shape[0]
    assert columns[-1] - columns[0] <= width
    assert film.min() == 0 and film.max() == 1


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_film_on_its_side_is_stood_up(hand, turns):
    upright = framed(*hand, whole_film(256, 256))
    turned = np.rot90(hand[0], turns)
    assert np.abs(framed(turned, find_hand(turned), whole_film(256, 256)) - upright).max() < 0.05


def test_a_black_boned_film_is_shown_white(hand):
    upright = framed(*hand, whole_film(256, 256))
    black = -hand[0]
    assert np.abs(framed(black, find_hand(black), whole_film(256, 256)) - upright).max() < 0.05


@pytest.mark.parametrize(("width", "height"), [(96, 96), (299, 299), (560, 560), (224, 320)])
def test_a_hand_fills_whatever_the_net_wants(hand, width, height):
    wanted = replace(RGB.picture, width=width, height=height)
    crop = framed(*hand, wanted)
    assert crop.shape == (height, width) and crop.dtype == np.float32
    assert crop[height // 4 : -height // 4].max(axis=0)[width // 8 : -width // 8].min() > 0.1


OFF_BY_24 = Interval(0.9, 24.0)


def packed(folder, content, interface, interval=OFF_BY_24):
    """Seal a package around a net."""
    (folder / "net.onnx").write_bytes(content)
    description = Description(
        name="small",
        version="1",
        licence="CC0",
        standard=Standard.GREULICH_PYLE,
        reader="a small net",
        net="net.onnx",
        interface=interface,
        interval=interval,
        range_months=(12.0, 216.0),
    )
    write_description(folder, description)
    seal(draft_package(folder))
    return folder


@pytest.fixture
def foreign_package(tmp_path):
    """A sealed package around the small net, which counts in years and sees one grey channel."""
    picture = replace(RGB.picture, channels=1, mean=(0.0,), std=(1.0,))
    years = Answer("age", Unit.YEARS, scale=0.1, offset=4.0)
    return packed(tmp_path, small_net((1, 96, 80)), Interface(picture, RGB.sex, years))


def test_a_clinics_own_net_reads_a_hand_as_its_package_says(foreign_package, hand):
    model = load_model(foreign_package)
    reading = read_picture_bone_age(model, hand[0], Sex.MALE)
    seen = framed(*hand, model.net.interface.picture).mean()
    years = 0.1 * (MEAN_WEIGHT * seen + SEX_WEIGHT) + 4.0
    assert reading.bone_age_months == pytest.approx(12 * years, rel=1e-4)
    assert reading.method == "Greulich-Pyle style, by a small net"
    assert reading.model.sha256 == sha256((foreign_package / "net.onnx").read_bytes()).hexdigest()


def net_that_tells(**told):
    """Return a net that tells the same of every picture, and the interface that names it.

    `regions` are three numbers, all else is one. A bone age is 100 months and 1 more for every
    10,000 that the net tells, a spread 1 month for so many.
    """
    model = onnx.load_from_string(small_net())
    zero = numpy_helper.from_array(np.array([[0.0]], np.float32), "zero")
    model.graph.initializer.append(zero)
    model.graph.node.append(helper.make_node("MatMul", ["grey_column", "zero"], ["nothing"]))
    for name, value in told.items():
        row = np.atleast_2d(np.array(value, np.float32))
        model.graph.initializer.append(numpy_helper.from_array(row, f"{name}_told"))
        model.graph.node.append(helper.make_node("Add", ["nothing", f"{name}_told"], [name]))
        model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    answer = Answer("age", Unit.MONTHS, scale=0.0001, offset=100.0)
    apart = 30.0 if "regions" in told else None
    details = Details(**{name: name for name in told}, regions_apart_months=apart)
    return model.SerializeToString(), replace(RGB, answer=answer, details=details)


def reader_of(folder, readable):
    """Return a model whose net finds every picture as readable as that."""
    return load_model(packed(folder, *net_that_tells(readable=readable)))


@pytest.mark.parametrize("told", [{"readable": 5.0}, {"readable": -0.1}, {"spread": -5.0}])
def test_a_chance_or_a_spread_that_cannot_be_is_refused_when_the_net_is_checked(told):
    content, interface = net_that_tells(**told)
    with pytest.raises(NetUnusable, match=next(iter(told))):
        check_reads(start_net(content, interface))


# Half widths of as many months are read from a figure of 1.
BY_SPREADS = Interval(0.9, spreads=(((24.0, 1.0),), ((24.0, 1.0),)))


@pytest.mark.parametrize(
    ("spread", "reasons"), [(5e3, (NO_INTERVAL,)), (5e4, ()), (1e10, (NO_INTERVAL,))]
)
def test_an_interval_that_cannot_be_honest_is_no_reading(tmp_path, hand, spread, reasons):
    model = load_model(packed(tmp_path, *net_that_tells(spread=spread), BY_SPREADS))
    assert read_picture_bone_age(model, hand[0], Sex.FEMALE).reasons == reasons


@pytest.mark.parametrize(
    ("told", "reasons"),
    [
        ({"regions": [0.0, 1e10, 0.0]}, (IMPOSSIBLE_PART,)),
        ({"regions": [0.0, 1e5, 0.0]}, ()),
        ({"nets": [-1e30]}, (IMPOSSIBLE_PART,)),
    ],
)
def test_a_bone_age_that_there_is_not_is_never_printed_beside_another(
    tmp_path, hand, told, reasons
):
    model = load_model(packed(tmp_path, *net_that_tells(**told)))
    assert read_picture_bone_age(model, hand[0], Sex.FEMALE).reasons == reasons


@pytest.mark.parametrize(("readable", "refused"), [(0.4, True), (0.6, False)])
def test_a_picture_that_the_net_calls_unreadable_is_refused(tmp_path, hand, readable, refused):
    reading = read_picture_bone_age(reader_of(tmp_path, readable), hand[0], Sex.FEMALE)
    assert reading.refused is refused
    assert (NOT_READABLE in reading.reasons) is refused


@pytest.mark.parametrize(("readable", "refused"), [(0.55, True), (0.65, False)])
def test_a_hand_found_at_another_look_must_be_the_surer_to_be_readable(
    tmp_path, hand, readable, refused
):
    faint = np.float32(0.05) * hand[0]
    faint[20:90, 20:120] = 2.0  # a lead letter
    reading = read_picture_bone_age(reader_of(tmp_path, readable), faint, Sex.FEMALE)
    assert reading.refused is refused
