"""Text that is saved as it is typed: seen by two, too long, or not storable."""

import pytest

from resolutionflow.web.errors import Conflict, Invalid
from sessions_app import limits, permissions
from sessions_app.recording import drafts
from sessions_app.recording.services import text_hash
from sessions_app.run.forms import StepForm
from tests.factories import add_decision, make_completed, make_session
from tests.sessions_app.run_driver import START, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(engineer):
    return Run(engineer)


# -- typing ---------------------------------------------------------------------------------------


def test_typing_is_kept_until_the_step_is_recorded(run):
    seen = run.type("It is")
    seen = run.type("It is slow", base_hash=seen, command_output="x")
    assert drafts.draft_texts(run.now, "scope") == ("It is slow", "x", "")
    assert run.path == []
    run.answer(0, notes="It is slow")
    assert run.now.drafts == {}
    assert seen == text_hash("It is slow", "x", "")


def test_typing_over_what_another_tab_typed_is_refused(run):
    run.type("mine")
    with pytest.raises(Conflict):
        run.type("other", base_hash=START)
    assert drafts.draft_texts(run.now, "scope")[0] == "mine"


def test_the_same_text_twice_is_no_conflict(run):
    assert run.type("same") == run.type("same", base_hash=START)


@pytest.mark.parametrize(("position", "node_id"), [(2, "scope"), (1, "ping"), (1, "gone")])
def test_typing_at_another_step_is_refused(run, position, node_id):
    with pytest.raises(Conflict):
        run.type("late", position=position, node_id=node_id)
    assert run.now.drafts == {}


def test_typing_at_a_recorded_step_changes_it(run):
    decision = run.answer(0, notes="old")
    before = run.now.revision
    run.type("new", revised_decision_id=decision.pk, base_hash=text_hash("old", "", ""))
    decision.refresh_from_db()
    assert (decision.notes, decision.answer) == ("new", "One user")
    assert run.now.revision > before
    with pytest.raises(Conflict):
        run.type("stale", revised_decision_id=decision.pk, base_hash=text_hash("old", "", ""))


def test_typing_at_a_custom_step_keeps_its_free_answer(run):
    run.add()
    decision = run.answer()
    seen = run.type("", revised_decision_id=decision.pk, text="Replaced it")
    decision.refresh_from_db()
    assert decision.answer == "Replaced it"
    run.type("", revised_decision_id=decision.pk, text="", base_hash=seen)
    decision.refresh_from_db()
    assert decision.answer == "Done"


def test_typing_never_reaches_another_session(run, engineer):
    other = add_decision(make_session(engineer), notes="theirs")
    with pytest.raises(Conflict):
        run.type("mine", revised_decision_id=other.pk, base_hash=text_hash("theirs", "", ""))
    other.refresh_from_db()
    assert other.notes == "theirs"


def test_the_scratchpad_notices_a_second_writer(run):
    def save(text, seen):
        return drafts.save_scratchpad(user=run.user, pk=run.pk, text=text, base_hash=seen)

    seen = save("one", text_hash(""))
    with pytest.raises(Conflict):
        save("two", text_hash(""))
    assert save("one", text_hash("")) == seen
    save("three", seen)
    assert run.now.scratchpad == "three"


@pytest.mark.req("S6")
def test_the_scratchpad_of_a_completed_session_is_written(engineer):
    pk = make_completed(engineer).pk
    drafts.save_scratchpad(user=engineer, pk=pk, text="late find", base_hash=text_hash(""))
    assert permissions.get_readable_session(engineer, pk).scratchpad == "late find"


# -- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        ("notes", limits.NOTES),
        ("command_output", limits.COMMAND_OUTPUT),
        ("text", limits.LINE),
    ],
)
def test_text_has_limits(run, field, limit):
    run.add()
    with pytest.raises(Invalid) as error:
        run.answer(**{field: "x" * (limit + 1)})
    assert set(error.value.fields) == {field}
    assert f"{limit:,}" in error.value.message
    with pytest.raises(Invalid):
        run.type(**{"notes": "", field: "x" * (limit + 1)})
    assert run.answer(**{field: "x" * limit})


def test_every_text_too_long_is_named_at_once(run):
    with pytest.raises(Invalid) as error:
        run.answer(0, notes="x" * (limits.NOTES + 1), command_output="y" * 1_000_001)
    assert set(error.value.fields) == {"notes", "command_output"}


def test_the_scratchpad_has_a_limit(run):
    text = "x" * (limits.SCRATCHPAD + 1)
    with pytest.raises(Invalid):
        drafts.save_scratchpad(user=run.user, pk=run.pk, text=text, base_hash=text_hash(""))


@pytest.mark.req("S16")
@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\udfff x", "ok \x07\x1b[31m", "𝔘 👩‍🔧"])
def test_any_text_is_kept_or_mended_never_a_crash(run, text):
    """The form mends what PostgreSQL can't store."""
    fields = {"notes": text, "command_output": text, "text": text}
    now = run.now
    form = StepForm({"position": 1, "node_id": now.current_node, "choice": 0, **fields})
    decision = run.send(form.step())
    decision.refresh_from_db()
    kept = text.replace("\x00", "").replace("\ud800", "\ufffd").replace("\udfff", "\ufffd")
    assert (decision.notes, decision.command_output) == (kept, kept)
