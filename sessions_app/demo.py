"""The demo account: what a fresh local installation shows before anything is set up.

Created only in an empty database. Its passwords are printed at each start until somebody changes
them; on a server that other machines can reach they are random.
"""

import json
import secrets
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.utils import timezone

from accounts_app.models import Account, Team, User
from sessions_app import services
from sessions_app.completion import services as completion_services
from sessions_app.models import Outcome, Session
from sessions_app.recording import services as recording_services
from trees_app.document.nodes import node_targets
from trees_app.importing.json_import import load_starter_flows
from trees_app.models import Tree

ACCOUNT = "Northwind IT"
SHORT_NAME = "northwind"
KNOWN_PASSWORD = "northwind-demo"  # noqa: S105 (a local demo's, and told on the screen)
PEOPLE = (
    ("admin", "Ana", "Petrova", User.Role.ADMIN),
    ("author", "Jonas", "Weber", User.Role.AUTHOR),
    ("engineer", "Mira", "Okafor", User.Role.ENGINEER),
    ("viewer", "Tom", "Lindqvist", User.Role.VIEWER),
    ("integration", "Ticket", "system", User.Role.INTEGRATION),
)


@dataclass(frozen=True)
class DemoSignIn:
    username: str
    password: str
    role: str


def sign_ins_file() -> Path:
    return Path(settings.DATA_DIR) / "demo.json"


def ensure(*, is_private: bool) -> list[DemoSignIn]:
    """Create the demo if the database is empty; return the sign-ins that still work.

    `is_private`: only this machine can reach the server, so the known password will do. When that
    is no longer so, whoever still has it gets a random one.
    """
    if not User.objects.exists() and not Account.objects.exists():
        make(KNOWN_PASSWORD if is_private else secrets.token_urlsafe(12))
    found = _unchanged()
    if not is_private and any(one.password == KNOWN_PASSWORD for one in found):
        names = [one.username for one in found]
        _set_passwords(User.objects.filter(username__in=names), secrets.token_urlsafe(12))
        found = _unchanged()
    return found


def make(password: str) -> None:
    """Create the account with its people, the starter flows and a few sessions; all or nothing."""
    with transaction.atomic():
        account = Account.objects.create(name=ACCOUNT, short_name=SHORT_NAME, time_zone="UTC")
        desk = Team.objects.create(account=account, name="Service desk")
        Team.objects.create(account=account, name="Field service")
        for username, first_name, last_name, role in PEOPLE:
            user = User(
                username=username,
                first_name=first_name,
                last_name=last_name,
                role=role,
                account=account,
                team=None if role == User.Role.INTEGRATION else desk,
            )
            user.set_unusable_password()
            user.save()
        load_starter_flows(account)
        _make_sessions(account)
        _set_passwords(User.objects.filter(account=account), password)


def _set_passwords(users: "models.QuerySet[User]", password: str) -> None:
    """Give all of `users` the password, hashed once, and note it for the next start."""
    encoded = make_password(password)
    users.update(password=encoded)
    path = sign_ins_file()
    path.touch(mode=0o600)
    path.write_text(json.dumps({"password": password, "encoded": encoded}))


def _unchanged() -> list[DemoSignIn]:
    try:
        noted = json.loads(sign_ins_file().read_text())
    except (OSError, ValueError):
        return []
    users = User.objects.filter(
        account__name=ACCOUNT, password=noted["encoded"], is_active=True
    ).order_by("date_joined")
    return [DemoSignIn(user.username, noted["password"], user.role) for user in users]


# -- sessions ----------------------------------------------------------------------------------


def _make_sessions(account: Account) -> None:
    engineer = User.objects.get(account=account, role=User.Role.ENGINEER)
    trees = list(Tree.objects.filter(account=account, tree_type="troubleshooting").order_by("name"))
    if not trees:
        return
    done = services.create_and_start(
        user=engineer, tree=trees[0], ticket_number="T-10412", client_name="Alpine Freight"
    )
    _walk(done, engineer, steps=None)
    done.refresh_from_db()
    ending = done.node(done.current_node) or {}
    completion_services.complete(
        user=engineer,
        pk=done.pk,
        outcome=ending.get("outcome") or Outcome.RESOLVED,
        outcome_notes=ending.get("title") or "",
        next_steps=ending.get("next_steps") or "",
        ends_at=done.current_node,
    )
    an_hour = timedelta(hours=1)
    began = timezone.now() - 3 * an_hour
    Session.objects.filter(pk=done.pk).update(
        created_at=began, started_at=began, completed_at=began + an_hour / 4
    )
    done.all_decisions.update(entered_at=began, timestamp=began + an_hour / 6)
    running = services.create_and_start(
        user=engineer, tree=trees[-1], ticket_number="T-10437", client_name="Harbour Dental"
    )
    _walk(running, engineer, steps=2)


def _walk(work_session: Session, engineer: User, *, steps: int | None) -> None:
    """Answer `steps` steps (all, if None) on the shortest way to what resolves it."""
    way = shortest_way(work_session.structure)
    for position, (node_id, choice) in enumerate(way[:steps], start=1):
        step = recording_services.StepInput(position=position, node_id=node_id, choice=choice)
        recording_services.answer(user=engineer, pk=work_session.pk, step=step)


def shortest_way(structure: dict[str, Any]) -> list[tuple[str, int]]:
    """Return the steps before the nearest solution that resolves, as (node id, 0-based option).

    A flow that suggests no such outcome is walked to its nearest solution.
    """
    nodes = structure["nodes"]
    waiting: deque[tuple[str, list[tuple[str, int]]]] = deque([(structure["start"], [])])
    seen = {structure["start"]}
    ends: list[tuple[str, list[tuple[str, int]]]] = []
    while waiting:
        node_id, way = waiting.popleft()
        if nodes[node_id]["type"] == "solution":
            ends.append((node_id, way))
        for choice, target in enumerate(node_targets(nodes[node_id])):
            if target not in seen:
                seen.add(target)
                waiting.append((target, [*way, (node_id, choice)]))
    resolving = [way for node_id, way in ends if nodes[node_id].get("outcome") == Outcome.RESOLVED]
    return next(iter(resolving or [way for _, way in ends]), [])
