import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.web.errors import Invalid
from resolutionflow.web.text import unstorable_message
from sessions_app import limits
from sessions_app.variable_validation import clean_values

FORM = [
    {"name": "text", "type": "text"},
    {"name": "plain"},
    {"name": "number", "type": "number"},
    {"name": "email", "type": "email"},
    {"name": "select", "type": "select", "choices": ["LAN", "Wi-Fi"]},
    {"name": "date", "type": "date"},
    {"name": "host", "type": "host"},
]


@pytest.mark.req("T3")
@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("text", "  anything <b>  ", "anything <b>"),
        ("plain", "x\ny", "x\ny"),
        ("undeclared", "x", "x"),
        ("text", 7, "7"),
        ("text", None, ""),
        ("number", "12", "12"),
        ("number", "-3.5", "-3.5"),
        ("number", "3,5", "3,5"),
        ("number", 3.5, "3.5"),
        ("number", "", ""),
        ("email", "ana@example.com", "ana@example.com"),
        ("select", "Wi-Fi", "Wi-Fi"),
        ("date", "2026-11-30", "2026-11-30"),
        ("host", "srv01", "srv01"),
        ("host", "srv01.corp.example.", "srv01.corp.example."),
        ("host", "münchen-dc1", "münchen-dc1"),
        ("host", "_ldap._tcp.corp", "_ldap._tcp.corp"),
        ("host", "10.0.0.1", "10.0.0.1"),
        ("host", "fe80::1%3", "fe80::1%3"),
        ("host", "[2001:db8::1]", "[2001:db8::1]"),
    ],
)
def test_values_that_fit(name, value, kept):
    assert clean_values(FORM, {name: value}) == {name: kept}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", True),
        ("text", []),
        ("text", {"a": 1}),
        ("text", float("nan")),
        ("text", float("inf")),
        ("text", "a\x00b"),
        ("text", "\ud800"),
        ("text", "x" * (limits.VARIABLE + 1)),
        ("number", "twelve"),
        ("number", "1e5"),
        ("number", "1 000"),
        ("number", 1e300),
        ("email", "ana"),
        ("email", "ana@"),
        ("select", "lan"),
        ("select", "WiFi"),
        ("date", "30.11.2026"),
        ("date", "2026-02-30"),
        ("host", "two words"),
        ("host", "-x"),
        ("host", "a/b"),
        ("host", "x" * 300),
    ],
)
def test_values_that_do_not_fit(name, value):
    with pytest.raises(Invalid) as error:
        clean_values(FORM, {name: value})
    assert set(error.value.fields) == {f"variables.{name}"}


@pytest.mark.parametrize("name", ["", "a b", "1st", "a-b", "x" * 65, "a\x00", 1, None])
def test_names_that_do_not_fit(name):
    with pytest.raises(Invalid):
        clean_values(FORM, {name: "x"})


def test_every_wrong_value_is_named_at_once():
    with pytest.raises(Invalid) as error:
        clean_values(FORM, {"number": "x", "date": "x", "text": "fine"})
    assert set(error.value.fields) == {"variables.number", "variables.date"}


@pytest.mark.parametrize("values", [None, [], "text", 1, [["a", "b"]]])
def test_values_are_an_object(values):
    with pytest.raises(Invalid):
        clean_values(FORM, values)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@pytest.mark.req("S16")
@given(st.dictionaries(st.sampled_from([field["name"] for field in FORM]) | st.text(), ANY) | ANY)
def test_any_json_value_is_cleaned_or_refused(values):
    """Kept values are storable text, and cleaning them again changes nothing."""
    try:
        kept = clean_values(FORM, values)
    except Invalid as error:
        assert error.fields
        return
    assert unstorable_message(kept) == ""
    assert all(isinstance(value, str) for value in kept.values())
    assert clean_values(FORM, kept) == kept
