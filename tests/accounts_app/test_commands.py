import getpass
import io
import sys
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts_app.models import Account, ApiKey, User
from tests.factories import PASSWORD, AccountFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def run(*arguments):
    """Return what the command prints: standard output, standard error."""
    out, err = io.StringIO(), io.StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refusal(*arguments):
    """Return the message of a command that must refuse."""
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    return str(refused.value)


def test_an_account_is_made_with_its_time_zone():
    run("create_account", "Northwind IT", "--timezone", "Europe/Berlin")
    assert Account.objects.get().time_zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            [
                "",
            ],
            "name",
        ),
        (["   "], "name"),
        (["Taken"], "already exists"),
        (["x" * 121], "120"),
        (["New", "--timezone", "Berlin"], "not a time zone"),
        (["New", "--timezone", "../../etc/passwd"], "not a time zone"),
        (["bad \udcff bytes"], "UTF-8"),
    ],
)
def test_a_bad_account_is_refused(arguments, words):
    AccountFactory(name="Taken")
    assert words in refusal("create_account", *arguments)
    assert Account.objects.count() == 1


def create_user(*more, account="Northwind IT", role="engineer"):
    return ["create_user", "ben", "--account", account, "--role", role, *more]


@pytest.fixture
def northwind():
    return AccountFactory(name="Northwind IT")


def test_a_user_is_made_with_role_team_and_password(northwind):
    team = TeamFactory(account=northwind, name="Night")
    run(*create_user("--team", "Night", "--password", PASSWORD, "--email", "ben@example.com"))
    user = User.objects.get(username="ben")
    assert (user.account, user.team, user.role) == (northwind, team, "engineer")
    assert user.email == "ben@example.com"
    assert user.check_password(PASSWORD)
    assert not user.is_superuser


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--team", "Day"], "Its teams: “Night”"),
        (["--team", "Foreign"], "Its teams: “Night”"),
        (["--email", "nobody"], "email"),
        (["--password", "12345678"], "too common"),
        (["--password", "short"], "too short"),
        (["--password", "x\udcff" * 10], "UTF-8"),
    ],
)
def test_a_bad_user_is_refused(more, words, northwind):
    TeamFactory(account=northwind, name="Night")
    TeamFactory(name="Foreign")
    assert words in refusal(*create_user("--password", PASSWORD, *more))
    assert not User.objects.exists()


def test_an_unknown_account_or_role_is_refused(northwind):
    assert "“Northwind IT”" in refusal(*create_user(account="Southwind", role="admin"))
    assert "invalid choice" in refusal(*create_user(role="boss"))


def test_a_username_is_taken_once(northwind):
    UserFactory(username="ben")  # of another account
    assert "ben@northwind-it" in run(*create_user("--password", PASSWORD))[0]
    assert "taken already" in refusal(*create_user("--password", PASSWORD))


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("typed", [(PASSWORD, PASSWORD), (PASSWORD, "another")])
def test_the_password_is_asked_for_on_a_terminal(typed, northwind, monkeypatch):
    answers = iter(typed)
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(answers))
    if typed[0] == typed[1]:
        run(*create_user())
        assert User.objects.get().check_password(PASSWORD)
    else:
        assert "differ" in refusal(*create_user())
        assert not User.objects.exists()


def test_nothing_is_asked_without_a_terminal(northwind, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert "--password" in refusal(*create_user())


def test_a_key_is_alone_on_standard_output(engineer):
    out, err = run("create_api_key", engineer.username, "--name", "HaloPSA")
    key = out.removesuffix("\n")
    assert key.startswith("rf_")
    assert not set(key) & set(" \n")
    made = ApiKey.objects.get()
    assert made.digest == ApiKey.digest_of(key)
    assert (made.user, made.name) == (engineer, "HaloPSA")
    assert made.scopes == ["read", "export", "write"]
    assert timedelta(days=364) < made.expires_at - timezone.now() <= timedelta(days=365)
    assert "HaloPSA" in err
    assert "read, export, write" in err
    assert key not in err


def test_a_key_expires_after_its_days(engineer):
    run("create_api_key", engineer.username, "--expires-days", "30")
    left = ApiKey.objects.get().expires_at - timezone.now()
    assert timedelta(days=29, hours=23) < left <= timedelta(days=30)


@pytest.mark.req("I4")
def test_a_key_may_less_and_never_expires_only_when_asked(engineer):
    _, err = run("create_api_key", engineer.username, "--scopes", "export, read", "--never-expires")
    made = ApiKey.objects.get()
    assert (made.scopes, made.expires_at) == (["read", "export"], None)
    assert "never expires" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nobody"], "no user “nobody”"),
        (["ben", "--expires-days", "0"], "1 to 3650"),
        (["ben", "--expires-days", "99999999"], "1 to 3650"),
        (["ben", "--expires-days", "soon"], "invalid int"),
        (["ben", "--expires-days", "30", "--never-expires"], "not allowed with"),
        (["ben", "--scopes", "read,admin"], "“admin”"),
        (["ben", "--scopes", ""], "“”"),
        (["ben", "--name", ""], "name"),
        (["ben", "--name", "x" * 101], "100"),
        (["gone"], "switched off"),
    ],
)
def test_a_bad_key_is_refused(arguments, words, account):
    UserFactory(account=account, username="ben")
    UserFactory(account=account, username="gone", is_active=False)
    assert words in refusal("create_api_key", *arguments)
    assert not ApiKey.objects.exists()
