"""From the database to the finished export: what is read, in how many queries, what is written."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts_app.models import User
from exports_app import builder, export_log, session_reader
from exports_app.options import ExportOptions
from exports_app.renderers import RENDERERS
from exports_app.service import RedactionFailed, export_session
from resolutionflow import redaction
from sessions_app.models import Action, AuditEntry, Session
from tests.factories import add_decision, make_completed, make_session

STARTED = datetime(2026, 3, 4, 8, 15, tzinfo=UTC)


@pytest.fixture
def finished(engineer: User) -> Session:
    work_session = make_completed(
        engineer,
        ticket_number="T-77",
        client_name="Vogt",
        outcome="resolved_externally",
        outcome_notes="Reset {{ gateway }}",
        session_variables={"gateway": "router one"},
        started_at=STARTED,
        completed_at=STARTED + timedelta(minutes=5),
    )
    add_decision(work_session, timestamp=STARTED + timedelta(minutes=1), notes="just one PC")
    add_decision(
        work_session,
        node_id=f"custom-{uuid.uuid4()}",
        question="Power cycle",
        answer="Helped",
        command_output="\n".join(str(number) for number in range(9)),
        timestamp=STARTED + timedelta(minutes=2),
        attachments=[{"name": "photo", "url": "https://x.example/1"}, "broken"],
    )
    return reread(work_session)


def reread(work_session: Session) -> Session:
    return Session.objects.select_related("user", "account").get(pk=work_session.pk)


def options(**given) -> ExportOptions:
    return ExportOptions.parse(given)


def test_a_session_becomes_plain_data(finished: Session):
    source = session_reader.read_session(finished, options())
    assert source.tree_name == finished.tree_snapshot["name"]
    assert (source.category, source.version) == ("Network", "1")
    assert (source.ticket_number, source.client_name) == ("T-77", "Vogt")
    assert source.engineer == finished.user.get_full_name()
    assert source.outcome == "Resolved Externally"
    assert source.time_zone == "Europe/Berlin"
    assert [field.name for field in source.intake if field.sensitive] == ["passphrase"]
    first, second = source.steps
    assert (first.answer, first.answer_offered, first.notes) == ("One user", True, "just one PC")
    assert (second.answer, second.answer_offered) == ("Helped", False)
    assert second.attachments == ({"name": "photo", "url": "https://x.example/1"},)
    assert source.step_count == 2


@pytest.mark.parametrize("name", RENDERERS)
def test_every_format_comes_out(finished: Session, name: str):
    rendered = export_session(finished, options(format=name))
    assert "Reset router one" in rendered.content
    assert "2026-03-04 09:15 CET (UTC+01:00)" in rendered.content
    assert "(full output omitted)" in rendered.content
    assert rendered.media_type == RENDERERS[name].media_type
    assert rendered.file_name.startswith("t-77-vpn-connection-fails-")
    assert rendered.file_name.endswith(f"-2026-03-04.{RENDERERS[name].extension}")


@pytest.mark.req("U6")
def test_steps_that_were_set_aside_are_not_exported(finished: Session):
    add_decision(finished, question="Left the path", answer="x", discarded_branch=uuid.uuid4())
    source = session_reader.read_session(reread(finished), options())
    assert [step.question for step in source.steps][-1] == "Power cycle"
    assert source.step_count == 2


def test_the_cutoff_reads_only_its_steps_and_counts_all(finished: Session):
    source = session_reader.read_session(finished, options(max_step_index=1))
    assert len(list(source.steps)) == 1 and source.step_count == 2
    beyond = session_reader.read_session(finished, options(max_step_index=10**30))
    assert len(list(beyond.steps)) == 2


@pytest.mark.req("X14")
@pytest.mark.parametrize(("last", "expected"), [(None, "Helped"), (1, "One user"), (9, "Helped")])
def test_the_summary_level_reads_the_last_step_alone(finished: Session, last, expected):
    finished.outcome_notes = ""
    wanted = options(format="psa", detail_level="summary", max_step_index=last)
    source = session_reader.read_session(finished, wanted)
    assert len(list(source.steps)) == 1
    assert builder.build_document(source, wanted).resolution == expected


def test_full_brings_every_line_and_standard_five(finished: Session):
    for level, count in (("full", 9), ("standard", 5)):
        wanted = options(detail_level=level)
        document = builder.build_document(session_reader.read_session(finished, wanted), wanted)
        assert document.steps[1].command_output.count("\n") == count - 1


@pytest.mark.req("X10")
@pytest.mark.parametrize("level", ["standard", "full"])
def test_long_outputs_with_few_lines_are_whole_at_both_levels(finished: Session, level):
    long_line = "x" * 30_000
    add_decision(finished, command_output=f"{long_line}\nend")
    add_decision(finished, command_output=f"\r\n{'y' * 9000}\r\n2\r\n3\r\n4\r\n5\r\n6")
    wanted = options(detail_level=level)
    document = builder.build_document(session_reader.read_session(reread(finished), wanted), wanted)
    assert document.steps[2].command_output == f"{long_line}\nend"
    assert not document.steps[2].output_cut
    assert document.steps[3].output_cut is (level == "standard")
    assert document.steps[3].command_output.startswith("y" * 9000)


@pytest.mark.parametrize("audience", ["internal", "client", "resolution"])
@pytest.mark.parametrize("level", ["summary", "standard", "full"])
def test_the_number_of_queries_does_not_grow_with_the_steps(finished: Session, audience, level):
    wanted = options(detail_level=level, audience=audience, format="psa")

    def queries() -> int:
        fresh = reread(finished)
        fresh.exported = True
        with CaptureQueriesContext(
            connection,
        ) as captured:
            export_session(fresh, wanted)
        return len(captured)

    few = queries()
    for _ in range(20):
        add_decision(finished, command_output="z\n" * 50)
    assert queries() == few <= 4  # the steps, the files, the addenda, the line in the audit log


def test_standard_does_not_read_whole_outputs(finished: Session):
    add_decision(finished, command_output="line\n" * 100_000)
    with CaptureQueriesContext(connection) as captured:
        source = session_reader.read_session(reread(finished), options())
    assert len(list(source.steps)[2].command_output) < 10_000
    assert len(captured) == 3  # steps, addenda


@pytest.mark.req("X8")
def test_exporting_marks_a_completed_session_and_nothing_else(finished: Session):
    before = Session.objects.values().get(pk=finished.pk)
    export_session(finished, options())
    after = Session.objects.values().get(pk=finished.pk)
    assert after == {**before, "exported": True}
    assert finished.exported
    with CaptureQueriesContext(connection) as captured:
        export_session(reread(finished), options())
    assert not [query for query in captured if query["sql"].startswith("UPDATE")]


@pytest.mark.req("X8")
@pytest.mark.parametrize("name", ["_mark_exported", "AuditEntry"])
def test_mark_and_log_entry_are_written_together_or_not_at_all(finished, monkeypatch, name):
    def fails(*args, **kwargs):
        raise RuntimeError("no")

    if name == "AuditEntry":
        monkeypatch.setattr(type(AuditEntry.objects), "log_action", fails)
    else:
        monkeypatch.setattr(export_log, name, fails)
    with pytest.raises(RuntimeError):
        export_session(finished, options())
    assert not Session.objects.get(pk=finished.pk).exported
    assert not finished.exported
    assert not AuditEntry.objects.filter(action=Action.EXPORTED).exists()


@pytest.mark.req("X8")
def test_exporting_an_active_session_writes_nothing(engineer: User):
    work_session = make_session(engineer)
    before = Session.objects.values().get(pk=work_session.pk)
    content = export_session(reread(work_session), options()).content
    assert "In Progress (no step recorded yet)" in content
    assert Session.objects.values().get(pk=work_session.pk) == before


def test_a_prepared_session_can_be_exported(engineer: User):
    work_session = make_session(engineer, started_at=None)
    rendered = export_session(reread(work_session), options(format="psa"))
    assert "Status: Prepared (not started)" in rendered.content
    assert "No resolution recorded." in rendered.content


@pytest.mark.req("R4")
def test_a_failed_redaction_exports_nothing_and_writes_nothing(finished: Session, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError("no")

    monkeypatch.setattr(redaction, "find", fails)
    with pytest.raises(RedactionFailed):
        export_session(finished, options(redaction_mode="mask"))
    assert not Session.objects.get(pk=finished.pk).exported


@pytest.mark.req("R1")
def test_a_sensitive_variable_of_the_flow_is_masked(finished: Session):
    finished.session_variables = {"passphrase": "tulip field", "gateway": "10.0.0.5"}
    finished.scratchpad = "Said tulip field on the phone, router at {{ gateway }}"
    rendered = export_session(finished, options(redaction_mode="mask"))
    assert "tulip" not in rendered.content and "10.0.0.5" not in rendered.content
    assert rendered.redaction.counts["token"] == 1
    assert rendered.redaction.counts["ip"] == 2
