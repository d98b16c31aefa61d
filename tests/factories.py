"""Objects for tests: an account with people of every role, flows and sessions."""

import time
from typing import Any
from uuid import UUID

import factory
from django.db import transaction
from django.utils import timezone

from accounts_app.models import Account, ApiKey, Team, User
from sessions_app import services
from sessions_app.models import Decision, Session
from trees_app.models import Snapshot, Tree

PASSWORD = "correct horse battery"


def structure() -> dict[str, Any]:
    """A small flow with a loop, two ways to one node, variables, and three endings."""
    return {
        "schema_version": 1,
        "start": "scope",
        "nodes": {
            "scope": {
                "type": "question",
                "title": "Is one user affected, or everyone?",
                "body": "Ask a **colleague** nearby.",
                "options": [
                    {"label": "One user", "next": "ping"},
                    {"label": "Everyone", "next": "outage"},
                    {"label": "Not sure", "next": "ping"},
                ],
            },
            "ping": {
                "type": "action",
                "title": "Ping {{ gateway }}",
                "body": "Run it on the client's PC.",
                "variables": ["gateway"],
                "commands": [
                    {
                        "label": "Ping the gateway",
                        "shell": "powershell",
                        "code": "Test-Connection {{ gateway }} -Count 2",
                    }
                ],
                "expected": "Two replies.",
                "next": "replies",
            },
            "replies": {
                "type": "question",
                "title": "Did the gateway reply?",
                "options": [
                    {"label": "Yes", "next": "reset-profile"},
                    {"label": "No, try again", "next": "ping"},
                    {"label": "No, still nothing", "next": "outage"},
                ],
            },
            "reset-profile": {
                "type": "solution",
                "title": "Reset the VPN profile",
                "body": "Remove the profile and add it again.",
                "outcome": "resolved",
                "next_steps": "Call {{ contact }} tomorrow.",
            },
            "outage": {
                "type": "solution",
                "title": "Escalate to the network team",
                "outcome": "escalated",
            },
        },
    }


def intake_form() -> list[dict[str, Any]]:
    return [
        {"name": "gateway", "label": "Gateway", "type": "host", "required": True},
        {"name": "contact", "label": "Contact", "type": "text", "required": False},
        {"name": "passphrase", "label": "Passphrase", "type": "text", "sensitive": True},
    ]


class AccountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Account

    name = factory.Sequence(lambda n: f"Northwind IT {n}")
    time_zone = "Europe/Berlin"


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    account = factory.SubFactory(AccountFactory)
    name = factory.Sequence(lambda n: f"Service desk {n}")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    account = factory.SubFactory(AccountFactory)
    username = factory.Sequence(lambda n: f"user{n}")
    first_name = "Ana"
    last_name = factory.Sequence(lambda n: f"Petrova {n}")
    role = User.Role.ENGINEER
    # A fast hash: tests that sign in through the form set a real one themselves.
    password = factory.django.Password(PASSWORD)


class TreeFactory(factory.django.DjangoModelFactory):
    """A draft; `published=True` publishes it."""

    class Meta:
        model = Tree
        skip_postgeneration_save = True

    account = factory.SelfAttribute("author.account")
    author = factory.SubFactory(UserFactory, role=User.Role.AUTHOR)
    name = factory.Sequence(lambda n: f"VPN connection fails {n}")
    description = "Finds out why a client VPN does not connect."
    category = "Network"
    structure = factory.LazyFunction(structure)
    intake_form = factory.LazyFunction(intake_form)

    @factory.post_generation
    def published(obj, create: bool, extracted: bool, **kwargs: Any) -> None:  # noqa: N805
        if create and extracted:
            obj.publish(by=obj.author)


def store_snapshot(account: Account, document: dict[str, Any]) -> UUID:
    """The id of the account's snapshot with this content."""
    with transaction.atomic():
        return Snapshot.objects.store(account.pk, document)


def make_session(user: User, *, tree: Tree | None = None, **fields: Any) -> Session:
    """A started session of `user`; `fields` overrides any column afterwards."""
    if tree is None:
        author = UserFactory(account=user.account, role=User.Role.AUTHOR)
        tree = TreeFactory(author=author, published=True)
    work_session = services.create_and_start(user=user, tree=tree)
    if fields:
        for name, value in fields.items():
            setattr(work_session, name, value)
        work_session.save()
    return work_session


def make_completed(user: User, **fields: Any) -> Session:
    now = timezone.now()
    return make_session(user, **{"completed_at": now, "outcome": "resolved", **fields})


def add_decision(work_session: Session, **fields: Any) -> Decision:
    """One more step on the path, as the recording would leave it."""
    work_session.decision_count += 1
    work_session.save(update_fields=["decision_count"])
    values = {
        "position": work_session.decision_count,
        "node_id": "scope",
        "question": "Is one user affected, or everyone?",
        "answer": "One user",
        **fields,
    }
    return Decision.objects.create(session=work_session, **values)


def confirm(client):
    """Let the one who is signed in have confirmed with the password a moment ago."""
    browser = client.session
    confirmed = {"method": "password", "at": time.time(), "reauthenticated": True}
    browser["account_authentication_methods"] = [confirmed]
    browser["account_authentication_methods_user"] = browser["_auth_user_id"]
    browser.save()
    return client


def make_key(user: User, **fields: Any) -> str:
    return ApiKey.issue(user=user, name=fields.pop("name", "Ticket system"), **fields)[1]
