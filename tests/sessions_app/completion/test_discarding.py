"""Discarding what was begun by mistake: who may, what may go, and what is kept of it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts_app.models import User
from resolutionflow.web.errors import StateError
from sessions_app import services
from sessions_app.attachments import services as attachments_services
from sessions_app.completion.discarding import discard
from sessions_app.handover.services import hand_over
from sessions_app.models import Action, AuditEntry, Session, State
from sessions_app.retention import pinning
from tests.factories import (
    TeamFactory,
    TreeFactory,
    UserFactory,
    add_decision,
    make_completed,
    make_session,
)
from tests.sessions_app.api_helpers import prepared_for
from tests.sessions_app.batches.batch_factories import make_batch
from tests.sessions_app.run_driver import Run
from tests.sessions_app.threads import at_once
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.req("S14")]


@pytest.fixture
def started(engineer):
    tree = TreeFactory(published=True, author__account=engineer.account)
    reference = {"ticket_number": "T-7", "client_name": "Contoso"}
    return services.create_and_start(user=engineer, tree=tree, **reference)


def test_a_blank_one_goes_and_the_audit_keeps_who_and_when(engineer, started):
    assert discard(user=engineer, pk=started.pk, revision=started.revision) is None
    assert not Session.objects.exists()
    assert Tree.objects.get(pk=started.tree_id).usage_count == 0
    entry = AuditEntry.objects.get(action=Action.DISCARDED)
    assert (entry.actor_id, entry.ticket_number) == (engineer.pk, "T-7")
    assert entry.details == {"started_at": started.started_at.isoformat(), "is_kept": False}


def _upload(user, pk):
    attachments_services.add_attachment(user=user, pk=pk, name="x.log", data=b"809")


NOTED = {
    "a step": lambda user, run: run.answer(0),
    "a note that is typed": lambda user, run: run.type("Says 809"),
    "the scratchpad": lambda user, run: services.set_scratchpad(user=user, pk=run.pk, text="x"),
    "a value": lambda user, run: services.set_variables(
        user=user, pk=run.pk, values={"gateway": "gw"}
    ),
    "a title": lambda user, run: services.set_title(user=user, pk=run.pk, title="Mine"),
    "a file": lambda user, run: _upload(user, run.pk),
    "a custom step": lambda user, run: run.add("Look twice"),
    "next steps": lambda user, run: services.update(
        user=user, pk=run.pk, changes={"next_steps": "x"}
    ),
    "what keeps it": lambda user, run: pinning.set_pinned(user=user, pk=run.pk, pinned=True),
}


@pytest.mark.parametrize("name", NOTED)
def test_whatever_was_noted_keeps_it(engineer, name):
    run = Run(engineer)
    NOTED[name](engineer, run)
    with pytest.raises(StateError):
        discard(user=engineer, pk=run.pk)
    assert Session.objects.filter(pk=run.pk).exists()
    assert not AuditEntry.objects.filter(action=Action.DISCARDED).exists()


def test_only_its_owner(engineer, colleague, admin):
    work_session = make_session(engineer, assigned_to=colleague)
    for user, refused in (
        (colleague, PermissionDenied),
        (admin, PermissionDenied),
        (UserFactory(), Http404),
    ):
        with pytest.raises(refused):
            discard(user=user, pk=work_session.pk)
    User.objects.filter(pk=engineer.pk).update(role=User.Role.VIEWER)
    with pytest.raises(PermissionDenied):
        discard(user=User.objects.get(pk=engineer.pk), pk=work_session.pk)


def test_only_while_it_runs(engineer, colleague):
    for work_session in (make_completed(engineer), prepared_for(colleague, by=engineer)):
        with pytest.raises(StateError):
            discard(user=engineer, pk=work_session.pk)


def test_what_a_colleague_handed_over_is_no_mistake(engineer):
    team = TeamFactory(account=engineer.account)
    User.objects.filter(pk=engineer.pk).update(team=team)
    giver = UserFactory(account=engineer.account, team=team)
    work_session = make_session(giver)
    hand_over(user=giver, pk=work_session.pk, to=engineer.pk)
    with pytest.raises(StateError):
        discard(user=engineer, pk=work_session.pk)


@pytest.mark.req("S10", "T5")
def test_a_prepared_one_is_not_started_again_and_counts_once(engineer, colleague):
    waiting = prepared_for(colleague, by=engineer)
    services.set_reference(user=engineer, pk=waiting.pk, changes={"ticket_number": "T-7"})
    before = Tree.objects.get(pk=waiting.tree_id).usage_count
    services.start_prepared(user=colleague, pk=waiting.pk)
    kept = discard(user=colleague, pk=waiting.pk)
    assert (kept.state, kept.user, kept.assigned_to) == (State.PREPARED, engineer, colleague)
    assert Session.objects.get(pk=waiting.pk).ticket_number == "T-7"
    assert Tree.objects.get(pk=waiting.tree_id).usage_count == before
    services.start_prepared(user=colleague, pk=waiting.pk)
    assert Tree.objects.get(pk=waiting.tree_id).usage_count == before + 1


@pytest.mark.req("S11")
def test_a_target_stays_in_its_batch(author):
    tree = TreeFactory(author=author, published=True, tree_type=Tree.Type.MAINTENANCE)
    batch_id, (first, _) = make_batch(author, tree, 2)
    services.start_prepared(user=author, pk=first.pk)
    assert discard(user=author, pk=first.pk).state == State.PREPARED
    assert Session.objects.filter(batch_id=batch_id).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("S15")
def test_a_note_at_the_same_moment_is_never_lost(engineer):
    for _ in range(5):
        work_session = make_session(engineer)

        def write(work_session=work_session):
            try:
                services.set_scratchpad(user=engineer, pk=work_session.pk, text="Noted.")
            except Http404:
                return "gone"
            return "noted"

        verbs = (lambda ws=work_session: discard(user=engineer, pk=ws.pk), write)
        _, written = at_once(lambda index, verbs=verbs: verbs[index](), 2)
        kept = Session.objects.filter(pk=work_session.pk, scratchpad="Noted.").exists()
        assert kept == (written == "noted")


# -- the page ------------------------------------------------------------------------------------


def test_the_run_page_offers_it_until_a_step_is_recorded(page, engineer):
    work_session = make_session(engineer)
    client, action = page(engineer), f'action="/sessions/{work_session.pk}/discard"'
    assert action in client.get(f"/sessions/{work_session.pk}/run").content.decode()
    response = client.post(f"/sessions/{work_session.pk}/discard")
    assert (response.status_code, response["Location"]) == (303, "/")
    other = make_session(engineer)
    add_decision(other)
    shown = client.get(f"/sessions/{other.pk}/run").content.decode()
    assert f"/sessions/{other.pk}/discard" not in shown


def test_where_something_is_noted_the_page_asks_first(page, engineer):
    work_session = make_session(engineer, scratchpad="Noted.")
    response = page(engineer).post(f"/sessions/{work_session.pk}/discard")
    assert response["Location"] == f"/sessions/{work_session.pk}/delete"
    assert Session.objects.exists()
