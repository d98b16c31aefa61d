"""The people and things that the permission tables speak of, and how a table is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts_app.models import ApiKey, Invitation, User
from sessions_app.attachments import services as attachments_services
from sessions_app.models import Attachment, Session
from sessions_app.save_as_flow import services as save_as_flow_services
from tests.factories import (
    AccountFactory,
    TeamFactory,
    TreeFactory,
    UserFactory,
    add_decision,
    make_session,
)
from trees_app.models import Tree

PEOPLE = (
    "anonymous",
    "stranger",
    "mate",
    "viewer",
    "owner",
    "assignee",
    "author",
    "admin",
    "integration",
)
OWNERS = ("keys", "devices", "trees", "flows", "sessions", "attachments", "batches")


@dataclass(frozen=True)
class Line:
    """One line of a table: what each of `PEOPLE` gets."""

    method: str
    name: str
    statuses: dict[str, int]
    of: str = ""  # “draft”: about the draft that the owner saved from a session

    @property
    def call(self) -> str:
        return f"{self.method} {self.name}"


def read_table(text: str) -> list[Line]:
    """The lines of a table `METHOD name status …` (or `name@draft`); # begins a comment."""
    lines = []
    for row in text.strip().splitlines():
        if row.startswith("#") or not row.strip():
            continue
        method, name, *statuses = row.split()
        if len(statuses) != len(PEOPLE):
            raise ValueError(f"{method} {name}: {len(statuses)} columns instead of {len(PEOPLE)}")
        numbers = [int(status) for status in statuses]
        name, _, of = name.partition("@")
        lines.append(Line(method, name, dict(zip(PEOPLE, numbers, strict=True)), of))
    return lines


def addresses(prefix: str = "") -> Iterator[tuple[str, str | None]]:
    """Every address below `prefix` (a route as it stands in the URLconf) with its name."""

    def walk(patterns: list[Any], route: str) -> Iterator[tuple[str, str | None]]:
        for pattern in patterns:
            here = route + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, here)
            elif isinstance(pattern, URLPattern):
                yield here, pattern.name

    for route, name in walk(get_resolver().url_patterns, ""):
        if route.startswith(prefix):
            yield route, name


@dataclass
class World:
    """One account with everybody in it, somebody of another account, and nobody."""

    people: dict[str, User | None]
    work_session: Session
    tree: Tree
    key: ApiKey
    file: Attachment

    @classmethod
    def make(cls) -> "World":
        account = AccountFactory()
        team = TeamFactory(account=account)
        role = User.Role
        owner = UserFactory(account=account, team=team, role=role.ENGINEER)
        assignee = UserFactory(account=account, role=role.ENGINEER)
        author = UserFactory(account=account, team=team, role=role.AUTHOR)
        people: dict[str, User | None] = {
            "anonymous": None,
            "stranger": UserFactory(role=role.ENGINEER),
            "mate": UserFactory(account=account, team=team, role=role.ENGINEER),
            "viewer": UserFactory(account=account, team=team, role=role.VIEWER),
            "owner": owner,
            "assignee": assignee,
            "author": author,
            "admin": UserFactory(account=account, role=role.ADMIN),
            "integration": UserFactory(account=account, role=role.INTEGRATION),
        }
        tree = TreeFactory(author=author, published=True, tree_type=Tree.Type.MAINTENANCE)
        work_session = make_session(
            owner, tree=tree, assigned_to=assignee, batch_id=uuid4(), target_label="SRV-1"
        )
        key, _ = ApiKey.issue(user=owner, name="Ticket system")
        file = attachments_services.add_attachment(
            user=owner, pk=work_session.pk, name="error.log", data=b"809"
        )
        return cls(people, work_session, tree, key, file)

    @cached_property
    def recorded(self) -> Session:
        """Make another session of the owner, with a step of which a flow can be made."""
        owner, assignee = self.people["owner"], self.people["assignee"]
        assert owner is not None
        made = make_session(owner, tree=self.tree, assigned_to=assignee)
        add_decision(made)
        return made

    @cached_property
    def draft(self) -> Tree:
        """Make the draft that the owner, an engineer, saves from a session."""
        owner = self.people["owner"]
        assert owner is not None
        return save_as_flow_services.save_as_tree(user=owner, pk=self.recorded.pk)

    def url(self, route_name: str, of: str = "") -> str:
        """The address of `route_name` with the ids that it asks for.

        A route about a session has its id, one about a flow the flow's, and so on.
        """
        known = {"session": self.work_session.pk, "tree": self.tree.pk, "flow": self.tree.pk}
        known |= {"key": self.key.pk, "attachment": self.file.pk, "device": uuid4()}
        if "save-as" in route_name:
            known["session"] = self.recorded.pk
        if of == "draft":
            known["tree"] = known["flow"] = self.draft.pk
        routes = {name: route for route, name in addresses()}
        route = routes[route_name]
        if route_name == "account_reset_password_from_key":
            return reverse(route_name, kwargs={"uidb36": "1", "key": "old"})
        if route_name in ("invitation-accept", "address-confirm"):
            return reverse(route_name, kwargs={"token": "old"})
        if route_name == "reset-link-create":
            return reverse(route_name, kwargs={"pk": self.work_session.user_id})
        if "invitations/<" in route:
            made = Invitation.objects.create(account=self.tree.account, email="ben@example.com")
            return reverse(route_name, kwargs={"pk": made.pk})
        if "<slug:handle>" in route:
            return reverse(route_name, kwargs={"handle": "0" * 32})
        if "<" not in route:
            return reverse(route_name)
        owner = next(word for word in OWNERS if f"{word}/<" in route)
        if owner == "batches":
            return reverse(route_name, kwargs={"pk": self.work_session.batch_id})
        return reverse(route_name, kwargs={"pk": known[owner.removesuffix("s")]})

    def fill(self, body: Any) -> Any:
        """`body` with `{tree}` replaced by the flow's id, `{session}` by the session's, and
        `{mark}` by what a batch's checkbox of it sends.
        """
        if isinstance(body, dict):
            return {name: self.fill(value) for name, value in body.items()}
        session_id = str(self.work_session.pk)
        known = {"{tree}": self.tree.pk, "{session}": session_id, "{mark}": f"{session_id}:1"}
        return known.get(body if isinstance(body, str) else "", body)
