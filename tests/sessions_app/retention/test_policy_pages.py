"""What pages say of the two policies."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import MAX_RETENTION_DAYS
from sessions_app.models import Action, AuditEntry, Session
from sessions_app.retention import pinning, policies
from tests.factories import make_completed, make_session
from tests.sessions_app.retention.lifecycle_factories import old

pytestmark = [pytest.mark.django_db, pytest.mark.req("H6")]
COMPLETED = datetime(2026, 11, 14, 23, 30, tzinfo=UTC)


def shown(client, work_session):
    body = client.get(reverse("session-detail", args=[work_session.pk])).content.decode()
    return " ".join(body.split())


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", "12 Feb 2027"), ("Europe/Berlin", "13 Feb 2027"), ("America/Lima", "12 Feb 2027")],
)
def test_the_day_is_the_readers(engineer, zone, day):
    work_session = make_completed(engineer, started_at=COMPLETED, completed_at=COMPLETED)
    with timezone.override(zone):
        found = policies.kept_until(work_session, engineer.account)
    assert found.text == day


def test_the_session_page_says_until_when_it_is_kept(page, engineer):
    work_session = make_completed(engineer)
    client = page(engineer)
    assert "Would be deleted on <time" in shown(client, work_session)
    pinning.set_pinned(user=engineer, pk=work_session.pk, pinned=True)
    body = shown(client, work_session)
    assert "Would be deleted on <time" not in body
    assert "<strong>Kept:</strong>" in body


def test_a_kept_session_says_who_keeps_it(page, admin, engineer):
    work_session = make_completed(engineer)
    pinning.set_pinned(user=admin, pk=work_session.pk, pinned=True)
    assert f"By {admin.display_name}, today " in shown(page(engineer), work_session)
    url = reverse("session-pin", args=[work_session.pk])
    page(engineer).post(url, {"pinned": "no"})
    answer = page(engineer).post(url, {"pinned": "yes"}, headers={"HX-Request": "true"})
    assert f"By {engineer.display_name}, today " in answer.content.decode()


def test_one_that_was_restored_says_why_it_is_kept(page, engineer):
    work_session = make_completed(engineer, pinned=True)
    assert "It came back" not in shown(page(engineer), work_session)
    AuditEntry.objects.log_action(work_session, Action.RESTORED, by=None, archive="a.jsonl.gz")
    assert "It came back from an archive today " in shown(page(engineer), work_session)


def test_a_session_whose_time_is_over_says_so(page, engineer):
    assert "Due to be archived and deleted" in shown(page(engineer), old(engineer))


def test_an_open_session_says_nothing_of_it(page, engineer):
    body = shown(page(engineer), make_session(engineer))
    assert "Would be deleted on" not in body
    assert "Due to be archived" not in body


def test_a_reader_who_may_not_pin_reads_why_too(page, integration, engineer):
    work_session = make_completed(engineer)
    assert "Would be deleted on <time" in shown(page(integration), work_session)


def test_the_answer_to_the_button_says_it_too(page, engineer):
    work_session = make_completed(engineer)
    url = reverse("session-pin", args=[work_session.pk])
    client = page(engineer)
    htmx = {"HX-Request": "true"}
    body = client.post(url, {"pinned": "yes"}, headers=htmx).content.decode()
    assert "Would be deleted on" not in body
    body = client.post(url, {"pinned": "no"}, headers=htmx).content.decode()
    assert "Would be deleted on <time" in body


def test_a_change_of_the_policy_moves_the_day_at_once(page, admin, engineer):
    work_session = make_completed(engineer, started_at=COMPLETED, completed_at=COMPLETED)
    client = page(engineer)
    before = shown(client, work_session)
    sent = {
        "time_zone": "UTC",
        "close_idle_after_days": 3,
        "retention_days": 3650,
    }
    assert page(admin).post("/settings/account", sent).status_code == 303
    assert "2036" in shown(client, work_session)
    assert "2036" not in before


@pytest.mark.parametrize("who", ["admin", "engineer", "author", "viewer", "integration"])
def test_the_settings_page_tells_everybody_both_policies(page, who, request):
    user = request.getfixturevalue(who)
    type(user.account).objects.update(close_idle_after_days=1, retention_days=45)
    body = " ".join(page(user).get("/settings").content.decode().split())
    assert "nobody touches for <strong>1 day</strong>" in body
    assert "deleted after <strong>45 days</strong>" in body
    assert ("Set by the admins" in body) == (who != "admin")


@pytest.mark.parametrize("field", ["close_idle_after_days", "retention_days"])
@pytest.mark.parametrize(
    "days", ["0", "-1", str(MAX_RETENTION_DAYS + 1), "2147483648", "9" * 30, "a", ""]
)
def test_a_policy_that_makes_no_sense_is_refused(page, admin, field, days):
    sent = {
        "time_zone": "UTC",
        "close_idle_after_days": "7",
        "retention_days": "90",
        field: days,
    }
    response = page(admin).post("/settings/account", sent)
    assert response.status_code == 422
    # What is told of the policies is what holds, not what was typed.
    body = " ".join(response.content.decode().split())
    assert "nobody touches for <strong>7 days</strong>" in body
    assert "deleted after <strong>90 days</strong>" in body
    admin.account.refresh_from_db()
    assert (admin.account.close_idle_after_days, admin.account.retention_days) == (7, 90)


def test_the_longest_policy_is_a_hundred_years(account):
    account.retention_days = MAX_RETENTION_DAYS
    account.full_clean()
    assert policies.expired_sessions(account).count() == 0
    account.retention_days = MAX_RETENTION_DAYS + 1
    with pytest.raises(ValidationError):
        account.full_clean()


def test_the_admin_changes_the_policies_of_the_account_alone(page, admin, stranger):
    client = page(admin)
    url = reverse("admin:accounts_app_account_change", args=[admin.account_id])
    sent = {"time_zone": "UTC", "close_idle_after_days": "14", "retention_days": "400"}
    assert client.post(url, sent).status_code == 302
    admin.account.refresh_from_db()
    assert (admin.account.close_idle_after_days, admin.account.retention_days) == (14, 400)
    assert (
        "At most 36,500 days."
        in client.post(url, {**sent, "retention_days": "99999"}).content.decode()
    )
    other = reverse("admin:accounts_app_account_change", args=[stranger.account_id])
    client.post(other, sent)
    stranger.account.refresh_from_db()
    assert stranger.account.retention_days == 90


@pytest.mark.req("A1")
def test_no_day_is_shown_across_accounts(engineer, stranger):
    work_session = Session.objects.get(pk=make_completed(engineer).pk)
    assert policies.kept_until(work_session, stranger.account) is None
    assert policies.kept_until(work_session, None) is None
