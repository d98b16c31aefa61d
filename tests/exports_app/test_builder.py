"""What is in an export: status, levels, cutoff, summary, audiences; on plain data."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from exports_app.builder import NO_RESOLUTION
from exports_app.document import FileName, Summary
from exports_app.session_data import StepData
from tests.exports_app.samples import (
    STARTED,
    VPN,
    VPN_STEPS,
    active,
    document,
    prepared,
    with_steps,
)


@pytest.mark.req("X1")
def test_the_header_of_a_completed_session():
    header = document().header
    assert header.title == "VPN connection issues"
    assert (header.ticket, header.client) == ("T20260304.0112", "Bäckerei Vogt & Söhne GmbH")
    assert header.started == "2026-03-04 09:15 CET (UTC+01:00)"
    assert header.completed == "2026-03-04 09:49"
    assert header.status == "Resolved"
    assert document().notices == ()


def test_an_active_session_says_so():
    built = document(active())
    assert built.header.status == "In Progress (exported at step 5)"
    assert built.header.completed == ""
    assert built.notices == ("Session still in progress — exported at step 5 of path",)
    assert built.duration == ""


@pytest.mark.req("X1")
def test_a_session_without_a_step_says_so():
    built = document(replace(active(), steps=(), step_count=0), include_summary=True)
    assert built.header.status == "In Progress (no step recorded yet)"
    assert built.notices == ()
    assert built.summary and built.summary.status == "In Progress — no step recorded yet"


def test_a_prepared_session_says_so():
    built = document(prepared())
    assert built.header.status == "Prepared (not started)"
    assert built.notices == ()


def test_the_cutoff_keeps_the_first_steps_and_says_so():
    built = document(max_step_index=2)
    assert [step.position for step in built.steps] == [1, 2]
    assert built.notices == ("Showing steps 1–2 of 5.",)


@pytest.mark.parametrize("last", [5, 6, 10**30])
def test_a_cutoff_at_or_beyond_the_end_means_all(last):
    assert document(max_step_index=last) == document()


@pytest.mark.req("X1")
def test_a_cutoff_in_an_active_session_leaves_its_status():
    built = document(active(), max_step_index=2)
    assert built.header.status == "In Progress (exported at step 5)"
    assert built.notices == (
        "Session still in progress — exported at step 5 of path",
        "Showing steps 1–2 of 5.",
    )


@pytest.mark.req("X10")
def test_the_standard_level_keeps_five_lines_of_output():
    five, six = "1\n2\n3\n4\n5", "1\r\n2\r\n3\r\n4\r\n5\r\n6"
    built = document(
        with_steps(StepData(command_output=f"\n\n{five}\n\n"), StepData(command_output=six))
    )
    assert [(step.command_output, step.output_cut) for step in built.steps] == [
        (five, False),
        (five, True),
    ]


@pytest.mark.req("X10")
def test_the_full_level_cuts_nothing():
    (step,) = document(
        with_steps(StepData(command_output="x\n" * 900 + "end")), detail_level="full"
    ).steps
    assert step.command_output.count("\n") == 900 and not step.output_cut


@pytest.mark.req("X10")
def test_the_summary_level_has_no_steps_and_no_scratchpad():
    built = document(detail_level="summary", max_step_index=2)
    assert built.summary is not None
    assert built.steps == () and built.evidence == "" and built.notices == ()
    assert built.resolution and built.next_steps


@pytest.mark.req("X11")
def test_the_summary_block_is_optional_at_the_other_levels():
    assert document().summary is None
    assert document(include_summary=True).summary == Summary(
        issue="VPN connection issues: For users who cannot reach the office network from outside.",
        impact="",
        status="Resolved",
        resolution=VPN.outcome_notes,
        next_steps=VPN.next_steps,
    )


@pytest.mark.req("X11")
def test_the_summary_of_an_active_session_says_where_it_paused():
    summary = document(active(), include_summary=True).summary
    assert summary and summary.status == "In Progress — paused at step 5"


@pytest.mark.req("X11")
def test_what_is_typed_over_the_summary_wins_also_when_empty():
    summary = document(
        include_summary=True, summary={"impact": "One user", "next_steps": "", "status": None}
    ).summary
    assert summary
    assert (summary.impact, summary.next_steps, summary.status) == ("One user", "", "Resolved")


def test_what_is_not_included_is_not_in_the_summary_either():
    built = document(
        include_summary=True,
        include_outcome_notes=False,
        include_next_steps=False,
        include_tree_info=False,
    )
    assert built.summary
    assert built.summary.resolution == built.summary.next_steps == ""
    assert built.summary.issue == built.header.title
    assert built.resolution == built.next_steps == ""


def test_without_tree_info_only_the_flows_name_stays():
    header = document(include_tree_info=False).header
    assert header.title == "VPN connection issues"
    assert document(include_tree_info=False, detail_level="full").header == header


@pytest.mark.req("X1")
def test_the_header_is_what_a_dispatcher_reads():
    rows = dict(document().header.rows)
    assert list(rows) == ["Ticket", "Client", "Engineer", "Started", "Completed", "Status"]
    full = dict(document(detail_level="full").header.rows)
    assert full == {**rows, "Flow": "Network, version 7"}
    client = dict(document(audience="client", detail_level="full").header.rows)
    assert client == {name: text for name, text in rows.items() if name != "Engineer"}


def test_without_timestamps_no_time_is_left():
    built = document(include_timestamps=False)
    assert built.header.started == built.header.completed == built.duration == ""
    assert {step.timestamp for step in built.steps} == {""}


def test_a_step_of_another_day_carries_its_date():
    later = StepData(question="Back on it", timestamp=STARTED + timedelta(days=1))
    built = document(with_steps(VPN_STEPS[0], later))
    assert [step.timestamp for step in built.steps] == ["09:17", "2026-03-05 09:15"]


@pytest.mark.req("X1")
def test_the_date_stands_where_the_day_changes():
    days = [StepData(timestamp=STARTED + timedelta(days=day)) for day in (0, 1, 1, 2, 0)]
    assert [step.timestamp for step in document(with_steps(*days)).steps] == [
        "09:15",
        "2026-03-05 09:15",
        "09:15",
        "2026-03-06 09:15",
        "2026-03-04 09:15",
    ]


def test_seconds_only_at_full():
    (step,) = document(with_steps(VPN_STEPS[0]), detail_level="full").steps
    assert step.timestamp == "09:17:02"
    assert document(detail_level="full").header.started == "2026-03-04 09:15 CET (UTC+01:00)"


def test_a_zone_is_named_again_where_its_offset_changes():
    """The night of the change: 02:30 is there twice."""
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    steps = [StepData(timestamp=before + timedelta(hours=hour)) for hour in (0, 1, 2)]
    source = with_steps(*steps, started_at=before, completed_at=before + timedelta(hours=2))
    built = document(source)
    assert built.header.started == "2026-10-25 02:30 CEST (UTC+02:00)"
    assert built.header.completed == "2026-10-25 03:30 CET"
    assert [step.timestamp for step in built.steps] == ["02:30 CEST", "02:30 CET", "03:30"]


def test_blank_texts_are_no_sections():
    built = document(
        replace(VPN, scratchpad=" \n\u200b\t\n", outcome_notes="\x00", next_steps="\r")
    )
    assert built.evidence == built.resolution == built.next_steps == ""


@pytest.mark.req("X12")
def test_variables_are_filled_everywhere_but_in_outputs():
    source = replace(
        with_steps(
            StepData(question="{{ host }}?", notes="{{ host }}", command_output="{{ host }}")
        ),
        tree_name="Fix {{ host }}",
        outcome_notes="{{ host }}/{{ asset }}/{{ nobody }}",
    )
    built = document(source)
    assert built.header.title == "Fix NB-ANKE-04"
    assert (built.steps[0].title, built.steps[0].notes) == ("NB-ANKE-04?", "NB-ANKE-04")
    assert built.steps[0].command_output == "{{ host }}"
    assert built.resolution == "NB-ANKE-04/{{ asset }}/{{ nobody }}"


@pytest.mark.req("X14")
@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (StepData(question="Works?", answer="Yes"), "Yes"),
        (StepData(question="Works?"), "Works?"),
        (StepData(), NO_RESOLUTION),
    ],
)
def test_a_psa_export_always_has_a_resolution(last, expected):
    source = with_steps(VPN_STEPS[0], last, outcome_notes="")
    for level in ("summary", "standard", "full"):
        assert document(source, format="psa", detail_level=level).resolution == expected
    assert document(source, format="markdown").resolution == ""


@pytest.mark.req("X14")
def test_a_psa_export_without_steps_says_that_there_is_no_resolution():
    built = document(prepared(), format="psa")
    assert (built.resolution, built.outcome) == (NO_RESOLUTION, "Prepared (not started)")


@pytest.mark.req("X14")
def test_the_fallback_looks_no_further_than_the_cutoff():
    built = document(active(), format="psa", max_step_index=2, detail_level="summary")
    assert built.resolution == "No"
    assert built.resolution_label == "Is the VPN client up to date?"


def test_a_client_reads_no_notes_no_output_no_scratchpad():
    built = document(audience="client", detail_level="full", include_summary=True)
    assert built.evidence == "" and built.header.flow == ""
    assert [(step.title, step.answer) for step in built.steps][1] == (
        "Is the VPN client up to date?",
        "No",
    )
    for step in built.steps:
        assert step.notes == step.command_output == step.action == ""
        assert step.attachments == ()
    assert built.resolution and built.next_steps


def test_the_resolution_alone():
    built = document(audience="resolution", include_summary=True)
    assert built.header.rows == () and built.steps == () and built.summary is None
    assert built.evidence == built.next_steps == built.duration == ""
    assert built.resolution == VPN.outcome_notes
    running = document(active(), audience="resolution")
    assert running.section_text("resolution") == "Not resolved yet. Last answer: Yes"


def test_broken_attachments_are_passed_over():
    step = StepData(attachments=({}, {"name": None, "url": ""}, {"name": "a", "url": 3}))
    assert [item.line for item in document(with_steps(step)).steps[0].attachments] == ["a: 3"]


def test_map_text_reaches_every_text_and_only_texts():
    built = document(include_summary=True, detail_level="full")
    loud = built.map_text(str.upper)
    assert loud.header.title == "VPN CONNECTION ISSUES" and loud.header.client.isupper()
    assert loud.steps[1].notes.isupper() and loud.steps[3].attachments[0].name == "ROUTES.PNG"
    assert loud.summary and loud.summary.issue.isupper()
    assert loud.evidence.isupper() and loud.resolution.isupper() and loud.next_steps.isupper()
    assert loud.file_name == FileName("T20260304.0112", "VPN CONNECTION ISSUES", "2026-03-04")
    assert (loud.header.status, loud.header.started) == (built.header.status, built.header.started)
    assert loud.steps[0].timestamp == built.steps[0].timestamp
    assert built.map_text(str.upper, names=str.lower).file_name.flow == "vpn connection issues"


def test_the_file_carries_the_day_in_the_accounts_zone():
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert document(replace(VPN, completed_at=late)).file_name.day == "2026-03-05"
    assert document(replace(prepared(), exported_at=late)).file_name.day == "2026-03-05"
