"""Guessing passwords is slowed down, and says nothing about who exists."""

import itertools
from collections import Counter

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from accounts_app.models import Action, AuditEntry
from accounts_app.sign_in import adapter
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("I1")]


WRONG = "wrong"


def attempt(name, password=WRONG, address="192.0.2.1", **more):
    client = Client(REMOTE_ADDR=address)
    return client.post("/sign-in", {"username": name, "password": password}, **more)


def test_forty_guesses_then_the_right_one(engineer):
    """What each of them was told, and that the last is refused."""
    statuses = Counter(attempt(engineer.username).status_code for _ in range(40))
    assert statuses == {200: 5, 429: 35}
    refused = attempt(engineer.username, PASSWORD)
    assert refused.status_code == 429
    assert refused["Retry-After"] == "300"
    assert "tried too often" in refused.content.decode()
    # Somebody elsewhere hasn't locked the person out.
    assert attempt(engineer.username, PASSWORD, address="192.0.2.2").status_code == 302


def test_each_guess_is_in_the_audit(engineer):
    """Those that were refused without a look at the password too, with name, id and address."""
    for _ in range(40):
        attempt(engineer.username)
    entries = AuditEntry.objects.filter(object_id=engineer.pk, address="192.0.2.1")
    assert Counter(entries.values_list("action", flat=True)) == {
        Action.SIGN_IN_FAILED: 5,
        Action.SIGN_IN_LIMITED: 35,
    }
    assert set(entries.values_list("object_name", flat=True)) == {engineer.username}


def test_it_opens_again_after_five_minutes(engineer, monkeypatch):
    for _ in range(9):
        attempt(engineer.username)
    now = adapter.ratelimit.time.time()
    monkeypatch.setattr(adapter.ratelimit.time, "time", lambda: now + 301)
    assert attempt(engineer.username, PASSWORD).status_code == 302


def test_signing_in_uses_no_attempt_up(engineer):
    for _ in range(8):
        assert attempt(engineer.username, PASSWORD).status_code == 302


def test_signing_in_in_between_gives_no_attempts_back(engineer, colleague):
    """Nor does it as somebody else, from the same address."""
    for _ in range(4):
        attempt(engineer.username)
        attempt(engineer.username, PASSWORD)
        attempt(colleague.username, PASSWORD)
    assert attempt(engineer.username).status_code == 200
    assert attempt(engineer.username).status_code == 429


def test_one_address_tries_no_end_of_names():
    statuses = [attempt(f"name-{number}").status_code for number in range(60)]
    assert statuses == [200] * 50 + [429] * 10
    assert attempt("another").status_code == 429
    assert attempt("another", address="192.0.2.2").status_code == 200


def test_many_addresses_try_no_end_of_passwords(engineer):
    pairs = itertools.product(range(30), range(2))
    statuses = [
        attempt(engineer.username, address=f"198.51.100.{number}").status_code
        for number, _ in pairs
    ]
    assert statuses == [200] * 50 + [429] * 10


def test_a_name_that_nobody_has_gets_the_same_answers(engineer):
    """Page by page, beside the name that was typed."""

    def pages(name):
        answers = [attempt(name) for _ in range(7)]
        return [(one.status_code, one.content.decode().replace(name, "·")) for one in answers]

    known, unknown = pages(engineer.username), pages("nobody-" + engineer.username)
    strip = ("csrfmiddlewaretoken",)
    for one, other in zip(known, unknown, strict=True):
        assert one[0] == other[0]
        assert [line for line in one[1].splitlines() if not any(s in line for s in strip)] == [
            line for line in other[1].splitlines() if not any(s in line for s in strip)
        ]


@pytest.mark.req("I6")
@pytest.mark.parametrize("kind", ["known", "unknown", "inactive", "ambiguous", "no password"])
def test_each_refusal_takes_one_hash(kind, engineer, monkeypatch):
    name = {"known": engineer.username, "unknown": "nobody"}.get(kind, "x")
    if kind == "inactive":
        UserFactory(username="x", is_active=False)
    if kind == "ambiguous":
        UserFactory(username="x"), UserFactory(username="x")
    if kind == "no password":
        user = UserFactory(username="x")
        user.set_unusable_password()
        user.save()
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: hashed.append(password) or encode(self, password, salt),
    )
    assert attempt(name).status_code == 200
    assert len(hashed) == 1


@pytest.mark.req("I6")
def test_each_refusal_asks_the_database_the_same(engineer, django_assert_max_num_queries):
    """So that no time tells whether a name is known."""
    counts = set()
    for number, name in enumerate((engineer.username, "nobody")):
        with django_assert_max_num_queries(60) as queries:
            attempt(name, address=f"192.0.2.{number}")
        counts.add(len(queries))
    assert len(counts) == 1


def test_the_count_is_by_the_address_that_the_proxies_saw(engineer, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    for number in range(7):
        attempt(engineer.username, headers={"X-Forwarded-For": f"1.1.1.{number}, 203.0.113.1"})
    blocked = attempt(engineer.username, headers={"X-Forwarded-For": "203.0.113.1"})
    assert blocked.status_code == 429
    other = attempt(engineer.username, PASSWORD, headers={"X-Forwarded-For": "203.0.113.2"})
    assert other.status_code == 302


# -- a browser that has signed in before ---------------------------------------------------------


def known_browser(user, address="203.0.113.7"):
    """Return a browser that signed in as `user` and signed out again."""
    browser = Client(REMOTE_ADDR=address)
    sent = {"username": user.username, "password": PASSWORD}
    assert browser.post("/sign-in", sent).status_code == 302
    browser.post("/sign-out")
    return browser


def use_up(name):
    """Use up what may fail for a name from anywhere, as a determined stranger would."""
    for number, _ in itertools.product(range(13), range(4)):
        attempt(name, address=f"198.51.100.{number}")


@pytest.mark.parametrize("typed", ["username", "sign_in_name", "email"])
def test_no_stranger_locks_a_known_browser_out(engineer, typed):
    engineer.email = "ana@example.com"
    engineer.save(update_fields=["email"])
    browser = known_browser(engineer)
    for name in (engineer.username, engineer.sign_in_name, engineer.email):
        use_up(name)
    name = getattr(engineer, typed)
    assert attempt(name, PASSWORD, address="192.0.2.77").status_code == 429
    sent = {"username": name, "password": PASSWORD}
    assert browser.post("/sign-in", sent).status_code == 302


def test_not_even_from_the_same_address(engineer):
    browser = known_browser(engineer)
    for _ in range(9):
        attempt(engineer.username, address="203.0.113.7")
    assert attempt(engineer.username, PASSWORD, address="203.0.113.7").status_code == 429
    sent = {"username": engineer.username, "password": PASSWORD}
    assert browser.post("/sign-in", sent).status_code == 302


def test_a_known_browser_may_not_guess_without_end(engineer):
    browser = known_browser(engineer)
    wrong = {"username": engineer.username, "password": WRONG}
    statuses = [browser.post("/sign-in", wrong).status_code for _ in range(8)]
    assert statuses == [200] * 5 + [429] * 3
    # By whichever name, and in whichever of their browsers from there.
    assert browser.post("/sign-in", {**wrong, "username": engineer.sign_in_name}).status_code == 429


def test_a_browser_is_known_for_its_own_person_alone(engineer, colleague):
    """Whoever has a user here has no more attempts at others'."""
    browser = known_browser(colleague)
    use_up(engineer.username)
    sent = {"username": engineer.username, "password": PASSWORD}
    assert browser.post("/sign-in", sent).status_code == 429
    forged = Client(REMOTE_ADDR="203.0.113.8")
    forged.cookies["known_browser"] = browser.cookies["known_browser"].value[:-2] + "xx"
    assert forged.post("/sign-in", sent).status_code == 429


def test_signed_in_one_confirms_whatever_a_stranger_does(engineer):
    browser = Client(REMOTE_ADDR="203.0.113.7")
    browser.post("/sign-in", {"username": engineer.username, "password": PASSWORD})
    use_up(engineer.sign_in_name)
    assert browser.post("/settings/confirm", {"password": PASSWORD}).status_code == 302
