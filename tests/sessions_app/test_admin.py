import pytest
from django.utils import timezone

from resolutionflow.admin import scoped
from sessions_app.models import Action, AuditEntry, Decision, LibraryStep, Session
from tests import admin_pages
from tests.admin_pages import address, make_operator, rows_of, signed_in
from tests.factories import UserFactory, add_decision, make_completed, make_session

pytestmark = pytest.mark.django_db
MODELS = [Session, Decision, LibraryStep, AuditEntry]


def make(model, user):
    if model is LibraryStep:
        return LibraryStep.objects.create(account=user.account, author=user, title="Look twice")
    work_session = make_session(user, client_name="Müller & Söhne", ticket_number="T-77")
    if model is AuditEntry:
        AuditEntry.objects.log_action(work_session, Action.COMPLETED, by=user, outcome="resolved")
        return AuditEntry.objects.get(action=Action.COMPLETED, object_id=work_session.pk)
    return work_session if model is Session else add_decision(work_session, notes="<b>seen</b>")


@pytest.mark.parametrize("model", MODELS)
def test_a_list_shows_the_account_alone(model, admin, engineer, stranger):
    admin_pages.require_scope(model, make(model, engineer), make(model, stranger), admin)


@pytest.mark.parametrize("role", admin_pages.OTHER_ROLES)
@pytest.mark.parametrize("model", MODELS)
def test_other_roles_are_turned_away(model, role, account):
    admin_pages.require_denied(model, account, role)


@pytest.mark.parametrize("model", MODELS)
def test_a_list_costs_the_same_with_many_rows(model, admin):
    for viewer in (admin, make_operator()):
        admin_pages.require_constant_queries(
            model, signed_in(viewer), lambda: make(model, UserFactory(account=admin.account))
        )


@pytest.mark.parametrize("model", [Session, Decision, AuditEntry])
def test_evidence_is_read_and_never_changed(model, admin, engineer):
    row = make(model, engineer)
    for client in (signed_in(admin), signed_in(make_operator())):
        assert client.get(address(model, "add")).status_code == 403
        for page in ("change", "delete"):
            sent = {"post": "yes", "notes": "changed"}
            assert client.post(address(model, page, row.pk), sent).status_code == 403
        listed = client.get(address(model, "changelist")).content.decode()
        assert "delete_selected" not in listed
        sent = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        client.post(address(model, "changelist"), sent)
    assert model.objects.filter(pk=row.pk).exists()


def test_what_was_typed_is_text(admin, engineer):
    row = make(Decision, engineer)
    page = signed_in(admin).get(address(Decision, "change", row.pk)).content.decode()
    assert "<pre>&lt;b&gt;seen&lt;/b&gt;</pre>" in page


def test_a_sensitive_value_is_not_shown(admin, engineer):
    values = {"passphrase": "tr0ub4dor", "gateway": "10.0.0.1"}
    work_session = make_session(engineer, session_variables=values)
    page = signed_in(admin).get(address(Session, "change", work_session.pk)).content.decode()
    assert "10.0.0.1" in page
    assert "tr0ub4dor" not in page


def test_sessions_are_found_by_ticket_client_flow_and_id(admin, engineer):
    client = signed_in(admin)
    work_session, other = make(Session, engineer), make_session(engineer)
    for term in ("t-7", "müller", str(work_session.pk), work_session.tree_name):
        found = rows_of(client, Session, f"?q={term}")
        assert work_session.pk in found
        assert other.pk not in found
    assert rows_of(client, Session, "?q=%00") == {work_session.pk, other.pk}


def test_sessions_are_filtered_by_state(admin, engineer):
    client = signed_in(admin)
    active, completed = make_session(engineer), make_completed(engineer)
    prepared = make_session(engineer, started_at=None)
    for state, row in (("active", active), ("completed", completed), ("prepared", prepared)):
        assert rows_of(client, Session, f"?state={state}") == {row.pk}
    assert len(rows_of(client, Session, "?state=nonsense")) == 3


def test_the_steps_of_a_session_are_one_click_away(admin, engineer, stranger):
    client = signed_in(admin)
    own, other, foreign = (make(Decision, user) for user in (engineer, engineer, stranger))
    for query in ("?session__id__exact={}", "?q={}"):
        assert rows_of(client, Decision, query.format(own.session_id)) == {own.pk}
        assert rows_of(client, Decision, query.format(foreign.session_id)) == set()
    assert rows_of(client, Decision, "?q=nonsense") == set()
    assert rows_of(client, Decision) == {own.pk, other.pk}


def test_a_long_list_is_counted_to_a_bound(admin, engineer, monkeypatch):
    monkeypatch.setattr(scoped, "MAX_COUNT", 3)
    now = timezone.now()
    first = make_session(engineer)
    Session.objects.bulk_create(
        Session(
            account=first.account,
            tree_name="VPN",
            snapshot_id=first.snapshot_id,
            user=engineer,
            started_at=now,
        )
        for _ in range(5)
    )
    response = signed_in(admin).get(address(Session, "changelist"))
    assert response.context["cl"].result_count == 3


def test_library_steps_belong_to_the_account(admin, engineer, stranger):
    client = signed_in(admin)
    sent = {"title": "Check the cable", "body": "", "commands": "[]", "author": engineer.pk}
    response = client.post(address(LibraryStep, "add"), {**sent, "account": stranger.account_id})
    assert response.status_code == 302, response.context["errors"]
    step = LibraryStep.objects.get()
    assert step.account == admin.account
    refused = client.post(address(LibraryStep, "add"), {**sent, "author": stranger.pk})
    assert refused.status_code == 200
    assert client.post(address(LibraryStep, "delete", step.pk), {"post": "yes"}).status_code == 302


def test_the_log_of_one_session_is_found_by_its_id(admin, engineer):
    client = signed_in(admin)
    own, other = make(AuditEntry, engineer), make(AuditEntry, engineer)
    assert own.pk in rows_of(client, AuditEntry, f"?q={own.object_id}")
    assert other.pk not in rows_of(client, AuditEntry, f"?q={own.object_id}")
    assert rows_of(client, AuditEntry, "?q=nonsense") == set()
    assert other.pk in rows_of(client, AuditEntry, "?action=completed")
    page = client.get(address(Session, "change", own.object_id)).content.decode()
    assert f"{address(AuditEntry, 'changelist')}?q={own.object_id}" in page


def test_the_log_says_who_did_what(admin, engineer):
    entry = make(AuditEntry, engineer)
    page = signed_in(admin).get(address(AuditEntry, "changelist")).content.decode()
    assert engineer.display_name in page
    assert "outcome: resolved" in page
    one = signed_in(admin).get(address(AuditEntry, "change", entry.pk)).content.decode()
    assert "T-77" in one
