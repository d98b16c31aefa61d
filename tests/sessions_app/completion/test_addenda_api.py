"""Addenda over REST, and where they meet the rest."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts_app.models import User
from exports_app.service import ExportOptions, export_session
from sessions_app import limits
from sessions_app.completion.addenda import add_addendum
from sessions_app.models import Action, Addendum, AuditEntry, Session
from tests.factories import make_completed, make_key, make_session
from tests.sessions_app.api_helpers import fields, url
from tests.sessions_app.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(engineer, colleague):
    return make_completed(engineer, assigned_to=colleague, outcome_notes="Reset.")


def exported(done, **options):
    session = Session.objects.get(pk=done.pk)
    return export_session(session, ExportOptions.parse(options), actor=session.user).content


def test_it_is_added_signed_and_timed(api, engineer, colleague, done):
    answer = api(colleague).post(url(done, "addenda"), {"text": "  Rang again.\n"})
    assert answer.status_code == 201
    made = Addendum.objects.get()
    assert answer.json() == {
        "id": str(made.pk),
        "author_id": str(colleague.pk),
        "author_name": colleague.display_name,
        "written_at": answer.json()["written_at"],
        "text": "Rang again.",
    }
    assert answer.json()["written_at"].endswith("Z")
    api(engineer).post(url(done, "addenda"), {"text": "All is well."})
    shown = api(engineer).get(url(done, "addenda")).json()
    assert [one["text"] for one in shown] == ["Rang again.", "All is well."]
    assert AuditEntry.objects.filter(object_id=done.pk, action=Action.ADDENDUM).count() == 2


def test_the_list_takes_as_many_queries_for_twenty_as_for_one(api, engineer, done):
    client = api(engineer)
    add_addendum(user=engineer, pk=done.pk, text="0")
    client.get(url(done, "addenda"))
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as found:
            client.get(url(done, "addenda"))
        counts.append(len(found))
        for number in range(1, 20):
            add_addendum(user=engineer, pk=done.pk, text=str(number))
    assert counts[0] == counts[1]


def test_an_open_session_takes_none(api, engineer):
    answer = api(engineer).post(url(make_session(engineer), "addenda"), {"text": "x"})
    assert answer.status_code == 400
    assert api(engineer).get(url(make_session(engineer), "addenda")).json() == []


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": " \n"}, {"text": None}, {"text": "x" * (limits.NOTES + 1)}]
)
def test_what_cannot_be_added(api, engineer, done, body):
    assert fields(api(engineer).post(url(done, "addenda"), body)) == {"text"}
    assert not Addendum.objects.exists()


@pytest.mark.req("I4")
def test_scopes_and_a_role_that_was_lost(api, engineer, done, client):
    def send(method, *scopes):
        key = make_key(engineer, scopes=list(scopes))
        headers = {"Authorization": f"Token {key}"}
        call = getattr(client, method)
        body = {"data": {"text": "x"}} if method == "post" else {}
        return call(url(done, "addenda"), content_type="application/json", headers=headers, **body)

    assert send("post", "read", "export").status_code == 403
    assert send("get", "export").status_code == 403
    assert send("post", "write").status_code == 201
    User.objects.filter(pk=engineer.pk).update(role=User.Role.VIEWER)
    assert send("post", "write").status_code == 403
    assert send("get", "read").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("S15")
def test_the_same_twice_at_once_is_one(engineer, done):
    at_once(lambda _: add_addendum(user=engineer, pk=done.pk, text="Rang again."), 2)
    assert Addendum.objects.count() == 1


@pytest.mark.req("R1", "R2", "X10")
@pytest.mark.parametrize("format_name", ["markdown", "text", "html", "psa"])
@pytest.mark.parametrize("level", ["summary", "standard", "full"])
def test_the_accounts_policy_masks_it_at_every_level_in_every_language(
    engineer, done, format_name, level
):
    """What the account masks of its own, what a rule finds, and words in German and Arabic."""
    account = engineer.account
    account.redaction_patterns = "Tulpenweg"
    account.save()
    text = "Rückruf aus dem Tulpenweg, Kennwort: Tulip-Cargo-58, تم الحل"
    add_addendum(user=engineer, pk=done.pk, text=text)
    for audience in ("internal", "client", "resolution"):
        shown = exported(
            done,
            format=format_name,
            detail_level=level,
            audience=audience,
            redaction_mode="mask",
        )
        assert "Tulip-Cargo-58" not in shown and "Tulpenweg" not in shown
        assert "Rückruf" in shown and "تم الحل" in shown
        assert (engineer.display_name in shown) == (audience == "internal")
