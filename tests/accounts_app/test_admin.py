from uuid import UUID

import pytest
from django.urls import reverse

from accounts_app.models import Account, ApiKey, Team, User
from tests import admin_pages
from tests.admin_pages import address, make_operator, signed_in
from tests.factories import AccountFactory, TeamFactory, UserFactory, confirm, make_key

pytestmark = pytest.mark.django_db


def key_of(user: User) -> ApiKey:
    make_key(user)
    return ApiKey.objects.filter(user=user).latest("pk")


def make_pair(model, admin, stranger):
    if model is Account:
        return admin.account, stranger.account
    if model is Team:
        return TeamFactory(account=admin.account), TeamFactory(account=stranger.account)
    if model is User:
        return UserFactory(account=admin.account), stranger
    return key_of(UserFactory(account=admin.account)), key_of(stranger)


MODELS = [Account, Team, User, ApiKey]


@pytest.mark.parametrize("model", MODELS)
def test_a_list_shows_the_account_alone(model, admin, stranger):
    admin_pages.require_scope(model, *make_pair(model, admin, stranger), admin)


@pytest.mark.parametrize("role", admin_pages.OTHER_ROLES)
@pytest.mark.parametrize("model", MODELS)
def test_other_roles_are_refused(model, role, account):
    admin_pages.require_denied(model, account, role)


@pytest.mark.parametrize("model", MODELS)
def test_a_list_costs_the_same_with_many_rows(model, account):
    rows = {
        Account: AccountFactory,
        Team: lambda: TeamFactory(account=AccountFactory()),
        User: lambda: UserFactory(team=(team := TeamFactory()), account=team.account),
        ApiKey: lambda: make_key(UserFactory()),
    }
    admin_pages.require_constant_queries(model, signed_in(make_operator()), rows[model])


def test_anonymous_users_sign_in_first(client, settings):
    settings.LOGIN_URL = "/sign-in"
    response = client.get(reverse("admin:index"), follow=False)
    assert response.status_code == 302
    response = client.get(response.url)
    assert response.status_code == 302
    assert response.url == "/sign-in?next=/admin/"


def test_who_was_switched_off_is_out(admin):
    client = signed_in(admin)
    User.objects.filter(pk=admin.pk).update(is_active=False)
    assert client.get(reverse("admin:index")).status_code == 302


def new_user(**fields):
    return {
        "username": "ben",
        "usable_password": "true",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
        "role": "engineer",
        "first_name": "",
        "last_name": "",
        "email": "",
        "time_zone": "",
        **fields,
    }


def test_an_account_admin_adds_people_to_their_account_alone(admin, stranger):
    sent = new_user(
        account=stranger.account_id,
        is_superuser="on",
        is_staff="on",
        groups="1",
        user_permissions="1",
    )
    response = signed_in(admin).post(address(User, "add"), sent)
    assert response.status_code == 302, response.context["errors"]
    made = User.objects.get(username="ben")
    assert made.account == admin.account
    assert made.check_password("correct horse battery")
    assert not made.is_superuser
    assert not made.is_staff


@pytest.mark.parametrize(
    "sent", [{"password1": "12345678", "password2": "12345678"}, {"password2": "another"}]
)
def test_a_weak_or_mistyped_password_is_refused(sent, admin):
    response = signed_in(admin).post(address(User, "add"), new_user(**sent))
    assert response.status_code == 200
    assert response.context["errors"]


def test_a_team_of_another_account_can_not_be_chosen(admin, stranger):
    foreign = TeamFactory(account=stranger.account)
    response = signed_in(admin).post(address(User, "add"), new_user(team=foreign.pk))
    assert response.status_code == 200
    assert "team" in response.context["adminform"].form.errors
    assert foreign.name not in response.content.decode()


def test_nobody_is_made_operator_by_an_account_admin(admin, engineer):
    client = signed_in(admin)
    page = client.get(address(User, "change", engineer.pk))
    for hidden in ("is_superuser", "is_staff", "groups", "user_permissions", "account"):
        assert hidden not in page.context["adminform"].form.fields
    sent = {
        "username": engineer.username,
        "role": "author",
        "is_active": "on",
        "is_superuser": "on",
        "is_staff": "on",
        "first_name": "Ana",
        "last_name": "",
        "email": "",
        "time_zone": "",
    }
    assert client.post(address(User, "change", engineer.pk), sent).status_code == 302
    engineer.refresh_from_db()
    assert engineer.role == "author"
    assert not engineer.is_superuser
    assert not engineer.is_staff


def test_an_operator_of_the_account_is_out_of_reach_of_its_admin(admin):
    operator = UserFactory(account=admin.account, is_superuser=True)
    client = signed_in(admin)
    change = address(User, "change", operator.pk)
    assert client.post(change, {"username": "mine"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[operator.pk])
    sent = {"password1": "correct horse battery", "password2": "correct horse battery"}
    assert client.post(password, sent).status_code == 403
    client.post(
        address(User, "changelist"),
        {"action": "switch_off", "_selected_action": [operator.pk]},
    )
    key = key_of(operator)
    confirm(client)
    client.post(address(ApiKey, "changelist"), {"action": "revoke", "_selected_action": [key.pk]})
    operator.refresh_from_db()
    key.refresh_from_db()
    assert operator.is_active
    assert key.revoked_at is None


def test_an_admin_sets_a_password(admin, engineer, stranger):
    client = signed_in(admin)
    sent = {
        "usable_password": "true",
        "password1": "staple battery horse",
        "password2": "staple battery horse",
        "set-password": "Change password",
    }
    for user, status in ((engineer, 302), (stranger, 404)):
        form = reverse("admin:auth_user_password_change", args=[user.pk])
        assert client.post(form, sent).status_code == status
    engineer.refresh_from_db()
    stranger.refresh_from_db()
    assert engineer.check_password("staple battery horse")
    assert not stranger.check_password("staple battery horse")


def test_no_part_of_a_password_hash_is_shown(admin, engineer):
    client = signed_in(admin)
    pages = [address(User, "add"), address(User, "change", engineer.pk)]
    pages.append(reverse("admin:auth_user_password_change", args=[engineer.pk]))
    shown = [client.get(page).content.decode() for page in pages]
    assert "A password is set." in shown[1]
    algorithm = engineer.password.split("$")[0]
    for body in shown:
        assert "LDAP" not in body
        assert algorithm not in body
    engineer.set_unusable_password()
    engineer.save(update_fields=["password"])
    assert "No password set." in client.get(pages[1]).content.decode()


def test_nobody_shuts_themselves_out(admin):
    client = signed_in(admin)
    client.post(address(User, "change", admin.pk), {"username": admin.username, "role": "viewer"})
    client.post(
        address(User, "changelist"), {"action": "switch_off", "_selected_action": [admin.pk]}
    )
    admin.refresh_from_db()
    assert admin.role == "admin"
    assert admin.is_active


def test_switching_off_stays_within_the_account(admin, engineer, stranger):
    sent = {"action": "switch_off", "_selected_action": [engineer.pk, stranger.pk]}
    signed_in(admin).post(address(User, "changelist"), sent)
    engineer.refresh_from_db()
    stranger.refresh_from_db()
    assert not engineer.is_active
    assert stranger.is_active


@pytest.mark.req("I4", "I5")
def test_switching_off_and_on_again_revives_no_key(admin, engineer):
    key, client = key_of(engineer), signed_in(admin)
    for action in ("switch_off", "switch_on"):
        client.post(
            address(User, "changelist"), {"action": action, "_selected_action": [engineer.pk]}
        )
    engineer.refresh_from_db()
    key.refresh_from_db()
    assert engineer.is_active and not key.is_usable


def test_people_and_accounts_are_not_deleted(admin, engineer):
    for client in (signed_in(admin), signed_in(make_operator())):
        assert client.post(address(User, "delete", engineer.pk)).status_code == 403
        assert client.post(address(Account, "delete", admin.account_id)).status_code == 403


def test_an_admin_changes_the_policies_but_neither_name_nor_limit(admin):
    client = signed_in(admin)
    sent = {
        "name": "Contoso",
        "time_zone": "Europe/Vienna",
        "tree_limit": "9999",
        "close_idle_after_days": "3",
        "retention_days": "30",
    }
    response = client.post(address(Account, "change", admin.account_id), sent)
    assert response.status_code == 302
    changed = Account.objects.get(pk=admin.account_id)
    kept = (admin.account.name, 30, None)
    assert (changed.name, changed.retention_days, changed.tree_limit) == kept
    assert client.get(address(Account, "add")).status_code == 403


def test_a_team_name_is_unique_in_an_account(admin):
    """The hidden account takes part in the check: a message, not a broken constraint."""
    client = signed_in(admin)
    assert client.post(address(Team, "add"), {"name": "Night"}).status_code == 302
    assert Team.objects.get(name="Night").account == admin.account
    response = client.post(address(Team, "add"), {"name": "Night"})
    assert response.status_code == 200
    assert response.context["errors"]


def test_a_key_is_revoked_and_never_shown(admin, engineer, stranger):
    own, foreign = key_of(engineer), key_of(stranger)
    client = confirm(signed_in(admin))
    sent = {"action": "revoke", "_selected_action": [own.pk, foreign.pk]}
    client.post(address(ApiKey, "changelist"), sent)
    own.refresh_from_db()
    foreign.refresh_from_db()
    assert own.revoked_at is not None
    assert foreign.revoked_at is None
    for page in (address(ApiKey, "changelist"), address(ApiKey, "change", own.pk)):
        text = client.get(page).content.decode()
        assert own.digest not in text
        assert f"rf_{own.prefix}_…" in text
    assert client.get(address(ApiKey, "add")).status_code == 403
    assert client.post(address(ApiKey, "delete", own.pk)).status_code == 403


def test_a_digest_can_not_be_guessed_through_a_filter(admin, engineer):
    own = key_of(engineer)
    guess = f"?digest__startswith={own.digest[0]}"
    assert signed_in(admin).get(address(ApiKey, "changelist") + guess).status_code == 400
    guess = "?password__startswith=md5"
    assert signed_in(admin).get(address(User, "changelist") + guess).status_code == 400


def test_choices_as_one_types_are_the_accounts(admin, engineer, stranger):
    query = {
        "app_label": "trees_app",
        "model_name": "tree",
        "field_name": "author",
        "term": "user",
    }
    response = signed_in(admin).get(reverse("admin:autocomplete"), query)
    ids = {UUID(row["id"]) for row in response.json()["results"]}
    assert engineer.pk in ids
    assert stranger.pk not in ids
    assert signed_in(engineer).get(reverse("admin:autocomplete"), query).status_code == 403
