"""A table that grows row by row: what of an earlier run is kept, and what never is."""

import os

import pytest

from console.errors import TableOfAnother
from console.unfinished_table import Earlier, unfinished_table
from records.errors import FileNotStored, RecordsBusy

COLUMNS = ("id", "image", "months")


def row(number, image="abc"):
    return {"id": f"child {number}", "image": image, "months": f"{100 + number}"}


def asked(*numbers, image="abc"):
    return [[{"id": f"child {number}", "image": image}] for number in numbers]


@pytest.fixture
def out(tmp_path):
    """A table that was left with three rows."""
    out = tmp_path / "out.csv"
    with unfinished_table(out, COLUMNS) as table:
        table.keep_what_fits([])
        for number in (1, 2, 3):
            table.add([row(number)])
    return out


def part_of(out):
    return out.with_name("out.csv.part")


def test_a_row_is_on_disk_before_the_next_is_made(tmp_path):
    with unfinished_table(tmp_path / "out.csv", COLUMNS) as table:
        table.keep_what_fits([])
        table.add([row(1)])
        assert table.part.read_text() == "id,image,months\nchild 1,abc,101\n"


def test_the_whole_table_has_its_name_when_it_is_finished_and_not_before(out):
    assert not out.exists()
    with unfinished_table(out, COLUMNS) as table:
        table.keep_what_fits(asked(1, 2, 3))
        table.finish()
    assert out.read_text().count("child") == 3
    assert not part_of(out).exists()


def test_rows_that_fit_are_kept_also_where_the_list_has_grown(out):
    with unfinished_table(out, COLUMNS) as table:
        assert table.keep_what_fits(asked(1, 2, 3, 4)) == Earlier(3, changed=False)


@pytest.mark.parametrize("cut", range(1, 16))
def test_a_half_written_row_goes(out, cut):
    whole = part_of(out).read_bytes()
    part_of(out).write_bytes(whole[:-cut])
    with unfinished_table(out, COLUMNS) as table:
        assert table.keep_what_fits(asked(1, 2, 3)) == Earlier(2, changed=False)
        table.add([row(3)])
    assert part_of(out).read_bytes() == whole


def test_a_half_written_row_with_quotes_goes(out):
    with part_of(out).open("a") as file:
        file.write('"child\n4')
    with unfinished_table(out, COLUMNS) as table:
        assert table.keep_what_fits(asked(1, 2, 3, 4)).images == 3
    assert part_of(out).read_text().endswith("child 3,abc,103\n")


def test_what_a_power_cut_left_goes(out):
    with part_of(out).open("ab") as file:
        file.write(b"\0" * 40 + b"\xff\n")
    with unfinished_table(out, COLUMNS) as table:
        assert table.keep_what_fits(asked(1, 2, 3, 4)).images == 3


def test_half_a_first_line_is_no_earlier_run(out):
    part_of(out).write_text("id,im")
    with unfinished_table(out, COLUMNS) as table:
        assert table.keep_what_fits(asked(1)) == Earlier(0, changed=False)
    assert part_of(out).read_text() == "id,image,months\n"


def test_from_an_altered_image_on_nothing_is_kept(out):
    expected = [*asked(1), *asked(2, image="another"), *asked(3)]
    with unfinished_table(out, COLUMNS) as table:
        assert table.keep_what_fits(expected) == Earlier(1, changed=True)
    assert part_of(out).read_text() == "id,image,months\nchild 1,abc,101\n"


@pytest.mark.parametrize("expected", [asked(9, 2, 3), asked(1, 2, 3, image="another")])
def test_rows_of_another_run_are_refused_and_left_alone(out, expected):
    before = part_of(out).read_bytes()
    with unfinished_table(out, COLUMNS) as table, pytest.raises(TableOfAnother, match="out.csv"):
        table.keep_what_fits(expected)
    assert part_of(out).read_bytes() == before


def test_a_file_of_somebody_else_is_refused_and_left_alone(out):
    part_of(out).write_text("a letter to my mother\n")
    with unfinished_table(out, COLUMNS) as table, pytest.raises(TableOfAnother):
        table.keep_what_fits(asked(1))
    assert part_of(out).read_text() == "a letter to my mother\n"


def test_of_an_image_all_rows_are_kept_or_none(out):
    pairs = [[*one, *other] for one, other in zip(asked(1, 3), asked(2, 4), strict=True)]
    with unfinished_table(out, COLUMNS) as table:
        assert table.keep_what_fits(pairs) == Earlier(1, changed=False)
    assert part_of(out).read_text().endswith("child 2,abc,102\n")


def test_two_commands_do_not_write_the_same_table(out):
    with (
        unfinished_table(out, COLUMNS),
        pytest.raises(RecordsBusy, match=r"out.csv.part"),
        unfinished_table(out, COLUMNS),
    ):
        pass


def test_a_folder_is_no_file_for_the_readings(tmp_path):
    with (
        pytest.raises(FileNotStored, match=r"could not be written: Is a directory\.$"),
        unfinished_table(tmp_path, COLUMNS),
    ):
        pass


def a_link(path):
    path.symlink_to(path.with_name("elsewhere.csv"))


@pytest.mark.parametrize("made", [a_link, os.mkfifo])
@pytest.mark.parametrize("name", ["out.csv", "out.csv.part"])
def test_a_link_or_a_pipe_is_refused_and_left_as_it_is(tmp_path, made, name):
    made(tmp_path / name)
    with (
        pytest.raises(FileNotStored, match="a link, a pipe or a device"),
        unfinished_table(tmp_path / "out.csv", COLUMNS),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [name]
