import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import ends_soon
from trees_app.variables import (
    fill,
    fill_command,
    fill_html,
    fill_labels,
    names_in,
    unknown_filters_in,
)

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,9}", fullmatch=True)


@pytest.mark.req("X12")
@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("ping {{ host }}", "ping srv01"),
        ("{{host}}{{\thost  }}", "srv01srv01"),
        ("{{ unknown }}", "{{ unknown }}"),
        ("{{ blank }}", "{{ blank }}"),
        ("{ host } {{ host", "{ host } {{ host"),
        ("{{{ host }}}", "{srv01}"),
        ("{{ ho st }} {{ 1st }} {{ häst }}", "{{ ho st }} {{ 1st }} {{ häst }}"),
        ("{{ \nhost }}", "{{ \nhost }}"),
        ("{{ loop }}", "{{ host }}"),
    ],
)
def test_fill(text, filled):
    """An unknown one stays as written, and a value is never filled again."""
    assert fill(text, {"host": "srv01", "blank": "", "loop": "{{ host }}"}) == filled


def test_names_in_order_of_appearance_each_once():
    assert names_in("{{ b }} {{ a }} {{b}} {{ not a name }}") == ["b", "a"]


PERSON = {"name": "O'Brien", "blank": "", "loop": "{{ name | ps }}"}


@pytest.mark.req("X12")
@pytest.mark.parametrize(
    ("text", "read", "run"),
    [
        ("{{ name }}", "O'Brien", "O'Brien"),
        ("-Identity {{ name | ps }}", "-Identity O'Brien", "-Identity 'O''Brien'"),
        ("{{name|ps}}{{\tname |cmd  }}", "O'BrienO'Brien", "'O''Brien'\"O'Brien\""),
        ("{{ name | bash }}", "O'Brien", "'O'\\''Brien'"),
        ("{{ name | perl }}", "O'Brien", "{{ name | perl }}"),
        ("{{ name | PS }}", "O'Brien", "{{ name | PS }}"),
        ("{{ blank | ps }}", "{{ blank | ps }}", "{{ blank | ps }}"),
        ("{{ unknown|cmd }}", "{{ unknown|cmd }}", "{{ unknown|cmd }}"),
        ("{{ loop | ps }}", "{{ name | ps }}", "'{{ name | ps }}'"),
        ("{{ name | }} {{ name || ps }}", "{{ name | }} {{ name || ps }}", None),
        ("{{ name | ps | cmd }}", "{{ name | ps | cmd }}", None),
    ],
)
def test_a_filter_quotes_in_commands_only(text, read, run):
    """For reading, the value is text; for running, it is a literal of the shell."""
    assert fill(text, PERSON) == read
    assert fill_command(text, PERSON) == (text if run is None else run)


def test_names_and_unknown_filters_are_found_with_a_filter():
    text = "{{ a | ps }} {{ b|perl }} {{ a }} {{ c | sql }} {{ d | perl }} {{ e | cmd }}"
    assert names_in(text) == ["a", "b", "c", "d", "e"]
    assert unknown_filters_in(text) == ["perl", "sql"]


@given(NAMES, st.text())
def test_any_value_is_put_in_as_it_is(name, value):
    text = f"<{{{{ {name} }}}}>"
    assert fill(text, {name: value}) == (f"<{value}>" if value else text)


@given(st.text(alphabet="{} ab_\n"))
def test_text_without_values_is_left_alone(text):
    assert fill(text, {}) == text


@pytest.mark.parametrize(
    "part", ["{{", "{{ ", "{{ a", "{{" + " " * 16, "{{ a ", "{{ a | p ", "{{ a | "]
)
def test_the_scan_is_linear(part):
    with ends_soon():
        fill(part * (1_000_000 // len(part)), {"a": "b"})


LABELS = {"host": "Server <name>"}
GAP = '<span class="placeholder" data-variable="host">‹Server &lt;name&gt;›</span>'


@pytest.mark.req("U1")
@pytest.mark.parametrize(
    ("text", "values", "filled"),
    [
        ("ping {{ host | ps }}", {}, f"ping {GAP}"),
        ("ping {{ host }}", {"host": ""}, f"ping {GAP}"),
        ("ping {{ host | ps }}", {"host": "<a>'s"}, "ping &#x27;&lt;a&gt;&#x27;&#x27;s&#x27;"),
        ("ping {{ other }} &lt;", {}, "ping {{ other }} &lt;"),
        ("{{ host | nothing }}", {"host": "a"}, "{{ host | nothing }}"),
    ],
)
def test_a_command_as_html_shows_a_blank_variable_by_its_label(text, values, filled):
    """Only one that the flow declares has a label; the rest stays as written."""
    assert fill_html(text, values, LABELS, is_command=True) == filled


@pytest.mark.req("U1")
def test_a_line_of_text_shows_a_blank_variable_by_its_label():
    assert fill_labels("{{ host }}, {{ other }}", {}, LABELS) == "‹Server <name>›, {{ other }}"
    assert fill_labels("{{ host }}", {"host": "srv"}, LABELS) == "srv"
    assert fill_html("{{ host }}", {"host": "<b>"}, LABELS) == "&lt;b&gt;"
