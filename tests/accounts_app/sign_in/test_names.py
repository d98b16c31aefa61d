"""Who is meant by a name: [I6]."""

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts_app.models import Account, User
from accounts_app.models.account import free_short_name
from accounts_app.sign_in.names import find_user
from tests.factories import AccountFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("I6")]


@pytest.fixture
def northwind():
    return AccountFactory(name="Northwind", short_name="northwind")


@pytest.fixture
def contoso():
    return AccountFactory(name="Contoso", short_name="contoso")


@pytest.fixture
def ana(northwind):
    return UserFactory(account=northwind, username="ana", email="ana@northwind.example")


@pytest.mark.parametrize(
    "typed",
    ["ana", "ANA", " ana ", "ana@northwind", "Ana@Northwind", "ana@northwind.example", "ａｎａ"],
)
def test_one_is_found_by_name_by_name_and_account_and_by_address(ana, typed):
    assert find_user(typed) == ana


@pytest.mark.parametrize(
    "typed", ["", "an", "ana@", "@northwind", "ana@contoso", "ana\x00", "a" * 300, "%", "ana%"]
)
def test_nobody_else_is_found(ana, typed):
    assert find_user(typed) is None


def test_a_name_that_exists_twice_needs_its_account(ana, contoso):
    other = UserFactory(account=contoso, username="Ana")
    assert find_user("ana") is None
    assert find_user("ana@contoso") == other
    assert find_user("ana@northwind") == ana


def test_who_was_deactivated_takes_no_name_away(ana, contoso):
    UserFactory(account=contoso, username="ana", email=ana.email, is_active=False)
    assert find_user("ana") == ana
    assert find_user(ana.email) == ana
    ana.is_active = False
    ana.save()
    assert find_user("ana@northwind") is None


def test_a_confirmed_address_comes_before_one_that_nobody_confirmed(ana, contoso):
    other = UserFactory(account=contoso, username="x", email=ana.email.upper())
    assert find_user(ana.email) is None
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    assert find_user(ana.email) == ana
    EmailAddress.objects.create(user=other, email=ana.email, verified=True, primary=True)
    assert find_user(ana.email) is None


def test_a_user_name_takes_nobodys_address_or_sign_in_name(ana, contoso):
    UserFactory(account=contoso, username=ana.email)
    UserFactory(account=contoso, username="ana@northwind")
    assert find_user(ana.email) == ana
    assert find_user("ana@northwind") == ana


def test_an_operator_keeps_the_plain_name(ana):
    root = UserFactory(account=None, is_superuser=True, role="admin", username="root")
    UserFactory(account=ana.account, username="root")
    assert root.sign_in_name == "root"
    assert find_user("root") == root
    assert find_user("root@northwind").account == ana.account


def test_a_name_stands_once_in_an_account(ana, contoso):
    UserFactory(account=contoso, username="ana")
    twin = User(account=ana.account, username="ANA")
    with pytest.raises(ValidationError, match="taken already"):
        twin.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
    ana.full_clean()


def test_the_sign_in_name_follows_both_of_its_parts(ana, contoso):
    ana.username = "Ana.Petrova"
    ana.save(update_fields=["username"])
    ana.refresh_from_db()
    assert ana.sign_in_name == "ana.petrova@northwind"
    ana.account.short_name = "nw"
    ana.account.save()
    ana.refresh_from_db()
    assert ana.sign_in_name == "ana.petrova@nw"
    assert list(User.objects.bulk_create([User(account=contoso, username="Bo")])) != []
    assert find_user("bo@contoso") is not None


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Northwind IT", "northwind-it"),
        ("Müller & Söhne", "muller-sohne"),
        ("株式会社", "account"),
        ("localhost", "localhost-2"),
        ("x" * 120, "x" * 34),
    ],
)
def test_a_short_name_is_made_of_the_name(name, short):
    account = Account.objects.create(name=name)
    assert account.short_name == short
    account.full_clean()
    assert free_short_name(name) != short


@pytest.mark.parametrize("bad", ["North", "a.b", "a b", "-a", "a-", "a@b", "localhost", "ä"])
def test_a_short_name_can_be_typed_and_is_no_domain(bad):
    with pytest.raises(ValidationError):
        Account(name="N", short_name=bad).full_clean()
