"""The option table of SPEC section 6: defaults, and every wrong option named at once."""

import pytest

from exports_app.options import ExportOptions
from exports_app.renderers import RENDERERS
from resolutionflow.web.errors import Invalid


def errors_of(given):
    with pytest.raises(Invalid) as caught:
        ExportOptions.parse(given)
    return set(caught.value.fields)


def test_defaults_leave_old_callers_unaffected():
    options = ExportOptions.parse({})
    assert options == ExportOptions()
    assert (options.format, options.detail_level, options.redaction_mode, options.audience) == (
        "markdown",
        "standard",
        "none",
        "internal",
    )
    assert options.include_timestamps and options.include_tree_info
    assert options.include_outcome_notes and options.include_next_steps
    assert not options.include_summary and not options.redact_hostnames
    assert options.max_step_index is None


@pytest.mark.parametrize("name", RENDERERS)
def test_every_renderer_is_a_format(name):
    assert ExportOptions.parse({"format": name}).format == name


def test_every_wrong_option_is_named_at_once():
    wrong = {
        "format": "docx",
        "detail_level": ["full"],
        "redaction_mode": 1,
        "audience": 3,
        "include_timestamps": "false",
        "include_tree_info": 0,
        "redact_hostnames": 1,
        "max_step_index": 0,
        "summary": {"issue": 3, "colour": "red", "impact": "a\x00b", "status": "\ud800"},
        "redact": True,
    }
    assert errors_of(wrong) == {
        "format",
        "detail_level",
        "redaction_mode",
        "audience",
        "include_timestamps",
        "include_tree_info",
        "redact_hostnames",
        "max_step_index",
        "summary.issue",
        "summary.colour",
        "summary.impact",
        "summary.status",
        "redact",
    }


@pytest.mark.parametrize("value", [0, -1, True, False, 1.0, "3", [1], {}])
def test_a_cutoff_is_a_whole_number_from_one(value):
    assert errors_of({"max_step_index": value}) == {"max_step_index"}


@pytest.mark.parametrize("value", [1, 7, 10**30])
def test_a_cutoff_beyond_the_end_is_allowed(value):
    assert ExportOptions.parse({"max_step_index": value}).max_step_index == value


@pytest.mark.parametrize("given", [None, [], "markdown", 3])
def test_options_are_an_object(given):
    assert errors_of(given) == {"options"}


@pytest.mark.parametrize("value", ["text", [], 3, True])
def test_a_summary_is_an_object(value):
    assert errors_of({"summary": value}) == {"summary"}


def test_a_wrong_name_in_the_summary_is_shown_in_a_writable_form():
    (field,) = errors_of({"summary": {"\ud800" + "x" * 500: "a"}})
    assert field.encode() and len(field) < 80


def test_other_names_are_passed_over_but_not_a_misspelt_redaction():
    assert ExportOptions.parse({"colour": "red"}) == ExportOptions()
    assert errors_of({"redaction": "mask"}) == {"redaction"}
    assert errors_of({"Masked": True}) == {"Masked"}


def test_null_in_the_summary_is_not_typed_and_empty_is():
    summary = ExportOptions.parse({"summary": {"issue": None, "status": ""}}).summary
    assert summary.issue is None
    assert summary.status == ""
