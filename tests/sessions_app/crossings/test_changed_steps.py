"""A recorded step can't be changed unseen: it says who did, the log has it, times stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app.attachments import services as attachment_services
from sessions_app.attachments.services import StepRef
from sessions_app.models import Action, AuditEntry, Decision
from sessions_app.recording.drafts import recorded_texts
from sessions_app.recording.services import text_hash
from tests.sessions_app.attachments.sample_files import png
from tests.sessions_app.run_driver import Run

pytestmark = [pytest.mark.django_db, pytest.mark.req("S15")]


@pytest.fixture
def run(engineer, colleague):
    """Two steps that the engineer recorded; the colleague is assigned and may write too."""
    run = Run(engineer, assigned_to=colleague)
    run.answer(0, notes="Only Anke.")
    run.answer(notes="Pinged.")
    return run


@pytest.fixture
def theirs(run, colleague):
    run.user = colleague
    return run


@pytest.fixture
def put(run, api, colleague):
    def send(decisions, user=colleague):
        answer = api(user).put(
            f"/api/v1/sessions/{run.pk}", {"decisions": decisions}, headers={"If-Match": "*"}
        )
        assert answer.status_code == 200, answer.content
        return answer.json()["decisions"]

    send.read = lambda: api(colleague).get(f"/api/v1/sessions/{run.pk}").json()["decisions"]
    return send


def step(run, position=1):
    return run.now.decisions.get(position=position)


def log(run):
    rows = AuditEntry.objects.filter(object_id=run.pk, action=Action.STEPS_CHANGED)
    return [(row.actor_id, row.details) for row in rows.order_by("at", "id")]


def one_change(run, user, **details):
    return log(run) == [(user.pk, details)]


# -- on the page ---------------------------------------------------------------------------------


def test_answering_again_with_another_note(theirs, colleague, engineer):
    theirs.again(1, 0, notes="Two users.")
    changed = step(theirs)
    assert (changed.recorded_by, changed.edited_by) == (engineer, colleague)
    assert changed.edited_at is not None
    assert one_change(theirs, colleague, changed=[1])


def test_the_same_again_is_no_change(theirs):
    theirs.again(1, 0, notes="Only Anke.")
    assert step(theirs).edited_by is None
    assert log(theirs) == []


def test_typing_at_a_recorded_step_is_one_entry_however_long_it_takes(theirs, colleague):
    for notes in ("T", "Two", "Two users."):
        there = step(theirs)
        theirs.type(
            notes,
            base_hash=text_hash(*recorded_texts(theirs.now, there)),
            position=1,
            node_id=there.node_id,
            revised_decision_id=there.pk,
        )
    assert step(theirs).edited_by == colleague
    assert one_change(theirs, colleague, changed=[1])


def test_typing_on_later_is_another_entry(theirs, colleague):
    theirs.again(1, 0, notes="Two users.")
    Decision.objects.update(edited_at=timezone.now() - timedelta(hours=1))
    theirs.again(1, 0, notes="Three users.")
    assert len(log(theirs)) == 2


def test_a_file_at_a_recorded_step(theirs, colleague):
    place = StepRef(1, "scope")
    attachment = attachment_services.add_attachment(
        user=colleague, pk=theirs.pk, name="a.png", data=png(3, 2), place=place
    )
    assert step(theirs).edited_by == colleague
    Decision.objects.update(edited_by=None, edited_at=None)
    attachment_services.remove_attachment(user=colleague, pk=attachment.pk)
    assert step(theirs).edited_by == colleague


def test_the_session_page_names_who_changed_it(page, theirs, colleague, engineer):
    theirs.again(1, 0, notes="Two users.")
    shown = page(engineer).get(f"/sessions/{theirs.pk}").content.decode()
    assert f"Changed by {colleague.display_name}" in " ".join(shown.split())


# -- PUT -----------------------------------------------------------------------------------------


def test_a_path_sent_back_changes_nothing(theirs, put, engineer):
    before = list(theirs.now.decisions.values())
    put(put.read())
    assert list(theirs.now.decisions.values()) == before
    assert log(theirs) == []


def test_a_changed_step_names_who_changed_it(theirs, put, colleague, engineer):
    path = put.read()
    path[0]["notes"] = "Two users."
    answer = put(path)
    assert answer[0]["edited_by_name"] == colleague.display_name
    assert answer[0]["edited_at"]
    assert (answer[1]["edited_by_name"], answer[1]["edited_at"]) == ("", None)
    assert step(theirs).recorded_by == engineer
    assert one_change(theirs, colleague, changed=[1])


def test_the_log_never_has_the_text(theirs, put):
    path = put.read()
    path[0] |= {"notes": "hunter2", "answer": "hunter3", "question": "hunter4"}
    put(path)
    assert "hunter" not in str(log(theirs))


def test_nobody_sets_the_times_of_a_colleagues_step(theirs, put):
    before = step(theirs).timestamp
    path = put.read()
    path[0] |= {"timestamp": "2020-01-01T00:00:00Z", "entered_at": "2020-01-01T00:00:00Z"}
    put(path)
    assert step(theirs).timestamp == before
    assert log(theirs) == []


def test_times_of_ones_own_steps_and_of_new_ones_are_taken(theirs, put, engineer):
    """An import sends the times of what it brings, and may correct them."""
    path = put.read()
    path[0]["timestamp"] = "2026-01-01T00:00:00Z"
    new = {"node_id": "replies", "answer": "Yes", "timestamp": "2026-01-02T00:00:00Z"}
    answer = put([*path, new], user=engineer)
    assert [answer[0]["timestamp"], answer[2]["timestamp"]] == [
        "2026-01-01T00:00:00Z",
        "2026-01-02T00:00:00Z",
    ]


def test_a_new_step_at_the_end_is_no_change(theirs, put):
    put([*put.read(), {"node_id": "replies", "answer": "Yes"}])
    assert log(theirs) == []


@pytest.mark.parametrize("keep_position", [True, False])
def test_a_step_that_moves_keeps_who_recorded_it_and_when(
    theirs, put, colleague, engineer, keep_position
):
    before = [(row.recorded_by, row.timestamp) for row in theirs.now.decisions]
    path = put.read()
    for sent in path:
        sent.pop("position")
        if not keep_position:
            sent["timestamp"] = "2020-01-01T00:00:00Z"
    put([{"node_id": "custom-6f2f6e0e-31a4-4a63-8bbd-8c8f6a4de0c1", "question": "New"}, *path])
    rows = list(theirs.now.decisions)
    assert rows[0].recorded_by == colleague
    assert [(row.recorded_by, row.timestamp) for row in rows[1:]] == before
    assert one_change(theirs, colleague, inserted=[1])


def test_a_step_that_moves_and_changes_says_so(theirs, put, colleague, engineer):
    path = put.read()
    path[1]["notes"] = "Never pinged."
    del path[0]
    path[0].pop("position")
    answer = put(path)
    assert answer[0]["edited_by_name"] == colleague.display_name
    assert step(theirs).recorded_by == engineer
    assert one_change(theirs, colleague, changed=[1], removed=[1])


def test_removed_steps_are_logged(theirs, put, colleague):
    put(put.read()[:1])
    assert one_change(theirs, colleague, removed=[2])


def test_of_two_visits_to_a_step_each_keeps_its_own(run, put, engineer, colleague):
    run.answer(1)  # no, try again
    run.answer(notes="Pinged again.")
    Decision.objects.filter(session_id=run.pk, position=4).update(recorded_by=colleague)
    path = put.read()
    del path[0]
    for sent in path:
        sent.pop("position")
    put(path)
    rows = list(run.now.decisions)
    assert [(row.notes, row.recorded_by) for row in rows if row.node_id == "ping"] == [
        ("Pinged.", engineer),
        ("Pinged again.", colleague),
    ]
