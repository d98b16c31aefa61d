"""Nothing that is stored may break a page: extreme values in every column, and a walk over all.

The columns are read from the models, so a new one is covered as soon as it is there.
"""

import traceback
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import CommandError, call_command
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from accounts_app.models import ApiKey
from sessions_app.handover import services as handover_services
from sessions_app.models import LibraryStep, Session
from tests.factories import add_decision, make_completed, make_key, make_session
from tests.permissions import api_table, page_table
from tests.permissions.world import World, addresses, read_table
from tests.project.extreme_values import (
    CHANGES,
    GONE,
    cases,
    change_documents,
    kinds_of,
    own_models,
    put_all,
)
from trees_app.models import snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.req("S16")]

MIN_SEEN = 120
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
        kept = ApiKey.objects.exclude(pk=self.world.key.pk).values_list("pk", flat=True)
        self.spared = {person.pk for person in (self.owner, self.mate, self.admin)} | set(kept)
        self.spared.add(tree.account_id)
        # Made at the first use, which must not be after the flow's documents were changed.
        assert self.world.recorded

    def visit_all(self) -> list[str]:
        """Return what broke: the address, and the last lines of the error."""
        self.failures: dict[str, str] = {}
        self.seen = 0
        got_request_exception.connect(self._note)
        try:
            self._visit_pages()
            self._visit_api()
            self._visit_admin()
            self._run_commands()
        finally:
            got_request_exception.disconnect(self._note)
        return [f"{address}\n{error}" for error, address in self.failures.items()]

    def _note(self, request, **kwargs) -> None:
        self.error = "".join(traceback.format_exc().splitlines(keepends=True)[-7:])

    def _visit(self, client, address, method="get", **sent) -> Any:
        client.raise_request_exception = False
        self.error = ""
        response = getattr(client, method)(address, **sent)
        if getattr(response, "streaming", False):
            b"".join(response.streaming_content)
        self.seen += response.status_code == 200
        if response.status_code >= 500:
            # One address is enough of each error.
            self.failures.setdefault(self.error, f"{method} {address}: {response.status_code}")
        return response

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
            self._visit(client, self.world.url("batch-export"), "post", data={"format": "psa"})

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
            self._visit_list(client, reverse(f"{label}_changelist"))
            for pk in model._base_manager.order_by("pk").values_list("pk", flat=True)[:2]:
                self._visit(client, reverse(f"{label}_change", args=[pk]))
                self._visit(client, reverse(f"{label}_history", args=[pk]))

    def _run_commands(self) -> None:
        """What runs in the background meets the same rows."""
        for name in ("close_idle_sessions", "purge_sessions"):
            try:
                call_command(name, dry_run=True, stdout=StringIO(), stderr=StringIO())
            except CommandError:
                pass  # said in words
            except Exception:
                self.failures.setdefault(traceback.format_exc(limit=-4), name)

    def _visit_list(self, client, address) -> None:
        """Visit a list as it stands, searched, and with each of its filters in use."""
        response = self._visit(client, address)
        self._visit(client, f"{address}?q=x")
        found = response.context["cl"] if response.context and "cl" in response.context else None
        chosen = [
            choice["query_string"].lstrip("?")
            for spec in (found.filter_specs if found else ())
            for choice in list(spec.choices(found))[1:2]
        ]
        if chosen:
            self._visit(client, f"{address}?{'&'.join(chosen)}")


@pytest.fixture
def walk():
    snapshot.cache.clear()
    made = Walk()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # The audit log refuses changes; here it must have been written like this.
        cursor.execute("ALTER TABLE accounts_app_auditentry DISABLE TRIGGER USER")
    yield made
    snapshot.cache.clear()


def require_unbroken(walk, stored) -> None:
    snapshot.cache.clear()
    failures = walk.visit_all()
    assert not failures, "\n".join([*failures, *map(str, stored)])
    # What refuses or sends away can't break.
    assert walk.seen > MIN_SEEN, walk.seen


def test_everything_can_be_looked_at(walk):
    require_unbroken(walk, ())


@pytest.mark.parametrize(("group", "index"), cases())
def test_a_stored_value_breaks_no_page(walk, group, index):
    stored = put_all(group, index, spared=walk.spared)
    assert stored
    require_unbroken(walk, stored)


@pytest.mark.parametrize("how", [*CHANGES, GONE])
def test_a_document_that_nearly_fits_breaks_no_page(walk, how):
    assert change_documents(how, seed=len(how))
    require_unbroken(walk, ())


def test_every_model_is_covered():
    """Sessions above all: what pages show must be among what is tried."""
    assert Session in own_models()
    assert {"time", "text", "document", "number", "flag", "id"} <= kinds_of(Session)
