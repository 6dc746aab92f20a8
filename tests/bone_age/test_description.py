"""What a package says about itself makes sense entry by entry, or the entry is named."""

import json
from dataclasses import replace

import pytest

from bone_age.description import (
    Answer,
    Description,
    Details,
    Framing,
    Interface,
    Interval,
    Layout,
    PictureInput,
    Standard,
    Unit,
    own_interface,
)
from bone_age.description_file import description_bytes, read_description
from bone_age.reading import Sex

FOREIGN = Description(
    name="Foreign_net",
    version="2.1b",
    licence="Apache-2.0",
    standard=Standard.GREULICH_PYLE,
    reader="a net of somebody else",
    net="model.onnx",
    interface=Interface(
        PictureInput(
            input="input_1:0",
            width=299,
            height=320,
            framing=Framing.FILM,
            channels=3,
            layout=Layout.NHWC,
            mean=(0.485, 0.456, 0.406),
            std=(0.229, 0.224, 0.225),
            mirrored_too=False,
        ),
        None,
        Answer("dense", Unit.YEARS, scale=3.5, offset=10.6),
    ),
    interval=Interval(0.9, 18.0),
    range_months=(12.0, 216.0),
)


def said(**changed):
    """Return the content of model.json of one of our nets with entries changed, `a__b` inside a."""
    own = replace(FOREIGN, interface=own_interface(192), range_months=(6, 228))
    entries = json.loads(description_bytes(own))
    for name, value in changed.items():
        *groups, entry = name.split("__")
        group = entries
        for one in groups:
            group = group[one]
        group[entry] = value
    return json.dumps(entries).encode()


OWN = replace(
    FOREIGN,
    interface=own_interface(256, Details("spread", "nets", "regions", 30.0, "looked_at")),
    interval=Interval(0.9, spreads=(((24.0, 1.5), (216.0, 1.8)), ((24.0, 1.6), (216.0, 1.9)))),
)


def own(**changed):
    """Return the content of OWN's model.json with entries changed."""
    entries = json.loads(description_bytes(OWN))
    for name, value in changed.items():
        entries[name] |= value
    return json.dumps(entries).encode()


@pytest.mark.parametrize("description", [FOREIGN, read_description(said()), OWN])
def test_a_description_is_read_as_it_was_written(description):
    assert read_description(description_bytes(description)) == description


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "../hand"}, "name"),
        ({"name": "ha nd"}, "name"),
        ({"name": "手"}, "name"),
        ({"version": 5}, "version"),
        ({"version": "1-2"}, "version"),
        ({"licence": ""}, "licence"),
        ({"licence": "two\nlines"}, "licence"),
        ({"standard": "TW3"}, "standard cannot be 'TW3'"),
        ({"reader": ""}, "reader"),
        ({"net": "../x"}, "net"),
        ({"net": "/etc/passwd"}, "net"),
        ({"picture": []}, "picture has no entries"),
        ({"picture__width": 32}, "width"),
        ({"picture__width": 192.0}, "width"),
        ({"picture__height": 10**6}, "height"),
        ({"picture__framing": "wrist"}, "framing cannot be 'wrist'"),
        ({"picture__channels": 2}, "channels"),
        ({"picture__channels": True}, "channels"),
        ({"picture__channels": 3}, "std must have 3 numbers"),
        ({"picture__layout": "CHW"}, "layout"),
        ({"picture__mean": [None]}, "mean must be a number"),
        ({"picture__mean": 0.5}, "mean"),
        ({"picture__std": [0]}, "std must be above 0"),
        ({"picture__mirrored_too": 1}, "mirrored_too"),
        ({"picture__gamma": 1}, "unknown entry 'gamma'"),
        ({"sex": "F"}, "sex has no entries"),
        ({"sex__male": 1.0}, "female and male"),
        ({"sex__female": "1"}, "female must be a number"),
        ({"answer__unit": "weeks"}, "unit cannot be 'weeks'"),
        ({"answer__scale": 0}, "scale"),
        ({"answer__offset": 10**400}, "offset is too great"),
        ({"interval__coverage": 1}, "coverage"),
        ({"interval__coverage": None}, "coverage"),
        ({"interval__error_months": 0.01}, "error_months"),
        ({"interval__error_months": -3}, "error_months"),
        ({"interval__error_months": 500}, "error_months"),
        ({"range_months": [1]}, "range_months"),
        ({"range_months": [228, 6]}, "range_months"),
        ({"range_months": [-9000, 228]}, "range_months"),
        ({"range_months": [6, 2280]}, "range_months"),
        ({"weights": "more.bin"}, "unknown entry 'weights'"),
        ({"\x1b[31m": 1}, "unknown entry"),
    ],
)
def test_what_cannot_be_is_named(changed, named):
    with pytest.raises(ValueError, match=named) as refused:
        read_description(said(**changed))
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    "entry",
    ["name", "licence", "standard", "net", "picture", "sex", "answer", "interval", "range_months"],
)
def test_a_missing_entry_is_named(entry):
    entries = json.loads(said())
    del entries[entry]
    with pytest.raises(ValueError, match=f"lacks the entry {entry}"):
        read_description(json.dumps(entries).encode())


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_none_is_refused(number):
    content = said().replace(b'"error_months": 18.0', f'"error_months": {number}'.encode())
    assert number.encode() in content
    with pytest.raises(ValueError, match="number"):
        read_description(content)


def test_an_entry_said_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        read_description(said().replace(b'"name"', b'"name": "other", "name"', 1))


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"details": {"spread": 5}}, "spread"),
        ({"details": {"weight": "w"}}, "unknown entry 'weight'"),
        ({"details": {"regions_apart_months": "far"}}, "regions_apart_months must be a number"),
        ({"interval": {"error_months": 10}}, "either error_months or spreads"),
        ({"interval": {"spreads": {"F": [[24, 1.5]]}}}, "spreads lacks the entry M"),
        ({"interval": {"spreads": {"F": [], "M": [[24, 1.5]]}}}, "pairs"),
        ({"interval": {"spreads": {"F": [[24, 1e-9]], "M": [[24, 1]]}}}, "0.1 to 100"),
        ({"interval": {"spreads": {"F": [[24, 1], [24, 2]], "M": [[24, 1]]}}}, "must rise"),
    ],
)
def test_what_is_wrong_beside_the_bone_age_is_named(changed, named):
    with pytest.raises(ValueError, match=named):
        read_description(own(**changed))


@pytest.mark.parametrize("missing", ["regions", "regions_apart_months"])
def test_regions_need_to_say_how_far_apart_they_usually_lie(missing):
    entries = json.loads(own())
    del entries["details"][missing]
    with pytest.raises(ValueError, match="needs both regions"):
        read_description(json.dumps(entries).encode())


def test_an_interval_in_spreads_needs_a_spread():
    entries = json.loads(own())
    del entries["details"]["spread"]
    with pytest.raises(ValueError, match="needs a net that tells its spread"):
        read_description(json.dumps(entries).encode())


def test_an_interval_in_spreads_follows_sex_and_bone_age():
    interval = OWN.interval
    assert interval.half_width_months(Sex.FEMALE, 120, 8.0) == pytest.approx(1.65 * 8)
    assert interval.half_width_months(Sex.MALE, 240, 8.0) == pytest.approx(1.9 * 8)
    assert FOREIGN.interval.half_width_months(Sex.MALE, 240, None) == 18.0
