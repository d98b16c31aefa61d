"""The text tools of the exports: cleaning, variables, rulers, times, names of files."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports_app import cleaning
from exports_app.document import FileName
from resolutionflow.web.dates import zone_of


@pytest.mark.parametrize("end", ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\n"])
def test_every_line_end_becomes_one_newline(end):
    assert cleaning.clean(f"a{end}b") == "a\nb"


def test_terminal_sequences_are_removed_whole():
    assert cleaning.clean("\x1b[0;32mok\x1b[0m \x1b]0;title\x07done\x1b") == "ok done"


def test_an_unfinished_terminal_title_eats_no_text():
    assert cleaning.clean("\x1b]0;never closed\nnext line") == "]0;never closed\nnext line"


def test_invisible_characters_cannot_hide_an_address():
    assert cleaning.clean("10.\u200b0.\u200e0\u202e.5\ufeff\x00") == "10.0.0.5"


def test_joiners_that_shape_words_stay():
    assert cleaning.clean("می\u200cخواهم 👩\u200d💻") == "می\u200cخواهم 👩\u200d💻"


@given(st.text(alphabet=st.characters()))
def test_clean_text_can_be_written_and_stays_clean(typed):
    cleaned = cleaning.clean(typed)
    cleaned.encode("utf-8")
    assert cleaning.clean(cleaned) == cleaned
    assert cleaned.splitlines() == cleaned.removesuffix("\n").split("\n") or not cleaned


@pytest.mark.parametrize(
    "line",
    [
        "---",
        "-----",
        "=====",
        "- - -",
        "--- RESOLUTION ---",
        "  == X ==",
        "***",
        "────",
        "--x--",
        "--",
    ],
)
def test_rulers_are_seen(line):
    assert cleaning.is_ruler(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "-",
        "**bold**",
        "## x ##",
        "- item",
        "--verbose",
        "a --- b",
        "x = 3",
        "RESOLUTION",
        "-> next",
    ],
)
def test_ordinary_lines_are_no_rulers(line):
    assert not cleaning.is_ruler(line)


def test_head_lines_counts_lines():
    assert cleaning.head_lines("a\nb\nc", 3) == ("a\nb\nc", False)
    assert cleaning.head_lines("a\nb\nc\nd", 3) == ("a\nb\nc", True)


def test_strip_line_ends_keeps_the_indent_of_the_first_line():
    assert cleaning.strip_line_ends("\n \n  a  \n    b\n\n") == "  a\n    b"


def fill(typed, **values):
    return cleaning.fill_variables(typed, cleaning.variables_on_one_line(values))


@pytest.mark.req("X12")
def test_variables_are_filled_in_one_pass():
    assert fill("{{ a }} and {{b}}", a="{{ b }}", b="2") == "{{ b }} and 2"


@pytest.mark.req("X12")
def test_unknown_and_empty_variables_stay_as_written():
    assert fill("{{ a }} {{ b }}", b="") == "{{ a }} {{ b }}"


@pytest.mark.req("X12")
def test_a_value_is_one_line_of_text():
    assert fill("is {{ a }}!", a="x\r\n## y\u2028- z\x00") == "is x ## y - z!"


@pytest.mark.req("X12")
@pytest.mark.parametrize(
    ("line", "value"), [("{{ a }}", "- x"), ("  {{ a }}", "1. x"), ("{{ a }} x", "*")]
)
def test_a_value_does_not_make_its_line_a_list(line, value):
    filled = fill(line, a=value)
    assert not cleaning.LIST_ITEM.match(filled)
    assert filled.split() == line.replace("{{ a }}", value).split()


def test_a_typed_list_with_a_value_stays_one():
    assert fill("- {{ a }}", a="- x") == "- - x"


def test_times_say_their_zone():
    noon = datetime(2026, 7, 1, 12, 0, 5, tzinfo=UTC)
    assert cleaning.format_time(noon) == "2026-07-01 12:00"
    assert cleaning.format_time(noon, seconds=True) == "2026-07-01 12:00:05"
    assert cleaning.format_time(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01 00:00"

    def names(zone):
        return cleaning.zone_names(noon.astimezone(zone))

    assert names(zone_of("Europe/Berlin")) == ("CEST", "CEST (UTC+02:00)")
    assert names(zone_of("Asia/Kathmandu")) == ("UTC+05:45", "UTC+05:45")
    assert names(zone_of("UTC")) == ("UTC", "UTC")
    assert names(zone_of("America/St_Johns")) == ("NDT", "NDT (UTC-02:30)")
    assert names(timezone(timedelta(hours=3))) == ("UTC+03:00", "UTC+03:00")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-5, "0 s"),
        (45, "45 s"),
        (2050, "34 min 10 s"),
        (3900, "1 h 05 min"),
        (183_900, "2 d 3 h 05 min"),
    ],
)
def test_durations(seconds, expected):
    assert cleaning.duration(timedelta(seconds=seconds)) == expected


def test_the_file_name_says_ticket_flow_and_date():
    name = FileName("T-4711/B", "Über VPN & Straße", "2026-03-04").with_ending("md")
    assert name == "t-4711-b-uber-vpn-strasse-2026-03-04.md"


def test_a_file_name_is_never_empty():
    assert FileName("日本", "?!", "").with_ending("txt") == "session.txt"


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_file_name_is_short_plain_ascii(ticket, flow):
    name = FileName(ticket, flow, "2026-03-04").with_ending("html")
    assert name.isascii() and 0 < len(name) <= 120
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.") and name.count(".") == 1
