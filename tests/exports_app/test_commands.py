import io

import pytest
from django.core.management import CommandError, call_command

from exports_app.options import ExportOptions
from exports_app.renderers import RENDERERS
from exports_app.service import export_session
from tests.factories import add_decision, make_completed, make_session

pytestmark = pytest.mark.django_db


def export(work_session, *flags):
    out, err = io.StringIO(), io.StringIO()
    call_command("export_session", str(work_session.pk), *flags, stdout=out, stderr=err)
    assert err.getvalue() == ""
    return out.getvalue()


@pytest.fixture
def work_session(engineer):
    made = make_completed(
        engineer, scratchpad="Gateway 10.1.2.3", outcome_notes="Rebuilt the profile."
    )
    add_decision(made, notes="Looked at SRV-DC01.corp.example.com")
    add_decision(made, notes="Second note")
    return made


@pytest.mark.parametrize("given", RENDERERS)
def test_the_content_is_alone_on_standard_output(given, work_session):
    expected = export_session(work_session, ExportOptions(format=given)).content
    assert export(work_session, "--format", given) == expected


@pytest.mark.parametrize(
    ("flags", "options"),
    [
        ([], {}),
        (["--no-include-timestamps"], {"include_timestamps": False}),
        (["--no-include-outcome-notes"], {"include_outcome_notes": False}),
        (["--max-step-index", "1"], {"max_step_index": 1}),
        (["--detail-level", "summary"], {"detail_level": "summary"}),
        (["--redaction-mode", "mask", "--redact-hostnames"],
         {"redaction_mode": "mask", "redact_hostnames": True}),
        (["--include-summary", "--summary-impact", "All"],
         {"include_summary": True, "summary": {"impact": "All"}}),
    ],
)  # fmt: skip
def test_flags_are_the_options_of_the_service(flags, options, work_session):
    expected = export_session(work_session, ExportOptions.parse(options)).content
    assert export(work_session, *flags) == expected


def test_redaction_reaches_the_command(work_session):
    assert "10.1.2.3" in export(work_session)
    assert "10.1.2.3" not in export(work_session, "--redaction-mode", "mask")


@pytest.mark.req("X8")
def test_only_a_completed_session_is_marked_exported(engineer, work_session):
    running = make_session(engineer)
    export(running)
    export(work_session)
    running.refresh_from_db()
    work_session.refresh_from_db()
    assert (running.exported, work_session.exported) == (False, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["12"], "not a session id"),
        (["0b8f6f3e-5f0c-4a6e-9a43-0d6c3e9f1a11"], "There is no session"),
        (["SESSION", "--format", "pdf"], "invalid choice"),
        (["SESSION", "--max-step-index", "0"], "max_step_index"),
        (["SESSION", "--max-step-index", "two"], "invalid int"),
        (["SESSION", "--summary-impact", "\udcff"], "summary"),
    ],
)
def test_a_bad_wish_is_refused_describe_counts(arguments, words, work_session):
    given = [str(work_session.pk) if one == "SESSION" else one for one in arguments]
    out = io.StringIO()
    with pytest.raises(CommandError, match=words):
        call_command("export_session", *given, stdout=out)
    assert out.getvalue() == ""


@pytest.mark.req("R4")
def test_a_failed_redaction_shows_nothing(work_session, monkeypatch):

    def broken(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr("exports_app.redact_document.redaction.mask", broken)
    monkeypatch.setattr("exports_app.redact_document.redaction.find", broken)
    out = io.StringIO()
    with pytest.raises(CommandError, match="nothing is shown"):
        call_command("export_session", str(work_session.pk), "--redaction-mode", "mask", stdout=out)
    assert out.getvalue() == ""
