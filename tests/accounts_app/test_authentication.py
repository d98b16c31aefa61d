"""`Authorization: Token <key>`: who gets in, who gets a 401, and what it costs."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts_app.models import ApiKey
from tests.factories import make_key

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/sessions"


def get(header=None):
    return APIClient().get(ADDRESS, headers={"Authorization": header} if header else {})


def test_a_key_signs_in(engineer):
    key = make_key(engineer)
    assert get(f"Token {key}").status_code == 200
    assert get(f"token {key}").status_code == 200


def test_keys_that_dont_count(engineer):
    revoked, expired, usable = (make_key(engineer) for _ in range(3))
    ApiKey.objects.get(digest=ApiKey.digest_of(revoked)).revoke()
    past = timezone.now() - timedelta(seconds=1)
    ApiKey.objects.filter(digest=ApiKey.digest_of(expired)).update(expires_at=past)
    headers = [
        None,
        f"Token {revoked}",
        f"Token {expired}",
        f"Token {usable}x",
        f"Token {usable[:-1]}",
        f"Token {usable.upper()}",
        f"Token {usable} {usable}",
        "Token",
        "Token ",
        "Token \xff\xfe",
        f"Bearer {usable}",
        f"Basic {usable}",
        usable,
    ]
    for header in headers:
        response = get(header)
        assert response.status_code == 401, header
        assert response["WWW-Authenticate"] == "Token"
        assert response["Content-Type"] == "application/json; charset=utf-8"
        assert isinstance(response.json()["detail"], str)


def test_unknown_revoked_expired_and_deactivated_read_the_same(engineer):
    key = make_key(engineer)
    unknown = get("Token rf_x").content
    engineer.is_active = False
    engineer.save()
    assert get(f"Token {key}").content == unknown


def test_a_key_that_isnt_valid_is_refused_although_the_browser_is_signed_in(engineer):
    client = APIClient()
    client.force_login(engineer)
    assert client.get(ADDRESS).status_code == 200
    response = client.get(ADDRESS, headers={"Authorization": "Token rf_x"})
    assert response.status_code == 401


def test_signing_in_is_one_query_and_the_use_is_noted_once_a_minute(
    engineer, django_assert_num_queries
):
    header = f"Token {make_key(engineer)}"
    with django_assert_num_queries(2):  # the key; its first use
        assert get_nothing(header).status_code == 405
    first = ApiKey.objects.get().last_used_at
    assert first is not None
    assert ApiKey.objects.get().last_used_from == "127.0.0.1"
    with django_assert_num_queries(1):
        get_nothing(header)
    assert ApiKey.objects.get().last_used_at == first
    ApiKey.objects.update(last_used_at=first - timedelta(seconds=61))
    get_nothing(header)
    assert ApiKey.objects.get().last_used_at >= first


def get_nothing(header):
    """Return a call that needs no query of its own: one by a method that its address lacks."""
    return APIClient().get("/api/v1/sessions/prepare", headers={"Authorization": header})


def status_with(key):
    return get(f"Token {key}").status_code


def test_keys_of_a_deactivated_user_stay_ended_when_they_come_back(engineer):
    key = make_key(engineer)
    working = status_with(key)
    engineer.is_active = False
    engineer.save()
    engineer.is_active = True
    engineer.save()
    assert working != 401 and status_with(key) == 401


def test_a_new_password_ends_the_keys_made_with_the_old_one(engineer):
    key = make_key(engineer)
    engineer.set_password("another 1 of mine")
    engineer.save()
    assert status_with(key) == 401
    later = make_key(engineer)
    engineer.first_name = "Ana"
    engineer.save()
    assert status_with(later) != 401


def test_signing_in_with_an_old_kind_of_hash_leaves_the_keys(engineer, settings):
    """Django then hashes the password anew, which is no new password."""
    key = make_key(engineer)
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    engineer.set_password("open sesame 1")
    type(engineer).objects.filter(pk=engineer.pk).update(password=engineer.password)
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[::-1]
    engineer.refresh_from_db()
    assert engineer.check_password("open sesame 1")
    assert status_with(key) != 401
