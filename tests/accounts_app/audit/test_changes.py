"""Changes of accounts, teams, users, keys and flows in the audit log, with before and after."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts_app.models import Account, Action, ApiKey, AuditEntry, ObjectType, Team, User
from tests.admin_pages import address, signed_in
from tests.factories import PASSWORD, TeamFactory, TreeFactory, UserFactory, confirm
from trees_app.models import Tree

pytestmark = pytest.mark.django_db


def of(row, *actions):
    found = AuditEntry.objects.filter(object_id=row.pk).order_by("at")
    return [entry for entry in found if not actions or entry.action in actions]


def changes_of(row):
    return [entry.details for entry in of(row, Action.CHANGED)]


def make_user(account, **changes):
    return UserFactory(
        account=account, username="ana", first_name="Ana", last_name="Rey", **changes
    )


def make_tree(account, **changes):
    return TreeFactory(author__account=account, name="VPN", **changes)


def make_key(account):
    return ApiKey.issue(user=make_user(account), name="Halo")[0]


RENAMES = [
    (lambda account: account, "name", "Northwind"),
    (lambda account: TeamFactory(account=account, name="East"), "name", "West"),
    (make_user, "username", "bo"),
    (make_user, "first_name", "Bo"),
    (make_user, "last_name", "Li"),
    (make_user, "email", "bo@contoso.example"),
    (make_tree, "name", "VPN of the east"),
    (make_key, "name", "Autotask"),
]
IDS = ["account", "team", "username", "first name", "last name", "e-mail", "flow", "key"]


@pytest.mark.parametrize(("make", "field", "after"), RENAMES, ids=IDS)
@pytest.mark.parametrize("how", ["save", "save all", "update"])
def test_a_new_name_is_logged_with_the_old_one(account, make, field, after, how):
    row = make(account)
    before = getattr(row, field)
    if how == "update":
        type(row).objects.filter(pk=row.pk).update(**{field: after})
    else:
        setattr(row, field, after)
        row.save(**({"update_fields": [field]} if how == "save" else {}))
    assert changes_of(row) == [{field: [before, after]}]
    (entry,) = of(row, Action.CHANGED)
    assert (entry.object_type, entry.account_id) == (row.audited_as, account.pk)
    assert (entry.actor_id, entry.address) == (None, None)


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("role", "engineer", "admin"),
        ("is_active", True, False),
        ("is_superuser", False, True),
        ("team", "", "East"),
    ],
)
def test_who_may_what_is_logged(account, admin, field, before, after):
    user = make_user(account, role="engineer")
    team = TeamFactory(account=account, name="East")
    setattr(user, field, team if field == "team" else after)
    user.save()
    ((shown_before, shown_after),) = changes_of(user)[0].values()
    assert (shown_before or before) == before
    assert str(shown_after).startswith(str(after))
    if field == "team":
        assert str(team.pk) in shown_after


def test_the_actor_is_named_as_they_were(page, admin, account):
    """Whoever takes another name to hide what they do leaves the old one, the new one, and the id
    that never changes.
    """
    client, team = page(admin), TeamFactory(account=account, name="East")
    old = (admin.username, admin.display_name)
    client.post(address(Team, "change", team.pk), {"name": "West"}, REMOTE_ADDR="203.0.113.9")
    first, last = "The", "System"
    User.objects.filter(pk=admin.pk).update(username="zoe", first_name=first, last_name=last)
    client.post(address(Team, "change", team.pk), {"name": "East"})
    one, two = of(team, Action.CHANGED)
    assert (one.actor_username, one.actor_name) == old
    assert (two.actor_username, two.actor_name) == ("zoe", "The System")
    assert one.actor_id == two.actor_id == admin.pk
    assert one.address == "203.0.113.9"


def test_a_password_is_logged_without_its_hash(account):
    user = make_user(account)
    user.set_password("another-long-one-26")
    user.save()
    (entry,) = of(user, Action.PASSWORD_CHANGED)
    assert entry.details == {}
    hashed = user.password
    user.set_password("a-third-long-one-26")
    user.email = "ana@northwind.example"
    user.save()
    assert changes_of(user) == [{"email": ["", "ana@northwind.example"]}]
    assert len(of(user, Action.PASSWORD_CHANGED)) == 2
    assert hashed not in str(list(AuditEntry.objects.values()))


def test_a_better_hash_of_the_same_password_is_no_change(account, client, settings):
    make_user(account)
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    assert client.login(username="ana", password=PASSWORD)
    user = User.objects.get()
    assert user.password.startswith("pbkdf2")
    assert of(user, Action.PASSWORD_CHANGED) == []


def test_a_key_is_logged_from_beginning_to_end(page, admin, engineer):
    client = confirm(page(engineer))
    sent = {"name": "Halo", "scopes": ["read"]}
    client.post(reverse("api-key-create"), sent)
    key = ApiKey.objects.get()
    client.post(reverse("api-key-revoke", args=[key.pk]))
    client.post(reverse("api-key-revoke", args=[key.pk]))
    made, ended = of(key)
    assert (made.action, ended.action) == (Action.CREATED, Action.REVOKED)
    for entry in (made, ended):
        assert (entry.actor, entry.object_name) == (engineer, str(key))
        assert (entry.details["of"], entry.details["of_id"]) == (
            engineer.username,
            str(engineer.pk),
        )
    assert key.digest not in str(list(AuditEntry.objects.values()))


def test_keys_that_end_with_their_user_are_logged(account):
    key = make_key(account)
    user = key.user
    user.is_active = False
    user.save()
    assert [entry.action for entry in of(key)] == [Action.CREATED, Action.REVOKED]


def test_a_deleted_team_says_whom_it_left_without(account):
    team = TeamFactory(account=account, name="East")
    user = make_user(account, team=team)
    pk = team.pk
    team.delete()
    assert AuditEntry.objects.get(object_id=pk, action=Action.DELETED).object_name == "East"
    assert changes_of(user) == [{"team": [f"East ({pk})", None]}]


def test_a_flow_is_logged_when_it_is_shared_and_published(account):
    tree = make_tree(account)
    tree.visibility = "private"
    tree.save()
    Tree.objects.filter(pk=tree.pk).update(is_public=True)
    assert [list(change) for change in changes_of(tree)] == [["visibility"], ["is_public"]]


def test_what_is_no_change_is_no_entry_and_no_query_more(account):
    user = make_user(account)
    user.save()
    with CaptureQueriesContext(connection) as queries:
        user.save(update_fields=["last_login"])
        User.objects.filter(pk=user.pk).update(last_login=None)
    assert len(queries) <= 4, [one["sql"] for one in queries]
    assert [entry.action for entry in of(user)] == [Action.CREATED]


def test_what_fails_is_not_logged(account):
    other = Account.objects.create(name="Contoso")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=other.pk).update(name=account.name)
    assert changes_of(other) == []


def test_the_command_line_is_nobody_without_an_address(account):
    call_command("create_user", "cli", account=account.name, role="viewer", password=PASSWORD + "x")
    entry = of(User.objects.get(username="cli"))[0]
    assert (entry.action, entry.actor_id, entry.address) == (Action.CREATED, None, None)
    assert entry.details == {"role": "viewer", "display_name": "cli"}


def test_the_history_of_a_row_is_what_the_log_has(admin, account):
    team = TeamFactory(account=account, name="East")
    Team.objects.filter(pk=team.pk).update(name="West")
    page = signed_in(admin).get(address(Team, "history", team.pk), follow=True)
    assert "name: East → West" in page.content.decode()


def test_an_account_without_a_trace_of_its_own_is_logged_by_its_id():
    account = Account.objects.create(name="Contoso")
    (entry,) = of(account)
    assert (entry.action, entry.object_type) == (Action.CREATED, ObjectType.ACCOUNT)
    assert entry.account_id == account.pk
