"""The admin undoes nothing that was done elsewhere while a page of it was open ([S15])."""

from threading import Barrier

import pytest
from django.contrib import admin as django_admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts_app.models import Account, ApiKey, Team, User
from resolutionflow.admin.versioned import VersionedAdmin
from sessions_app.models import LibraryStep
from tests.admin_pages import address, make_operator, signed_in
from tests.factories import AccountFactory, TeamFactory, TreeFactory, UserFactory, confirm, make_key
from tests.html_forms import form_to
from tests.sessions_app.threads import at_once
from trees_app.models import Tree

pytestmark = pytest.mark.req("S15")

# For each model that is changed here: what one page changes, and what another one does.
CHANGES = {
    Account: ({"time_zone": "Europe/Oslo"}, {"close_idle_after_days": 9}),
    Team: ({"name": "Field service"}, {"name": "Night shift"}),
    User: ({"last_name": "Larsen"}, {"role": "viewer"}),
    Tree: ({"category": "Mail"}, {"name": "Mail is late"}),
    LibraryStep: ({"body": "Hold the line."}, {"title": "Call the ISP"}),
}
DELETED = [Team, Tree, LibraryStep]


def make_row(model):
    account = AccountFactory()
    author = UserFactory(account=account, role=User.Role.AUTHOR)
    if model is Account:
        return account
    if model is Team:
        return TeamFactory(account=account)
    if model is User:
        return author
    if model is Tree:
        return TreeFactory(author=author)
    return LibraryStep.objects.create(account=account, author=author, title="Look twice")


def stored(row):
    return type(row)._base_manager.filter(pk=row.pk).values().first()


def change_elsewhere(operator, row, values):
    """Save another page of the same row, as another admin would."""
    url = address(type(row), "change", row.pk)
    other = signed_in(operator)
    assert other.post(url, {**form_to(other.get(url), url), **values}).status_code == 302


def seen_on(client, url):
    return form_to(client.get(url), url, having="seen")["seen"]


def writing_pages():
    """Return the admin pages by model on which the operator changes, adds or deletes."""
    request = RequestFactory().get("/")
    request.user = make_operator()
    pages = django_admin.site._registry.items()
    return {
        model: page
        for model, page in pages
        if any(
            (
                page.has_add_permission(request),
                page.has_change_permission(request),
                page.has_delete_permission(request),
            )
        )
    }


@pytest.mark.django_db
def test_every_admin_that_writes_is_versioned_and_in_the_table():
    own = {model for model in writing_pages() if model.__module__.split(".")[0].endswith("_app")}
    assert own == CHANGES.keys(), "Add the model to CHANGES."
    for model, page in writing_pages().items():
        assert isinstance(page, VersionedAdmin), f"Build the admin of {model} on VersionedAdmin."
        # These would need a version for each of their rows.
        assert not page.inlines and not page.list_editable, model


@pytest.mark.django_db
@pytest.mark.parametrize("model", CHANGES)
def test_a_stale_change_form_saves_nothing_and_shows_both(model):
    row, operator = make_row(model), make_operator()
    client, url = signed_in(operator), address(model, "change", row.pk)
    mine, theirs = CHANGES[model]
    form = {**form_to(client.get(url), url), **mine}
    change_elsewhere(make_operator(), row, theirs)
    now = stored(row)
    late = client.post(url, form)
    assert late.status_code == 409
    assert stored(row) == now
    text = late.content.decode()
    assert "nothing was saved" in text
    shown = form_to(late, url)
    for name, value in mine.items():
        assert shown[name] == [str(value)]
    for name, value in theirs.items():
        if name not in mine:
            assert shown[name] == [str(value)]
        assert f"<pre>{value}" in text.replace("Viewer", "viewer")
    assert "Changed by" in text
    assert client.post(url, shown).status_code == 302
    after = stored(row)
    for name, value in {**theirs, **mine}.items():
        assert str(after[name]) == str(value)


@pytest.mark.django_db
@pytest.mark.parametrize("model", CHANGES)
def test_only_what_was_changed_is_written(model):
    """A column that the form doesn't show, or that wasn't changed, is in no UPDATE."""
    row, client = make_row(model), signed_in(make_operator())
    url, (mine, _) = address(model, "change", row.pk), CHANGES[model]
    form = {**form_to(client.get(url), url), **mine}
    with CaptureQueriesContext(connection) as captured:
        assert client.post(url, form).status_code == 302
    table = model._meta.db_table
    [update] = [
        query["sql"] for query in captured if query["sql"].startswith(f'UPDATE "{table}" SET')
    ]
    columns = update[: update.index(" WHERE ")].count('" = ')
    automatic = sum(getattr(field, "auto_now", False) for field in model._meta.concrete_fields)
    assert columns == len(mine) + automatic, update
    with CaptureQueriesContext(connection) as captured:
        again = form_to(client.get(url), url)
        assert client.post(url, again).status_code == 302
    assert not [query for query in captured if query["sql"].startswith(f'UPDATE "{table}"')]


@pytest.mark.django_db
@pytest.mark.parametrize("model", CHANGES)
def test_a_form_sent_twice_is_saved_once_and_not_refused(model):
    row, client = make_row(model), signed_in(make_operator())
    url, (mine, _) = address(model, "change", row.pk), CHANGES[model]
    form = {**form_to(client.get(url), url), **mine}
    assert [client.post(url, form).status_code for _ in range(2)] == [302, 302]


@pytest.mark.django_db
def test_an_invalid_and_stale_form_keeps_what_was_typed():
    row, client = make_row(Account), signed_in(make_operator())
    url = address(Account, "change", row.pk)
    form = {**form_to(client.get(url), url), "retention_days": "x"}
    change_elsewhere(make_operator(), row, {"time_zone": "Europe/Oslo"})
    late = client.post(url, form)
    assert late.status_code == 409
    shown = form_to(late, url)
    assert (shown["retention_days"], shown["time_zone"]) == (["x"], ["Europe/Oslo"])


@pytest.mark.django_db
@pytest.mark.parametrize("seen", ["x", "[]", "{}", '{"": "x"}', '{"": 1e999}', "1" * 20_000])
def test_a_page_that_cant_be_read_has_seen_nothing(seen):
    row, client = make_row(Team), signed_in(make_operator())
    url = address(Team, "change", row.pk)
    form = {**form_to(client.get(url), url), "name": "Night shift", "seen": seen}
    assert client.post(url, form).status_code == 409
    assert Team.objects.get(pk=row.pk).name == row.name


@pytest.mark.django_db
def test_publishing_elsewhere_makes_a_flows_form_stale(author):
    tree, client = TreeFactory(author=author), signed_in(make_operator())
    url = address(Tree, "change", tree.pk)
    form = {**form_to(client.get(url), url), "category": "Mail"}
    tree.publish(by=author)
    late = client.post(url, form)
    assert late.status_code == 409
    assert "Version" in late.content.decode()
    tree.refresh_from_db()
    assert (tree.category, tree.version, tree.status) != ("Mail", 0, "draft")


@pytest.mark.django_db
def test_a_use_or_a_sign_in_makes_no_form_stale(author):
    tree, client = TreeFactory(author=author), signed_in(make_operator())
    for row, values in ((tree, {"category": "Mail"}), (author, {"last_name": "Larsen"})):
        url = address(type(row), "change", row.pk)
        form = {**form_to(client.get(url), url), **values}
        tree.count_use()
        signed_in(author)
        assert client.post(url, form).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("model", DELETED)
def test_a_stale_deletion_asks_again(model):
    row, client = make_row(model), signed_in(make_operator())
    url = address(model, "delete", row.pk)
    form = form_to(client.get(url), url)
    change_elsewhere(make_operator(), row, CHANGES[model][1])
    late = client.post(url, form)
    assert late.status_code == 409
    assert "nothing was deleted" in late.content.decode()
    assert stored(row) is not None
    assert client.post(url, form_to(late, url)).status_code == 302
    assert stored(row) is None


@pytest.mark.django_db
@pytest.mark.parametrize("model", DELETED)
def test_a_list_deletes_nothing_that_was_changed_meanwhile(model):
    row, client = make_row(model), signed_in(make_operator())
    url = address(model, "changelist")
    chosen = {"action": "delete_selected", "_selected_action": str(row.pk)}
    seen = seen_on(client, url)
    asked = client.post(url, {**chosen, "seen": seen})
    assert asked.status_code == 200
    form = form_to(asked, url)
    change_elsewhere(make_operator(), row, CHANGES[model][1])
    for stale in ({**chosen, "seen": seen}, form):
        late = client.post(url, stale, follow=True)
        assert "Nothing was done" in late.content.decode()
        assert stored(row) is not None
    again = client.post(url, {**chosen, "seen": seen_on(client, url)})
    client.post(url, form_to(again, url))
    assert stored(row) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "action"), [(Tree, "publish"), (User, "switch_off"), (User, "switch_on")]
)
def test_an_action_is_not_done_to_what_was_changed_meanwhile(model, action):
    row, client = make_row(model), signed_in(make_operator())
    url = address(model, "changelist")
    chosen = {"action": action, "_selected_action": str(row.pk)}
    seen = seen_on(client, url)
    change_elsewhere(make_operator(), row, CHANGES[model][1])
    now = stored(row)
    late = client.post(url, {**chosen, "seen": seen}, follow=True)
    assert "Nothing was done" in late.content.decode()
    assert stored(row) == now
    again = client.post(url, {**chosen, "seen": seen_on(client, url)}, follow=True)
    assert "Nothing was done" not in again.content.decode()


@pytest.mark.django_db
def test_a_key_that_was_used_meanwhile_is_revoked_all_the_same():
    user, client = UserFactory(), confirm(signed_in(make_operator()))
    make_key(user)
    url = address(ApiKey, "changelist")
    seen = seen_on(client, url)
    key = user.api_keys.get()
    key.touch("192.0.2.7")
    client.post(url, {"action": "revoke", "_selected_action": str(key.pk), "seen": seen})
    key.refresh_from_db()
    assert key.revoked_at is not None


@pytest.mark.django_db
def test_a_password_that_was_set_meanwhile_is_not_replaced_unseen():
    user, client = UserFactory(), signed_in(make_operator())
    url = f"/admin/accounts_app/user/{user.pk}/password/"
    new = {"password1": "quiet-Otter-71", "password2": "quiet-Otter-71", "usable_password": "true"}
    form = {**form_to(client.get(url), url), **new, "set-password": "1"}
    user.set_password("loud-Heron-44")
    user.save(update_fields=["password"])
    late = client.post(url, form)
    assert late.status_code == 409
    assert "nothing was saved" in late.content.decode()
    user.refresh_from_db()
    assert user.check_password("loud-Heron-44")
    again = {**form_to(late, url), **new, "set-password": "1"}
    assert client.post(url, again).status_code == 302
    user.refresh_from_db()
    assert user.check_password("quiet-Otter-71")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(10))
@pytest.mark.parametrize("model", [Account, Tree])
def test_of_two_admins_at_once_one_is_told(model, turn):
    row, operators = make_row(model), [make_operator(), make_operator()]
    url, clients = address(model, "change", row.pk), [signed_in(person) for person in operators]
    forms = [
        {**form_to(client.get(url), url), **values}
        for client, values in zip(clients, CHANGES[model], strict=True)
    ]
    together = Barrier(2)

    def save(index):
        together.wait(timeout=60)
        return clients[index].post(url, forms[index]).status_code

    results = at_once(save, 2, workers=2)
    assert sorted(results) == [302, 409]
    kept = CHANGES[model][results.index(302)]
    assert {name: stored(row)[name] for name in kept} == kept
    [entry] = LogEntry.objects.filter(object_id=str(row.pk))
    assert entry.user == operators[results.index(302)]
