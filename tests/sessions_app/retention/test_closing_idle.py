"""Sessions that nobody came back to are closed, as their account's policy says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from resolutionflow.web.errors import StateError
from sessions_app import services
from sessions_app.attachments import services as attachments_services
from sessions_app.completion import services as completion_services
from sessions_app.models import Action, AuditEntry, Outcome, Session, State
from sessions_app.preparing import services as preparing_services
from sessions_app.recording import drafts
from sessions_app.recording.services import StepInput
from sessions_app.retention import closing_idle
from tests.factories import (
    AccountFactory,
    TreeFactory,
    UserFactory,
    make_completed,
    make_session,
    store_snapshot,
)
from tests.sessions_app.attachments.sample_files import JPEG
from tests.sessions_app.retention.lifecycle_factories import age
from tests.sessions_app.run_driver import START, Run

pytestmark = [pytest.mark.django_db, pytest.mark.req("H6")]
EIGHT_DAYS = timedelta(days=8)
NOTE = "Closed automatically after 7 days without activity."


def idle(user, by=EIGHT_DAYS, **fields):
    work_session = make_session(user, **fields)
    age(work_session.pk, by)
    return work_session


def touched_ago(work_session, ago):
    at = timezone.now() - ago
    Session.objects.filter(pk=work_session.pk).update(last_activity_at=at)


def state(work_session):
    return Session.objects.get(pk=work_session.pk).state


def test_an_idle_session_is_closed_with_a_note(engineer):
    work_session = idle(engineer)
    before = work_session.revision
    start = timezone.now()
    assert closing_idle.close_idle_sessions(engineer.account) == 1
    work_session.refresh_from_db()
    assert work_session.outcome == Outcome.CANCELLED
    assert work_session.outcome_notes == NOTE
    assert start <= work_session.completed_at <= timezone.now()
    assert work_session.last_activity_at == work_session.completed_at
    assert work_session.revision == before + 1
    assert work_session.undo_state is None
    assert work_session.next_steps == ""
    entry = AuditEntry.objects.filter(object_id=work_session.pk).first()
    assert (entry.action, entry.actor, entry.actor_name, entry.details) == (
        Action.CLOSED_IDLE,
        None,
        "",
        {"days": 7},
    )


def test_what_was_noted_before_comes_first(engineer):
    work_session = idle(engineer, outcome_notes="Waiting for a part.\n", next_steps="Call Ben.")
    closing_idle.close_idle_sessions(engineer.account)
    work_session.refresh_from_db()
    assert work_session.outcome_notes == f"Waiting for a part.\n\n{NOTE}"
    assert work_session.next_steps == "Call Ben."


@pytest.mark.parametrize("days", [1, 2, 30, 36_500])
def test_the_note_counts_in_words(days):
    words = {1: "1 day without"}.get(days, f"{days:,} days without")
    assert words in closing_idle.closing_note(days)


def test_what_is_typed_is_recorded_as_completing_records_it(engineer):
    """The same drafts, closed by the policy and by hand, leave the same last step."""
    left, right = Run(engineer), Run(engineer)
    for run in (left, right):
        run.answer(0)
        attachments_services.add_attachment(user=engineer, pk=run.pk, name="photo.jpg", data=JPEG)
        run.type("typed and left", command_output="output")
    age(left.pk, EIGHT_DAYS)
    closing_idle.close_idle_sessions(engineer.account)
    completion_services.complete(user=engineer, pk=right.pk, outcome="cancelled")
    one, other = (run.now.decisions.last() for run in (left, right))
    for name in ("position", "node_id", "question", "answer", "notes", "command_output"):
        assert getattr(one, name) == getattr(other, name), name
    assert one.notes == "typed and left"
    assert [file["name"] for file in one.attachments] == ["photo.jpg"]
    assert (one.recorded_by, other.recorded_by) == (None, engineer)
    assert left.now.decision_count == right.now.decision_count == 2
    assert left.now.drafts == right.now.drafts == {}


def test_nothing_typed_adds_no_step(engineer):
    run = Run(engineer)
    run.answer(0)
    age(run.pk, EIGHT_DAYS)
    closing_idle.close_idle_sessions(engineer.account)
    assert run.now.decision_count == 1


def test_only_what_the_policy_reaches_is_closed(engineer, author, stranger):
    fresh, old, over = make_session(engineer), idle(engineer), make_completed(engineer)
    age(over.pk, EIGHT_DAYS)
    waiting = preparing_services.prepare(
        user=engineer, tree=TreeFactory(author=author, published=True)
    )
    age(waiting.pk, EIGHT_DAYS)
    elsewhere = idle(stranger)
    assert closing_idle.close_idle_sessions(engineer.account) == 1
    assert [state(one) for one in (fresh, old, waiting, elsewhere)] == [
        State.ACTIVE,
        State.COMPLETED,
        State.PREPARED,
        State.ACTIVE,
    ]
    assert Session.objects.get(pk=over.pk).outcome == "resolved"


@pytest.mark.parametrize("days", [1, 7, 14, 365])
@pytest.mark.parametrize(("seconds", "closed"), [(-60, 0), (60, 1)])
def test_the_day_is_counted_to_the_minute(engineer, days, seconds, closed):
    engineer.account.close_idle_after_days = days
    engineer.account.save()
    touched_ago(make_session(engineer), timedelta(days=days, seconds=seconds))
    assert closing_idle.close_idle_sessions(engineer.account) == closed


def test_a_change_of_the_policy_holds_at_once(engineer):
    work_session, account = idle(engineer, by=timedelta(days=3)), engineer.account
    assert closing_idle.close_idle_sessions(account) == 0
    type(account).objects.update(close_idle_after_days=2)
    # The caller's account is of before; the policy is read when it is carried out.
    assert closing_idle.close_idle_sessions(account) == 1
    assert Session.objects.get(pk=work_session.pk).outcome_notes == closing_idle.closing_note(2)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"])
def test_no_time_zone_moves_the_day(zone):
    user = UserFactory(account=AccountFactory(time_zone=zone))
    touched_ago(make_session(user), timedelta(days=7, minutes=-1))
    touched_ago(make_session(user), timedelta(days=7, minutes=1))
    with timezone.override(zone):
        assert closing_idle.close_idle_sessions(user.account) == 1


def test_more_than_a_batch(engineer):
    tree = make_session(engineer).tree
    for _ in range(2 * closing_idle.BATCH_SIZE + 3):
        services.create_and_start(user=engineer, tree=tree)
    Session.objects.update(last_activity_at=timezone.now() - EIGHT_DAYS)
    asked = []
    count = closing_idle.close_idle_sessions(engineer.account, check_stop=lambda: asked.append(1))
    assert count == 2 * closing_idle.BATCH_SIZE + 4
    assert len(asked) == 4  # three batches, and a look that finds nothing
    assert not Session.objects.in_state(State.ACTIVE).exists()


def test_a_session_that_cannot_be_closed_keeps_no_other_open(engineer, caplog):
    broken, fine = idle(engineer), idle(engineer)
    Session.objects.filter(pk=broken.pk).update(
        snapshot_id=store_snapshot(engineer.account, {}), drafts={"scope": {"notes": "typed"}}
    )
    assert closing_idle.close_idle_sessions(engineer.account) == 1
    assert (state(broken), state(fine)) == (State.ACTIVE, State.COMPLETED)
    assert str(broken.pk) in caplog.text


def test_a_batch_costs_the_same_however_many_wait(engineer):
    """The queries beside those of each session: two for the batch and two around it."""
    tree = make_session(engineer).tree

    def cost(count):
        Session.objects.all().delete()
        for _ in range(count):
            services.create_and_start(user=engineer, tree=tree)
        Session.objects.update(last_activity_at=timezone.now() - EIGHT_DAYS)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            closing_idle._close_batch(engineer.account_id, set())
        return len(queries)

    full = cost(closing_idle.BATCH_SIZE)
    assert cost(3 * closing_idle.BATCH_SIZE) == full
    assert full <= 4 + 4 * closing_idle.BATCH_SIZE


# -- people at work ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_who_is_at_work_is_not_waited_for_and_wins(engineer):
    """Who types just then holds the row: the policy passes it by, and it isn't idle any more."""
    busy, quiet = Run(engineer), idle(engineer)
    age(busy.pk, EIGHT_DAYS)
    held, done = Event(), Event()

    def typing():
        try:
            with transaction.atomic():
                drafts.save_typing(
                    user=engineer, pk=busy.pk, step=busy.input(notes="still here"), base_hash=START
                )
                held.set()
                assert done.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        typed = pool.submit(typing)
        assert held.wait(20)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            assert closing_idle.close_idle_sessions(engineer.account) == 1
        finally:
            connection.close()  # and its setting with it
            done.set()
        typed.result(20)
    assert closing_idle.close_idle_sessions(engineer.account) == 0
    assert (state(quiet), busy.now.state) == (State.COMPLETED, State.ACTIVE)
    assert busy.now.drafts["scope"]["notes"] == "still here"


@pytest.mark.django_db(transaction=True)
def test_closers_and_typists_at_once_leave_each_session_in_one_state(engineer):
    """Four closers and forty typists: each session is closed once, or goes on with its text."""
    tree = make_session(engineer).tree
    Session.objects.all().delete()
    runs = [services.create_and_start(user=engineer, tree=tree).pk for _ in range(40)]
    Session.objects.update(last_activity_at=F("last_activity_at") - EIGHT_DAYS)

    def closer(_):
        try:
            return closing_idle.close_idle_sessions(engineer.account)
        finally:
            connection.close()

    def typist(pk):
        step = StepInput(position=1, node_id="scope", choice=None, notes="typed")
        try:
            drafts.save_typing(user=engineer, pk=pk, step=step, base_hash=START)
        except StateError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(12) as pool:
        typed = [pool.submit(typist, pk) for pk in runs[:20]]
        closed = [pool.submit(closer, n) for n in range(4)]
        typed += [pool.submit(typist, pk) for pk in runs[20:]]
        counts = sum(one.result(60) for one in closed)
        wins = [one.result(60) for one in typed]
    rows = {row.pk: row for row in Session.objects.all()}
    over = [pk for pk in runs if rows[pk].is_completed]
    assert counts == len(over)
    for pk, won in zip(runs, wins, strict=True):
        entries = AuditEntry.objects.filter(object_id=pk, action=Action.CLOSED_IDLE).count()
        assert entries == rows[pk].is_completed == (not won)
        assert bool(rows[pk].drafts) == won


# -- the command -------------------------------------------------------------------------------


def test_the_command_says_one_line_an_account(engineer, stranger, capsys):
    one, other = engineer.account, stranger.account
    idle(engineer)
    idle(engineer)
    call_command("close_idle_sessions", "--dry-run")
    assert capsys.readouterr().out.splitlines() == [
        f"{one.name}: would close 2 sessions without activity for 7 days.",
        f"{other.name}: nothing to close.",
    ]
    assert Session.objects.in_state(State.ACTIVE).count() == 2
    assert not AuditEntry.objects.filter(action=Action.CLOSED_IDLE).exists()
    call_command("close_idle_sessions")
    assert capsys.readouterr().out.splitlines() == [
        f"{one.name}: closed 2 sessions without activity for 7 days.",
        f"{other.name}: nothing to close.",
    ]
    assert Session.objects.in_state(State.ACTIVE).count() == 0
