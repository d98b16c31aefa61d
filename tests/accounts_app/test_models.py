from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from accounts_app.models import Account, ApiKey, Team, User, validate_time_zone
from tests.factories import AccountFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
ROLES = {
    # role: (runs sessions, writes trees, reads the account's sessions, uses the admin site)
    "admin": (True, True, True, True),
    "author": (True, True, False, False),
    "engineer": (True, False, False, False),
    "viewer": (False, False, False, False),
    "integration": (False, False, True, False),
}


def rights(user):
    return (
        user.may_run_sessions,
        user.may_write_trees,
        user.reads_account_sessions,
        user.may_use_admin_site,
    )


@pytest.mark.req("A2", "A3", "A4")
@pytest.mark.parametrize("role", User.Role.values)
def test_what_each_role_may(account, role):
    assert rights(UserFactory(account=account, role=role)) == ROLES[role]


@pytest.mark.parametrize("role", User.Role.values)
def test_the_operator_without_an_account_runs_the_site_alone(role):
    operator = UserFactory(account=None, is_superuser=True, role=role)
    assert rights(operator) == (False, False, False, True)


def test_who_was_deactivated_leaves_the_admin_site(account):
    assert not UserFactory(account=account, role="admin", is_active=False).may_use_admin_site


def test_only_the_operator_has_no_account():
    with pytest.raises(ValidationError):
        UserFactory.build(account=None).clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(account=None)


def test_a_team_of_another_account_is_refused(account):
    with pytest.raises(ValidationError) as error:
        UserFactory.build(account=account, team=TeamFactory()).clean()
    assert set(error.value.message_dict) == {"team"}


@pytest.mark.parametrize(
    "make",
    [
        lambda account: UserFactory(account=account, role="king"),
        lambda account: AccountFactory(name=account.name),
        lambda account: AccountFactory(name=""),
        lambda account: AccountFactory(retention_days=0),
        lambda account: AccountFactory(close_idle_after_days=0),
        lambda account: [TeamFactory(account=account, name="A") for _ in range(2)],
    ],
)
def test_the_database_refuses(account, make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(account)


def test_two_accounts_may_have_teams_of_one_name(account):
    TeamFactory(account=account, name="Service desk")
    TeamFactory(name="Service desk")
    assert Team.objects.count() == 2


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])
def test_time_zones(name):
    validate_time_zone(name)


@pytest.mark.parametrize("name", ["", "Berlin", "America", "../etc/passwd", "a\x00", "x" * 300])
def test_what_is_no_time_zone(name):
    with pytest.raises(ValidationError):
        validate_time_zone(name)


def test_retention_starts_from_the_installations_setting(settings):
    settings.SESSION_RETENTION_DAYS = 12
    assert Account.objects.create(name="New").retention_days == 12


# -- API keys ----------------------------------------------------------------------------------


def test_a_key_is_stored_hashed(engineer):
    made, key = ApiKey.issue(user=engineer, name="Ticket system")
    row = ApiKey.objects.values().get(pk=made.pk)
    assert key.startswith(f"rf_{made.prefix}_")
    assert len(key) > 40
    assert key not in str(row)
    assert key.removeprefix(f"rf_{made.prefix}_") not in str(row)
    assert row["digest"] == ApiKey.digest_of(key)
    assert str(made) == f"Ticket system (rf_{made.prefix}_…)"


def test_every_key_is_another(engineer):
    assert len({ApiKey.issue(user=engineer, name="x")[1] for _ in range(5)}) == 5


@pytest.mark.parametrize("name", ["", "x" * 101])
def test_a_key_has_a_name(engineer, name):
    with pytest.raises(ValidationError):
        ApiKey.issue(user=engineer, name=name)
    assert not ApiKey.objects.exists()


def test_a_key_without_a_secret_is_not_saved(engineer):
    with pytest.raises(ValueError, match="issue"):
        ApiKey(user=engineer, name="x", prefix="0").save()


def test_a_key_ends_by_revoking_once(engineer):
    made, _ = ApiKey.issue(user=engineer, name="x")
    made.revoke()
    first = made.revoked_at
    made.revoke()
    assert made.revoked_at == first
    assert not made.is_usable


def test_a_key_ends_by_its_date(engineer):
    later, _ = ApiKey.issue(
        user=engineer, name="later", expires_at=timezone.now() + timedelta(days=1)
    )
    past, _ = ApiKey.issue(
        user=engineer, name="past", expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert (later.is_usable, past.is_usable) == (True, False)


@pytest.mark.req("I4")
def test_a_key_is_good_for_a_year_and_for_ever_only_when_it_is_said(engineer):
    plain, _ = ApiKey.issue(user=engineer, name="plain")
    for_ever, _ = ApiKey.issue(user=engineer, name="for ever", never_expires=True)
    left = plain.expires_at - timezone.now()
    assert timedelta(days=364) < left <= timedelta(days=365)
    assert (for_ever.expires_at, for_ever.is_usable) == (None, True)


@pytest.mark.req("I4")
@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (None, ["read", "export", "write"]),
        (["write", "read"], ["read", "write"]),
        (["read", "read"], ["read"]),
    ],
)
def test_a_key_has_the_scopes_that_were_asked_for(engineer, asked, kept):
    made, _ = ApiKey.issue(user=engineer, name="x", scopes=asked)
    assert made.scopes == kept == ApiKey.objects.get().scopes


@pytest.mark.req("I4")
@pytest.mark.parametrize("wrong", [[], ["admin"], ["read", "all"]])
def test_scopes_that_mean_nothing_are_refused(engineer, wrong):
    with pytest.raises(ValidationError):
        ApiKey.issue(user=engineer, name="x", scopes=wrong)
    made, _ = ApiKey.issue(user=engineer, name="x")
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        ApiKey.objects.filter(pk=made.pk).update(scopes=wrong)


@pytest.mark.req("I4")
def test_the_use_and_its_address_are_remembered_at_most_once_a_minute(
    engineer, django_assert_num_queries
):
    made, _ = ApiKey.issue(user=engineer, name="x")
    twin = ApiKey.objects.get()
    made.touch("192.0.2.7")
    made.refresh_from_db()
    first = made.last_used_at
    assert (first is not None, made.last_used_from) == (True, "192.0.2.7")
    with django_assert_num_queries(0):
        made.touch("192.0.2.8")
    # Another process, which read the key before.
    twin.touch("192.0.2.9")
    made.refresh_from_db()
    assert (made.last_used_at, made.last_used_from) == (first, "192.0.2.7")
    made.last_used_at -= timedelta(minutes=2)
    made.save()
    with django_assert_num_queries(1):
        made.touch("2001:db8::1")
    made.refresh_from_db()
    assert made.last_used_from == "2001:db8::1"


@pytest.mark.req("I4", "I5")
def test_keys_end_with_deactivated_users_and_stay_ended(engineer, colleague):
    gone, kept = (ApiKey.issue(user=user, name="x")[0] for user in (engineer, colleague))
    assert User.deactivate(User.objects.filter(pk=engineer.pk)) == 1
    User.objects.filter(pk=engineer.pk).update(is_active=True)
    gone.refresh_from_db()
    kept.refresh_from_db()
    assert (gone.is_usable, kept.is_usable) == (False, True)


@pytest.mark.req("A1")
def test_who_sees_which_keys(engineer, colleague, admin, stranger):
    own, other, foreign = (
        ApiKey.issue(user=user, name="x")[0] for user in (engineer, colleague, stranger)
    )
    operator = UserFactory(account=None, is_superuser=True)
    assert set(ApiKey.objects.visible_to(engineer)) == {own}
    assert set(ApiKey.objects.visible_to(admin)) == {own, other}
    assert set(ApiKey.objects.visible_to(operator)) == {own, other, foreign}
