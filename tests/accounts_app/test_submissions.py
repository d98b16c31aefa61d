"""What users have sent already: kept for a day, and a key that is shown again for minutes only."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts_app.models import ApiKey, Submission
from resolutionflow.templatetags.submission_token import TOKEN_FIELD
from sessions_app.retention.tasks import cleanup
from tests.factories import confirm

pytestmark = [pytest.mark.django_db, pytest.mark.req("I4")]


def claim(user, key):
    return Submission.objects.claim(user=user, key=key, path="/settings/keys", fingerprint="f" * 64)


def age(submission, by):
    Submission.objects.filter(pk=submission.pk).update(created_at=timezone.now() - by)


def test_the_first_of_a_user_is_told_from_those_that_follow(engineer, author):
    first, is_first = claim(engineer, "k")
    assert is_first
    assert claim(engineer, "k") == (first, False)
    assert claim(engineer, "other")[1]
    assert claim(author, "k")[1]


def test_the_key_itself_is_not_stored(engineer):
    key = str(uuid4())
    made, _ = claim(engineer, key)
    stored = Submission.objects.filter(pk=made.pk).values().get()
    assert key not in str(stored)


def test_the_housekeeping_deletes_what_is_older_than_a_day(engineer):
    old, _ = claim(engineer, "old")
    kept, _ = claim(engineer, "new")
    age(old, timedelta(hours=25))
    age(kept, timedelta(hours=23))
    cleanup(0)
    assert list(Submission.objects.all()) == [kept]


@pytest.fixture
def send_key_form(client, engineer):
    client.force_login(engineer)
    confirm(client)
    token = str(uuid4())
    return lambda: client.post(
        "/settings/keys", {"name": "HaloPSA", "scopes": ["read"], TOKEN_FIELD: token}
    )


def new_key(answer):
    return answer.context["new_key"]


def test_a_key_is_shown_again_to_a_double_click(send_key_form):
    first, second = send_key_form(), send_key_form()
    assert new_key(first) == new_key(second)
    made = ApiKey.objects.get()
    assert ApiKey.digest_of(new_key(first)) == made.digest
    assert new_key(first).startswith(f"rf_{made.prefix}_")


@pytest.mark.parametrize("event", ["late", "revoked", "deleted"])
def test_a_key_is_not_shown_again_later(send_key_form, event, client):
    shown = new_key(send_key_form())
    if event == "late":
        age(Submission.objects.get(), timedelta(minutes=6))
    elif event == "revoked":
        ApiKey.objects.get().revoke()
    else:
        ApiKey.objects.all().delete()
    answer = send_key_form()
    assert answer.status_code == 303
    assert shown not in answer.content.decode()
    assert "can’t be shown again" in client.get("/settings").content.decode().replace("&#x27;", "’")
