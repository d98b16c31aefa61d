"""Reading targets that were typed, pasted or sent as CSV."""

import pytest

from sessions_app.batches.target_import import MAX_FILE_BYTES, parse_targets

pytestmark = pytest.mark.req("S11")


def csv_file(text, **encoded):
    return parse_targets("", text.encode(**encoded), "servers.csv")


def test_one_a_line_without_blanks_around():
    reading = parse_targets("  SRV-1\r\n\r\nSRV   2\t\n")
    assert (reading.labels, reading.problems) == (("SRV-1", "SRV 2"), ())
    assert reading.note == "2 targets read."


def test_a_comma_in_a_typed_line_is_part_of_the_target():
    assert parse_targets("Berlin, rack 3").labels == ("Berlin, rack 3",)


def test_doubles_are_left_out_and_named_whatever_their_case():
    reading = parse_targets("SRV-1\nsrv-1\nSRV-2\nSRV-1")
    assert reading.labels == ("SRV-1", "SRV-2")
    assert reading.note == "2 targets read. 1 duplicate was left out: srv-1."


def test_many_doubles_are_named_in_part():
    lines = "\n".join(f"SRV-{number}" for number in range(7))
    note = parse_targets(f"{lines}\n{lines}").note
    assert note.endswith(
        "7 duplicates were left out: SRV-0, SRV-1, SRV-2, SRV-3, SRV-4 and 2 more."
    )


@pytest.mark.parametrize("head", ["name", "Host", " TARGET ", "os,Name,site"])
def test_a_csv_files_named_column_is_read(head):
    cells = ["SRV-1" if cell.strip().lower() != "os" else "2022" for cell in head.split(",")]
    assert csv_file(f"{head}\n{','.join(cells)}").labels == ("SRV-1",)


def test_target_wins_over_name_and_host():
    assert csv_file("host,name,target\na,b,c").labels == ("c",)


def test_without_a_head_the_first_column_is_read_from_its_first_row():
    assert csv_file("SRV-1,Berlin\nSRV-2,Paris\n").labels == ("SRV-1", "SRV-2")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_spreadsheets_put_between_cells(delimiter):
    text = delimiter.join(("site", "name")) + "\n" + delimiter.join(("Berlin", '"SRV;1, a"'))
    assert csv_file(text).labels == ("SRV;1, a",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_windows_tools_save(encoding):
    assert csv_file("name\nMÜNCHEN-1", encoding=encoding).labels == ("MÜNCHEN-1",)


def test_a_row_without_a_target_is_named():
    reading = csv_file("name,site\nSRV-1,Berlin\n,Paris\n")
    assert reading.problems == ("Line 3 of servers.csv has no target.",)
    assert reading.labels == ("SRV-1",)


def test_blank_rows_are_passed_over():
    assert csv_file("name,site\n\n,\nSRV-1,Berlin\n").problems == ()


def test_typed_and_file_are_read_together():
    reading = parse_targets("SRV-1", b"name\nSRV-2\nSRV-1", "servers.csv")
    assert reading.labels == ("SRV-1", "SRV-2")
    assert reading.text == "SRV-1\nSRV-2\nSRV-1"


def test_a_line_too_long_is_named_and_kept():
    reading = parse_targets("SRV-1\n" + "x" * 256)
    (problem,) = reading.problems
    assert problem.startswith("Line 2 has 256 characters; a target has at most 255")
    assert reading.text == "SRV-1\n" + "x" * 256


@pytest.mark.parametrize(("count", "fits"), [(100, True), (101, False)])
def test_a_batch_takes_a_hundred(count, fits):
    reading = parse_targets("\n".join(f"SRV-{number}" for number in range(count)))
    assert (reading.problems == ()) is fits
    if not fits:
        assert "Take 1 off" in reading.problems[0]


@pytest.mark.parametrize("typed", ["", " \n\t\n"])
def test_nothing_at_all_is_said(typed):
    assert "at least one target" in parse_targets(typed).problems[0]


def test_a_file_too_large_isnt_read():
    reading = parse_targets("SRV-1", b"x" * (MAX_FILE_BYTES + 1), "dump.csv")
    assert reading.problems == ("dump.csv has more than 1024 KB. Send the targets alone.",)
    assert reading.labels == ("SRV-1",)


def test_a_file_that_is_no_text_is_named():
    reading = parse_targets("", bytes(range(256)), "servers.xlsx")
    assert reading.problems == ("servers.xlsx is no text. Save the list as CSV, and choose that.",)
    assert reading.labels == ()


def test_a_nul_character_is_no_part_of_a_target():
    assert parse_targets("SRV\x00-1").labels == ("SRV-1",)
