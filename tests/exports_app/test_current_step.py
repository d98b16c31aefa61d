"""The step that a session in progress stands at, with what is typed there (SPEC section 6)."""

import pytest

from exports_app.service import ExportOptions, export_session
from sessions_app.models import Session
from sessions_app.recording import drafts
from sessions_app.recording import services as recording_services
from tests.factories import make_completed
from tests.sessions_app.run_driver import Run

pytestmark = pytest.mark.django_db

NOTES = "Provider says: no outage. password: Winter-2026!"


@pytest.fixture
def run(engineer):
    run = Run(engineer)
    run.answer(0)
    return run


def type_at_current_step(run, **texts):
    work_session = Session.objects.get(pk=run.pk)
    step = recording_services.StepInput(
        position=work_session.decision_count + 1, node_id=work_session.current_node, **texts
    )
    before = recording_services.text_hash(*drafts.draft_texts(work_session, step.node_id))
    drafts.save_typing(user=run.user, pk=run.pk, step=step, base_hash=before)


def export(run, **options):
    work_session = Session.objects.get(pk=run.pk)
    return export_session(work_session, ExportOptions.parse(options), actor=run.user).content


@pytest.mark.parametrize("name", ["markdown", "text", "html", "psa"])
def test_it_is_there_when_asked_for(run, name):
    type_at_current_step(run, notes=NOTES, command_output="ok")
    without = export(run, format=name)
    assert "(in progress)" not in without and "no outage" not in without
    shown = export(run, format=name, include_current_step=True)
    assert shown.count("(in progress)") == 1
    assert "no outage" in shown
    assert "exported at step 1" in shown


@pytest.mark.req("R1")
def test_what_is_typed_there_is_masked_too(run):
    type_at_current_step(run, notes=NOTES)
    shown = export(run, include_current_step=True, redaction_mode="mask")
    assert "no outage" in shown and "Winter-2026" not in shown


def test_a_cutoff_leaves_it_out(run):
    type_at_current_step(run, notes=NOTES)
    assert "(in progress)" not in export(run, include_current_step=True, max_step_index=1)
    assert "(in progress)" in export(run, include_current_step=True, max_step_index=2)


def test_a_summary_has_no_steps(run):
    type_at_current_step(run, notes=NOTES)
    shown = export(run, include_current_step=True, detail_level="summary")
    assert "no outage" not in shown


def test_a_client_reads_no_notes_of_it(run):
    type_at_current_step(run, notes=NOTES)
    shown = export(run, include_current_step=True, audience="client")
    assert "(in progress)" in shown and "no outage" not in shown


def test_before_the_first_step(engineer):
    run = Run(engineer)
    type_at_current_step(run, notes="Rang back.")
    shown = export(run, include_current_step=True)
    assert "Step 1:" in shown and "Rang back." in shown
    assert "In Progress (no step recorded yet)" in shown


def test_a_completed_session_has_none(engineer):
    work_session = make_completed(engineer)
    options = ExportOptions.parse({"include_current_step": True})
    assert "(in progress)" not in export_session(work_session, options, actor=engineer).content


def test_the_run_page_asks_for_it_where_something_is_typed(page, run):
    client = page(run.user)
    address = f"/sessions/{run.pk}/export"
    asked = {"format": "psa", "current_step_if_typed": "true"}
    assert b"(in progress)" not in client.post(address, asked).content
    type_at_current_step(run, notes="Rang back.")
    assert b"(in progress)" in client.post(address, asked).content
    assert b"(in progress)" not in client.post(address, {"format": "psa"}).content


def test_the_preview_offers_it_while_the_session_is_in_progress(page, run, engineer):
    client = page(run.user)
    assert b'name="include_current_step"' in client.get(f"/sessions/{run.pk}/preview").content
    done = make_completed(run.user)
    assert b'name="include_current_step"' not in client.get(f"/sessions/{done.pk}/preview").content
    type_at_current_step(run, notes="Rang back.")
    shown = client.get(f"/sessions/{run.pk}/preview?current_step_if_typed=true").content.decode()
    assert "Rang back." in shown
