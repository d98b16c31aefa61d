"""Nothing that is stored may break a page: extreme values in every column, and a walk over all.

The columns are read from the models, so a new one is covered as soon as it is there.
"""

import traceback
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from sessions_app.handover import services as handover_services
from sessions_app.models import LibraryStep, Session
from tests.factories import add_decision, make_completed, make_key, make_session
from tests.permissions import api_table, page_table
from tests.permissions.world import World, addresses, read_table
from tests.project.extreme_values import VALUES, kinds_of, own_models, put
from trees_app.models import snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.req("S16")]

TRIED = ("time", "bytes", "id")
CASES = sorted({case for model in own_models() for case in kinds_of(model) if case[0] in TRIED})
FORMATS = ("markdown", "text", "html", "psa")


class Walk:
    """Everything there is to look at in one account, and the rows behind it."""

    def __init__(self) -> None:
        self.world = World.make()
        people = self.world.people
        self.owner, self.mate, self.admin = (people[name] for name in ("owner", "mate", "admin"))
        self.world.work_session.client_name = "Contoso"
        self.world.work_session.session_variables = {"gateway": "gw"}
        self.world.work_session.custom_steps = [
            {"id": f"custom-{uuid4()}", "title": "Look", "body": "", "commands": [],
             "return_to": "scope"}
        ]  # fmt: skip
        self.world.work_session.save()
        add_decision(self.world.work_session, attachments=[self.world.file.list_entry])
        tree = self.world.tree
        self.done = make_completed(self.owner, tree=tree, client_name="Contoso")
        add_decision(self.done, notes="One PC.", carried_over_from=timezone.now())
        self.other = make_session(self.mate, tree=tree, client_name="Contoso")
        make_session(
            self.mate, tree=tree, client_name="Contoso", started_at=None, assigned_to=self.owner
        )
        handed = make_session(self.owner, tree=tree, client_name="Contoso")
        handover_services.hand_over(user=self.owner, pk=handed.pk, to=self.mate.pk, note="Over.")
        LibraryStep.objects.create(
            account=tree.account, author=self.owner, title="Look", commands=[]
        )
        LogEntry.objects.log_actions(self.admin.pk, [tree], CHANGE, "Changed")
        self.keys = {person.pk: make_key(person) for person in (self.owner, self.admin)}

    def visit_all(self) -> list[str]:
        """Return what broke: the address, and the last lines of the error."""
        self.failures: list[str] = []
        got_request_exception.connect(self._note)
        try:
            self._visit_pages()
            self._visit_api()
            self._visit_admin()
        finally:
            got_request_exception.disconnect(self._note)
        return self.failures

    def _note(self, request, **kwargs) -> None:
        self.error = "".join(traceback.format_exc().splitlines(keepends=True)[-7:])

    def _visit(self, client, address, method="get", **sent) -> None:
        client.raise_request_exception = False
        self.error = ""
        response = getattr(client, method)(address, **sent)
        if getattr(response, "streaming", False):
            b"".join(response.streaming_content)
        if response.status_code >= 500:
            self.failures.append(f"{method} {address}: {response.status_code}\n{self.error}")

    def _signed_in(self, user) -> Client:
        client = Client()
        user.refresh_from_db()
        client.force_login(user)
        return client

    def _visit_pages(self) -> None:
        names = [line.name for line in read_table(page_table.TABLE) if line.method == "GET"]
        for user in (self.owner, self.mate, self.admin):
            client = self._signed_in(user)
            for name in names:
                if name != "healthz":
                    self._visit(client, self.world.url(name))
            for work_session in (self.done, self.other):
                for name in ("session-detail", "session-run", "session-preview"):
                    self._visit(client, reverse(name, kwargs={"pk": work_session.pk}))
            self._visit(
                client, reverse("session-run", args=[self.world.work_session.pk]) + "?step=1"
            )
            self._visit(client, reverse("session-list") + "?q=vpn")

    def _visit_api(self) -> None:
        known = {name: route for route, name in addresses()}
        lines = [line for line in read_table(api_table.TABLE) if line.method == "GET"]
        for user in (self.owner, self.admin):
            client = APIClient()
            client.credentials(HTTP_AUTHORIZATION=f"Token {self.keys[user.pk]}")
            for line in lines:
                if line.name in known and line.name != "api-docs":
                    self._visit(client, self.world.url(line.name))
            self._visit(
                client,
                "/api/v1/sessions?expand=tree_snapshot,decisions,custom_steps&tree_name=v&limit=2",
            )
            for work_session in (self.world.work_session, self.done):
                address = f"/api/v1/sessions/{work_session.pk}"
                self._visit(client, address)
                for name in FORMATS:
                    options = {"format": name, "include_summary": True, "detail_level": "full"}
                    self._visit(client, f"{address}/export", "post", data=options, format="json")
                for options in ({"redaction_mode": "mask"}, {"audience": "client"}):
                    self._visit(client, f"{address}/export", "post", data=options, format="json")

    def _visit_admin(self) -> None:
        client = self._signed_in(self.admin)
        self._visit(client, reverse("admin:index"))
        for model in admin.site._registry:
            label = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            self._visit(client, reverse(f"{label}_changelist"))
            for pk in model._base_manager.order_by("pk").values_list("pk", flat=True)[:3]:
                self._visit(client, reverse(f"{label}_change", args=[pk]))
                self._visit(client, reverse(f"{label}_history", args=[pk]))


@pytest.fixture
def walk():
    snapshot.cache.clear()
    made = Walk()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # The audit log refuses changes; here it must have been written like this.
        cursor.execute("ALTER TABLE sessions_app_auditentry DISABLE TRIGGER USER")
    yield made
    snapshot.cache.clear()


def test_everything_can_be_looked_at(walk):
    assert walk.visit_all() == []


@pytest.mark.parametrize(("kind", "index"), CASES)
def test_a_stored_value_breaks_no_page(walk, kind, index):
    for model in own_models():
        put(model, kind, VALUES[kind][index])
    snapshot.cache.clear()
    failures = walk.visit_all()
    assert not failures, "\n".join(failures[:6])


def test_every_model_is_covered():
    """Sessions above all: what pages show must be among what is tried."""
    assert Session in own_models()
    assert {"time", "text", "document", "number"} <= {kind for kind, _ in kinds_of(Session)}
