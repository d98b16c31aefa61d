"""Recording a run: every way in which a step comes, comes twice, or comes too late."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from resolutionflow.errors import Conflict, Invalid, StateError
from sessions_app import limits, recording, services
from sessions_app.forms import StepForm
from sessions_app.recording import StepInput, digest
from tests.factories import add_decision, make_completed, make_session

pytestmark = pytest.mark.django_db
START = digest("", "", "")


class Run:
    """A session under test, driven as the page drives it."""

    def __init__(self, user, **fields):
        self.user = user
        self.pk = make_session(user, **fields).pk

    @property
    def now(self):
        return services.readable(self.user, self.pk)

    def input(self, choice=None, **more):
        now = self.now
        return StepInput(
            **{
                "position": now.decision_count + 1,
                "node_id": now.current_node,
                "choice": choice,
                "request_id": uuid.uuid4(),
                **more,
            }
        )

    def send(self, step):
        return recording.answer(user=self.user, pk=self.pk, step=step)[1]

    def answer(self, choice=None, **more):
        return self.send(self.input(choice, **more))

    def again(self, position, choice=None, **more):
        """Answer the recorded step at `position` anew, as its page would."""
        there = self.now.decisions.get(position=position)
        values = {"position": position, "node_id": there.node_id, "revises": there.pk, **more}
        return self.answer(choice, **values)

    def type(self, notes="", *, seen=START, user=None, **more):
        step = self.input(**{"notes": notes, **more})
        return recording.save_typing(user=user or self.user, pk=self.pk, step=step, seen=seen)

    def add(self, title="Check the cable", **more):
        recording.add_custom_step(user=self.user, pk=self.pk, title=title, **more)
        return self.now.current_node

    def bring_back(self, shelf):
        recording.bring_back(user=self.user, pk=self.pk, shelf=shelf.id)

    @property
    def shelves(self):
        return recording.shelves(self.now)

    @property
    def path(self):
        rows = list(self.now.decisions)
        assert [row.position for row in rows] == list(range(1, len(rows) + 1))
        assert len(rows) == self.now.decision_count
        return [f"{row.node_id}: {row.answer}" for row in rows]


@pytest.fixture
def run(engineer):
    return Run(engineer)


# -- answering ---------------------------------------------------------------------------------


def test_an_answer_is_recorded_and_the_run_moves_on(run):
    decision = run.answer(0, notes="One PC.", command_output="ok\n")
    assert (decision.position, decision.node_id, decision.answer) == (1, "scope", "One user")
    assert decision.question == "Is one user affected, or everyone?"
    assert (decision.notes, decision.command_output) == ("One PC.", "ok\n")
    assert decision.next_node == run.now.current_node == "ping"
    assert decision.entered_at <= decision.timestamp
    assert decision.recorded_by == run.user


def test_a_step_is_recorded_with_the_values_of_its_variables(run):
    services.set_variables(user=run.user, pk=run.pk, values={"gateway": "10.0.0.1"})
    run.answer(0)
    decision = run.answer()
    assert (decision.question, decision.answer) == ("Ping 10.0.0.1", "Done")
    assert decision.action == "Ping the gateway"


def test_a_loop_visits_a_node_again(run):
    """[T1]: "try again" is legal; each visit is a step of its own."""
    run.answer(0)
    for _ in range(3):
        run.answer(notes="pinged")
        run.answer(1)
    assert run.path == ["scope: One user", *["ping: Done", "replies: No, try again"] * 3]
    assert run.now.current_node == "ping"
    assert recording.draft_of(run.now, "ping") == ("", "", "")


def test_each_step_was_entered_when_the_one_before_was_answered(run):
    first, second = run.answer(0), run.answer()
    assert second.entered_at == first.timestamp


@pytest.mark.parametrize("choice", [None, -1, 3, 10_000])
def test_a_wrong_choice_is_refused(run, choice):
    with pytest.raises(Invalid) as error:
        run.answer(choice)
    assert set(error.value.fields) == {"choice"}
    assert run.path == []


def test_a_solution_is_completed_not_answered(run):
    run.answer(1)
    with pytest.raises(Invalid):
        run.answer()
    assert run.path == ["scope: Everyone"]


@pytest.mark.parametrize(
    ("position", "node_id"), [(2, "scope"), (1, "ping"), (1, "gone"), (5, "replies")]
)
def test_a_step_of_another_state_is_refused_with_the_current_one(run, position, node_id):
    """[S15]"""
    with pytest.raises(Conflict) as conflict:
        run.answer(0, position=position, node_id=node_id)
    assert conflict.value.current.pk == run.pk
    assert run.path == []


# -- twice -------------------------------------------------------------------------------------


def test_a_double_click_is_one_step(run):
    step = run.input(0, notes="first")
    assert run.send(step).pk == run.send(step).pk
    assert run.path == ["scope: One user"]


def test_a_request_resent_after_its_reply_was_lost_takes_what_was_typed_last(run):
    step = run.input(0, notes="short")
    first = run.send(step)
    run.send(StepInput(**{**vars(step), "notes": "short, and more"}))
    first.refresh_from_db()
    assert first.notes == "short, and more"
    assert run.path == ["scope: One user"]


def test_a_request_resent_after_later_steps_changes_no_path(run):
    step = run.input(0)
    run.send(step)
    run.answer()
    run.send(step)
    assert run.path == ["scope: One user", "ping: Done"]
    assert run.now.current_node == "replies"


def test_two_buttons_of_one_form_do_not_both_count(run):
    step = run.input(0)
    run.send(step)
    with pytest.raises(Conflict):
        run.send(StepInput(**{**vars(step), "choice": 1}))
    assert run.path == ["scope: One user"]


def test_a_second_tab_is_refused(run):
    """[S15]: the same step, another rendering of the form."""
    mine, other = run.input(0), run.input(1)
    run.send(mine)
    with pytest.raises(Conflict):
        run.send(other)
    assert run.path == ["scope: One user"]
    assert run.shelves == []


def test_a_form_without_an_id_is_still_recorded_once(run):
    step = run.input(0, request_id=None)
    run.send(step)
    with pytest.raises(Conflict):
        run.send(step)
    assert run.path == ["scope: One user"]


# -- going back [U6] ---------------------------------------------------------------------------


def test_the_same_answer_keeps_what_follows(run):
    first = run.answer(0, notes="before")
    run.answer()
    run.again(1, 0, notes="after", command_output="more")
    first.refresh_from_db()
    assert (first.notes, first.command_output) == ("after", "more")
    assert run.path == ["scope: One user", "ping: Done"]
    assert (run.shelves, run.now.current_node) == ([], "replies")


def test_another_answer_sets_the_later_steps_aside(run):
    run.answer(0)
    run.answer()
    decision = run.again(1, 1, notes="All of them.")
    assert run.path == ["scope: Everyone"]
    assert (run.now.current_node, decision.notes) == ("outage", "All of them.")
    (shelf,) = run.shelves
    assert (shelf.position, shelf.count, shelf.answer) == (1, 2, "One user")


def test_another_answer_to_the_same_node_is_another_answer(run):
    run.answer(0)
    run.answer()
    run.again(1, 2)
    assert run.path == ["scope: Not sure"]
    assert run.now.current_node == "ping"


def test_a_revision_sent_twice_is_one_revision(run):
    run.answer(0)
    run.answer()
    old = run.now.decisions.get(position=1)
    step = run.input(1, position=1, node_id="scope", revises=old.pk)
    assert run.send(step).pk == run.send(step).pk
    assert run.path == ["scope: Everyone"]
    assert len(run.shelves) == 1


def test_a_revision_of_a_step_that_left_the_path_is_refused(run):
    run.answer(0)
    old = run.now.decisions.get(position=1)
    run.again(1, 1)
    with pytest.raises(Conflict):
        run.answer(2, position=1, node_id="scope", revises=old.pk)
    assert run.path == ["scope: Everyone"]


def test_the_notes_of_an_action_change_alone(run):
    """An answer that came by the API, which the page's form doesn't show, stays."""
    run.answer(0)
    run.answer(text="Two of four came back")
    run.again(2, notes="Packet loss.")
    assert run.path == ["scope: One user", "ping: Two of four came back"]
    assert run.now.decisions.get(position=2).notes == "Packet loss."


def test_what_was_set_aside_comes_back(run):
    run.answer(0)
    run.answer(notes="pinged")
    run.again(1, 1)
    run.bring_back(run.shelves[0])
    assert run.path == ["scope: One user", "ping: Done"]
    assert run.now.current_node == "replies"
    assert run.now.decisions.get(position=2).notes == "pinged"
    (other,) = run.shelves
    assert (other.answer, other.count) == ("Everyone", 1)


def test_there_and_back_for_ever(run):
    run.answer(0)
    run.answer()
    run.again(1, 1)
    for answer in ("One user", "Everyone") * 3:
        run.bring_back(run.shelves[0])
        assert run.path[0] == f"scope: {answer}"
        assert len(run.shelves) == 1


def two_shelves(run):
    """Steps 3 and then 1 answered anew: the first shelf belongs on a path that is shelved too."""
    run.answer(0)
    run.answer()
    run.answer(1)
    run.again(3, 2)
    run.again(1, 1)
    assert run.path == ["scope: Everyone"]


def test_a_nested_shelf_waits_for_its_path(run):
    """Only steps that fit where the path ends now are offered; the others are kept."""
    two_shelves(run)
    (outer,) = run.shelves
    assert (outer.position, outer.count) == (1, 3)
    run.bring_back(outer)
    assert run.path == ["scope: One user", "ping: Done", "replies: No, still nothing"]
    inner = next(shelf for shelf in run.shelves if shelf.position == 3)
    run.bring_back(inner)
    assert run.path == ["scope: One user", "ping: Done", "replies: No, try again"]
    assert run.now.current_node == "ping"


def test_a_shelf_never_lands_on_a_path_that_does_not_lead_there(run):
    run.answer(0)
    run.answer()
    (ping,) = run.now.decisions.filter(position=2)
    run.answer(1)
    run.answer()  # ping again
    inner_of = run.again(3, 2)  # now at the outage; set aside: replies, ping
    inner = run.shelves[0]
    assert inner_of.next_node == "outage"
    run.again(1, 1)  # all of it aside: the path ends at the outage after one step
    run.add("Look at the status page")
    run.answer()
    run.add("Call the provider")
    assert len(run.path) == 2
    assert inner.id not in {shelf.id for shelf in run.shelves}
    with pytest.raises(Conflict):
        run.bring_back(inner)
    assert run.path[0] == "scope: Everyone"
    assert ping.node_id == "ping"


def test_an_unknown_shelf_is_refused(run):
    with pytest.raises(Conflict):
        recording.bring_back(user=run.user, pk=run.pk, shelf=uuid.uuid4())


def test_nothing_comes_back_once_completed(run):
    run.answer(0)
    run.again(1, 1)
    (shelf,) = run.shelves
    services.complete(user=run.user, pk=run.pk, outcome="resolved")
    assert run.shelves == []
    with pytest.raises(StateError):
        run.bring_back(shelf)


def test_what_was_set_aside_goes_with_the_session(run):
    run.answer(0)
    run.again(1, 1)
    services.delete(user=run.user, pk=run.pk)
    with pytest.raises(Http404):
        services.readable(run.user, run.pk)


# -- own steps ---------------------------------------------------------------------------------


def test_an_own_step_is_recorded_and_the_run_returns(run):
    run.answer(0)
    step_id = run.add("Check  the\ncable ", commands=[{"label": "", "code": "ethtool eth0"}])
    assert step_id.startswith("custom-")
    decision = run.answer(text="It was loose")
    assert (decision.question, decision.answer) == ("Check the cable", "It was loose")
    assert (decision.is_custom, decision.action) == (True, "ethtool eth0")
    assert run.now.current_node == "ping"


def test_own_steps_nest(run):
    outer = run.add("Outer")
    run.add("Inner")
    run.answer()
    assert run.now.current_node == outer
    run.answer()
    assert run.now.current_node == "scope"


def test_own_steps_come_back_too(run):
    run.answer(0)
    run.add("Look at the router")
    run.answer(text="Green")
    run.answer()
    run.again(1, 1)
    run.bring_back(run.shelves[0])
    assert [line.split(": ")[1] for line in run.path] == ["One user", "Green", "Done"]


def test_an_own_step_after_the_end_of_the_path(run):
    services.update(user=run.user, pk=run.pk, changes={"current_node": ""})
    run.add("One more look")
    run.answer()
    assert run.now.current_node == ""


def test_the_same_form_adds_one_step(run):
    request_id = uuid.uuid4()
    first = run.add(request_id=request_id)
    assert run.add(request_id=request_id) == first
    run.answer()
    run.add(request_id=request_id)
    assert len(run.now.custom_steps) == 1
    assert run.now.current_node == "scope"


def test_an_own_step_is_taken_back_before_it_is_recorded(run):
    step_id = run.add()
    run.type("half a thought")
    recording.drop_custom_step(user=run.user, pk=run.pk, step_id=step_id)
    assert (run.now.current_node, run.now.custom_steps, run.now.drafts) == ("scope", [], {})


@pytest.mark.parametrize("which", ["scope", "custom-gone", ""])
def test_only_the_own_step_at_hand_is_taken_back(run, which):
    run.add()
    with pytest.raises(Conflict):
        recording.drop_custom_step(user=run.user, pk=run.pk, step_id=which)
    assert len(run.now.custom_steps) == 1


def test_a_recorded_own_step_is_not_taken_back(run):
    step_id = run.add()
    run.answer()
    with pytest.raises(Conflict):
        recording.drop_custom_step(user=run.user, pk=run.pk, step_id=step_id)


@pytest.mark.parametrize("title", ["", "  \n ", "x" * (limits.CUSTOM_TITLE + 1)])
def test_an_own_step_needs_a_title(run, title):
    with pytest.raises(Invalid) as error:
        run.add(title)
    assert set(error.value.fields) == {"title"}


def test_own_steps_are_bounded(run):
    steps = [{"id": f"custom-{i}", "title": "x"} for i in range(limits.CUSTOM_STEPS)]
    services.update(user=run.user, pk=run.pk, changes={"custom_steps": steps})
    with pytest.raises(Invalid):
        run.add()


# -- typing ------------------------------------------------------------------------------------


def test_typing_is_kept_until_the_step_is_recorded(run):
    seen = run.type("It is")
    seen = run.type("It is slow", seen=seen, command_output="x")
    assert recording.draft_of(run.now, "scope") == ("It is slow", "x", "")
    assert run.path == []
    run.answer(0, notes="It is slow")
    assert run.now.drafts == {}
    assert seen == digest("It is slow", "x", "")


def test_typing_over_what_another_tab_typed_is_refused(run):
    run.type("mine")
    with pytest.raises(Conflict):
        run.type("other", seen=START)
    assert recording.draft_of(run.now, "scope")[0] == "mine"


def test_the_same_text_twice_is_no_conflict(run):
    assert run.type("same") == run.type("same", seen=START)


@pytest.mark.parametrize(("position", "node_id"), [(2, "scope"), (1, "ping"), (1, "gone")])
def test_typing_at_another_step_is_refused(run, position, node_id):
    with pytest.raises(Conflict):
        run.type("late", position=position, node_id=node_id)
    assert run.now.drafts == {}


def test_typing_at_a_recorded_step_changes_it(run):
    decision = run.answer(0, notes="old")
    before = run.now.revision
    run.type("new", revises=decision.pk, seen=digest("old", "", ""))
    decision.refresh_from_db()
    assert (decision.notes, decision.answer) == ("new", "One user")
    assert run.now.revision > before
    with pytest.raises(Conflict):
        run.type("stale", revises=decision.pk, seen=digest("old", "", ""))


def test_typing_at_an_own_step_keeps_its_free_answer(run):
    run.add()
    decision = run.answer()
    seen = run.type("", revises=decision.pk, text="Replaced it")
    decision.refresh_from_db()
    assert decision.answer == "Replaced it"
    run.type("", revises=decision.pk, text="", seen=seen)
    decision.refresh_from_db()
    assert decision.answer == "Done"


def test_typing_never_reaches_another_session(run, engineer):
    other = add_decision(make_session(engineer), notes="theirs")
    with pytest.raises(Conflict):
        run.type("mine", revises=other.pk, seen=digest("theirs", "", ""))
    other.refresh_from_db()
    assert other.notes == "theirs"


def test_the_scratchpad_notices_a_second_writer(run):
    def save(text, seen):
        return recording.save_scratchpad(user=run.user, pk=run.pk, text=text, seen=seen)

    seen = save("one", digest(""))
    with pytest.raises(Conflict):
        save("two", digest(""))
    assert save("one", digest("")) == seen
    save("three", seen)
    assert run.now.scratchpad == "three"


def test_the_scratchpad_of_a_completed_session_is_written(engineer):
    """[S6]"""
    pk = make_completed(engineer).pk
    recording.save_scratchpad(user=engineer, pk=pk, text="late find", seen=digest(""))
    assert services.readable(engineer, pk).scratchpad == "late find"


# -- text --------------------------------------------------------------------------------------


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


def test_every_text_too_long_is_told_at_once(run):
    with pytest.raises(Invalid) as error:
        run.answer(0, notes="x" * (limits.NOTES + 1), command_output="y" * 1_000_001)
    assert set(error.value.fields) == {"notes", "command_output"}


def test_the_scratchpad_has_a_limit(run):
    text = "x" * (limits.SCRATCHPAD + 1)
    with pytest.raises(Invalid):
        recording.save_scratchpad(user=run.user, pk=run.pk, text=text, seen=digest(""))


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\udfff x", "ok \x07\x1b[31m", "𝔘 👩‍🔧"])
def test_any_text_is_kept_or_mended_never_a_crash(run, text):
    """[S16]: the form mends what PostgreSQL can't store."""
    fields = {"notes": text, "command_output": text, "text": text}
    now = run.now
    form = StepForm({"position": 1, "node_id": now.current_node, "choice": 0, **fields})
    decision = run.send(form.step())
    decision.refresh_from_db()
    kept = text.replace("\x00", "").replace("\ud800", "\ufffd").replace("\udfff", "\ufffd")
    assert (decision.notes, decision.command_output) == (kept, kept)


# -- who and when ------------------------------------------------------------------------------

VERBS = {
    "answer": lambda run, user: recording.answer(user=user, pk=run.pk, step=run.input(0)),
    "typing": lambda run, user: run.type("x", user=user),
    "scratchpad": lambda run, user: recording.save_scratchpad(
        user=user, pk=run.pk, text="x", seen=digest("")
    ),
    "own step": lambda run, user: recording.add_custom_step(user=user, pk=run.pk, title="x"),
    "drop": lambda run, user: recording.drop_custom_step(user=user, pk=run.pk, step_id="scope"),
    "bring back": lambda run, user: recording.bring_back(user=user, pk=run.pk, shelf=uuid.uuid4()),
}
EVERY_VERB = pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS.keys())


@EVERY_VERB
@pytest.mark.parametrize("who", ["colleague", "author", "admin", "viewer", "integration"])
def test_nobody_else_of_the_account_writes(run, verb, who, request):
    """[A2], [A4]: 403."""
    with pytest.raises(PermissionDenied):
        verb(run, request.getfixturevalue(who))
    assert (run.path, run.now.drafts, run.now.scratchpad) == ([], {}, "")


@EVERY_VERB
def test_another_account_finds_nothing(run, verb, stranger):
    """[A1]: 404."""
    with pytest.raises(Http404):
        verb(run, stranger)


@pytest.mark.parametrize(
    "verb",
    [verb for name, verb in VERBS.items() if name != "scratchpad"],
    ids=[name for name in VERBS if name != "scratchpad"],
)
def test_a_completed_session_refuses(run, verb):
    services.complete(user=run.user, pk=run.pk, outcome="resolved")
    with pytest.raises(StateError):
        verb(run, run.user)


@pytest.mark.parametrize(
    "verb",
    [VERBS[name] for name in ("answer", "typing", "scratchpad", "own step")],
    ids=["answer", "typing", "scratchpad", "own step"],
)
def test_the_first_write_starts_a_prepared_session(run, verb, colleague, engineer):
    """[S4]: and the acting assignee becomes its owner."""
    work_session = run.now
    work_session.started_at, work_session.node_entered_at = None, None
    work_session.assigned_to = colleague
    work_session.save()
    verb(run, colleague)
    now = services.readable(colleague, run.pk)
    assert now.started_at is not None
    assert now.user == colleague
