"""The audit log: what is written down, and that it stays as it was written."""

import hashlib
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from exports_app.options import ExportOptions
from exports_app.service import export_session
from resolutionflow.web.errors import Invalid, StateError
from sessions_app import services
from sessions_app.batches import services as batches_services
from sessions_app.completion import services as completion_services
from sessions_app.handover import services as handover_services
from sessions_app.models import Action, AuditEntry
from sessions_app.preparing import services as preparing_services
from sessions_app.retention import pinning
from tests.factories import TeamFactory, TreeFactory, UserFactory, make_completed, make_session
from tests.sessions_app.run_driver import Run

pytestmark = pytest.mark.django_db


def log(pk):
    return list(AuditEntry.objects.filter(object_id=pk).order_by("at"))


def actions(pk):
    return [entry.action for entry in log(pk)]


def test_an_entry_names_the_session_and_who_did_it(engineer):
    tree = TreeFactory(author__account=engineer.account, published=True)
    work_session = services.create_and_start(
        user=engineer, tree=tree, ticket_number="T-9", client_name="Contoso"
    )
    (entry,) = log(work_session.pk)
    assert (entry.action, entry.actor, entry.account) == (
        Action.STARTED,
        engineer,
        engineer.account,
    )
    assert (entry.actor_name, entry.object_name, entry.ticket_number, entry.details) == (
        engineer.display_name,
        work_session.tree_name,
        "T-9",
        {},
    )


def test_a_run_from_start_to_deletion_is_in_the_log(engineer):
    run = Run(engineer)
    run.answer(0)
    run.type("typed")
    completion_services.complete(
        user=engineer, pk=run.pk, outcome="resolved", outcome_notes="secret words"
    )
    services.delete(user=engineer, pk=run.pk)
    assert actions(run.pk) == [Action.STARTED, Action.COMPLETED, Action.DELETED]
    assert [entry.details for entry in log(run.pk)] == [
        {},
        {"outcome": "resolved"},
        {"state": "completed"},
    ]


def test_a_prepared_session_starts_once_whatever_starts_it(engineer, author):
    tree = TreeFactory(author=author, published=True)
    work_session = preparing_services.prepare(user=engineer, tree=tree)
    assert actions(work_session.pk) == []
    services.set_scratchpad(user=engineer, pk=work_session.pk, text="here")
    services.start_prepared(user=engineer, pk=work_session.pk)
    assert actions(work_session.pk) == [Action.STARTED]


def test_a_hand_over_says_to_whom(account):
    team = TeamFactory(account=account)
    giver, taker = (UserFactory(account=account, team=team) for _ in range(2))
    work_session = make_session(giver)
    handover_services.hand_over(
        user=giver, pk=work_session.pk, to=taker.pk, note="The router is off."
    )
    entry = log(work_session.pk)[-1]
    assert (entry.action, entry.actor) == (Action.HANDED_OVER, giver)
    assert entry.details == {"to": taker.display_name, "to_id": str(taker.pk)}


def test_a_title_of_a_person_is_in_the_log_without_its_words(engineer):
    work_session = make_session(engineer)
    for title in ("Router of the CEO", " Router of  the CEO", "Router"):
        services.set_title(user=engineer, pk=work_session.pk, title=title)
    assert actions(work_session.pk) == [Action.STARTED, Action.RENAMED, Action.RENAMED]
    assert [entry.details for entry in log(work_session.pk)] == [{}, {}, {}]


def test_keeping_is_in_the_log_where_it_changes_something(engineer, admin):
    work_session = make_completed(engineer)
    before = len(actions(work_session.pk))
    for pinned in (False, True, True, False):
        pinning.set_pinned(user=admin, pk=work_session.pk, pinned=pinned)
    entries = log(work_session.pk)[before:]
    assert [(entry.action, entry.actor, entry.details) for entry in entries] == [
        (Action.PINNED, admin, {}),
        (Action.UNPINNED, admin, {}),
    ]


def test_what_is_refused_is_not_in_the_log(engineer, colleague):
    work_session = make_completed(engineer)
    before = actions(work_session.pk)
    with pytest.raises(Invalid):
        services.set_title(user=engineer, pk=work_session.pk, title="x" * 31)
    with pytest.raises(PermissionDenied):
        pinning.set_pinned(user=colleague, pk=work_session.pk, pinned=True)
    with pytest.raises(StateError):
        completion_services.complete(user=engineer, pk=work_session.pk, outcome="resolved")
    with pytest.raises(PermissionDenied):
        services.delete(user=colleague, pk=work_session.pk)
    assert actions(work_session.pk) == before


@pytest.mark.parametrize("mode", ["none", "mask"])
def test_an_export_leaves_its_options_its_counts_and_the_mark_of_its_text(engineer, mode):
    run = Run(engineer)
    run.answer(0, notes="It answers at 10.1.2.3 and 10.1.2.4.")
    options = ExportOptions(format="psa", detail_level="full", redaction_mode=mode)
    rendered = export_session(run.now, options, actor=engineer)
    entry = log(run.pk)[-1]
    assert (entry.action, entry.actor) == (Action.EXPORTED, engineer)
    masked = {"masked": {"ip": 2}} if mode == "mask" else {}
    assert entry.details == {
        "format": "psa",
        "detail_level": "full",
        "audience": "internal",
        "redaction": mode,
        "sha256": hashlib.sha256(rendered.content.encode()).hexdigest(),
        **masked,
    }
    assert "10.1.2.3" not in str(entry.details)


def previewed(client, work_session, **options):
    """Return the proof that the page carries, and the text that it shows."""
    page = client.get(reverse("session-preview", args=[work_session.pk]), options)
    return page.context["proof"], page.context["preview"].rendered.content


def taken(client, work_session, **sent):
    before = len(log(work_session.pk))
    answer = client.post(reverse("session-exported", args=[work_session.pk]), sent)
    assert answer.status_code == 204
    (entry,) = log(work_session.pk)[before:]
    assert entry.action == Action.EXPORTED
    return entry.details


def test_a_preview_is_in_the_log_when_its_text_leaves(client, engineer):
    work_session = make_completed(engineer)
    client.force_login(engineer)
    before = actions(work_session.pk)
    proof, text = previewed(client, work_session, format="text", detail_level="full")
    assert actions(work_session.pk) == before
    digest = hashlib.sha256(text.encode()).hexdigest()
    options = {
        "format": "text", "detail_level": "full", "audience": "internal", "redaction": "none",
        "taken_from": "preview",
    }  # fmt: skip
    details = taken(client, work_session, proof=proof, text=text)
    assert details == {**options, "sha256": digest}
    details = taken(client, work_session, proof=proof, text="as edited — ü")
    assert details == {**options, "edited": True, "sha256_before_edits": digest}


def test_a_caller_writes_nothing_into_the_log(client, engineer):
    """Neither a digest nor options that the server hasn't signed for this very session."""
    work_session, other = make_completed(engineer), make_completed(engineer)
    client.force_login(engineer)
    foreign, text = previewed(client, other)
    proof, _ = previewed(client, work_session)
    forged = (
        {"text": "anything", "format": "psa", "redaction_mode": "mask"},
        {"sha256": "0" * 64, "edited_in": "preview"},
        {"proof": foreign, "text": text},
        {"proof": f"{proof}x", "text": text},
        {"proof": "\x00", "text": "\x00"},
    )
    for sent in forged:
        assert taken(client, work_session, **sent) == {"taken_from": "preview"}


def test_a_batch_that_leaves_whole_is_in_the_log_of_each_target(client, author):
    tree = TreeFactory(author=author, tree_type="maintenance", published=True)
    batch_id, sessions = batches_services.prepare_batch(
        user=author, tree_id=tree.pk, labels=["a", "b"]
    )
    client.force_login(author)
    assert client.post(reverse("batch-export", args=[batch_id])).status_code == 200
    for work_session in sessions:
        assert actions(work_session.pk) == [Action.EXPORTED]


def test_the_database_refuses_to_change_the_log(engineer):
    pk = make_session(engineer).pk
    rows = AuditEntry.objects.filter(object_id=pk)
    for change in (lambda: rows.update(action=Action.DELETED), rows.delete, lambda: rows[0].save()):
        with pytest.raises(DatabaseError, match="only written to"), transaction.atomic():
            change()
    assert actions(pk) == [Action.STARTED]


def test_the_log_outlives_the_session_and_the_person(engineer):
    pk = make_session(engineer).pk
    services.delete(user=engineer, pk=pk)
    name = engineer.display_name
    engineer.delete()
    assert [entry.actor_name for entry in log(pk)] == [name, name]


def test_nothing_is_logged_of_what_then_failed(engineer):
    work_session = make_session(engineer)
    before = actions(work_session.pk)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        completion_services.complete(user=engineer, pk=work_session.pk, outcome="resolved")
        1 / 0  # noqa: B018
    assert actions(work_session.pk) == before


def test_an_unknown_action_is_refused(engineer):
    entry = AuditEntry.objects.build_entry(make_session(engineer), Action.STARTED, by=None)
    entry.action, entry.object_id = "guessed", uuid.uuid4()
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()
