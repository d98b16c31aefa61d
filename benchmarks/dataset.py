"""Many accounts with many sessions, made inside the database: what SPEC section 9 measures on.

25 accounts of 20 users; every session has five steps. The first account is four times as large as
the others. A *watched* engineer, who is the one measured, owns as many sessions as the average
user of a million, whatever the size: so a figure grows only by what other people's rows cost.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCOUNTS = 25
USERS_PER_ACCOUNT = 20
FLOWS_PER_ACCOUNT = 6
WATCHED_SESSIONS = 2_000
CLIENTS = 400
STEPS = 5
FLOWS = Path(__file__).parents[1] / "trees_app" / "starter_flows"

_SESSIONS = """
INSERT INTO sessions_app_session (
    id, account_id, tree_id, tree_name, snapshot_id, user_id, ticket_number, client_name,
    client_key, title, title_by_person, search_key, pinned, scratchpad, session_variables,
    created_at, started_at, completed_at, last_activity_at, outcome, outcome_notes, next_steps,
    exported, target_label, current_node, custom_steps, drafts, decision_count, revision)
SELECT gen_random_uuid(), f.account_id, f.tree_id, f.name, f.snapshot_id, u.id, ticket, client,
    lower(client), title, false,
    concat_ws(E'\\n', lower(ticket), lower(client), lower(title), lower(f.name), ''),
    false, '', '{{}}', started, CASE WHEN i %% 50 = 0 THEN NULL ELSE started END,
    CASE WHEN i %% 50 = 0 OR i %% 33 = 0 THEN NULL ELSE started + minutes END,
    started + minutes,
    CASE WHEN i %% 50 = 0 OR i %% 33 = 0 THEN ''
         ELSE (ARRAY['resolved','resolved','resolved','escalated','workaround','unresolved',
                     'cancelled'])[1 + i %% 7] END,
    '', '', false, '', f.start, '[]', '{{}}', %(steps)s, 1
FROM generate_series(%(first)s, %(last)s) AS i
CROSS JOIN LATERAL (SELECT
    hashint8(i) & 1048575 AS h,
    'INC-' || (100000 + i) AS ticket,
    'Client ' || (hashint8(i * 7) & 1048575) %% %(clients)s AS client,
    (ARRAY['VPN password','Printer stuck','Share missing','MFA reset','Slow logon'])[1 + i %% 5]
        AS title,
    timestamptz '2026-01-01' + i * (interval '300 days' / %(total)s) AS started,
    interval '1 minute' * (3 + i %% 40) AS minutes
) AS said
JOIN benchmark_user u ON u.number = CASE WHEN %(watched)s THEN 0 ELSE h %% {users} END
JOIN benchmark_flow f ON f.account_id = u.account_id AND f.number = i %% {flows}
"""
_DECISIONS = """
INSERT INTO sessions_app_decision (
    session_id, position, node_id, question, answer, next_node, action, notes, command_output,
    timestamp, attachments, recorded_by_id, is_off_flow)
SELECT s.id, p, n.node_id, n.title, n.label, n.next, '', 'Checked on the phone.', '',
    coalesce(s.started_at, s.created_at) + p * interval '1 minute', '[]', s.user_id, false
FROM sessions_app_session s
CROSS JOIN generate_series(1, %(steps)s) AS p
JOIN LATERAL (
    SELECT * FROM benchmark_node n
    WHERE n.tree_id = s.tree_id AND n.position = p
      AND n.choice = (abs(hashtext(s.id::text)) + p) %% n.choices) AS n ON true
WHERE NOT EXISTS (SELECT 1 FROM sessions_app_decision d WHERE d.session_id = s.id)
"""


@dataclass(frozen=True)
class Dataset:
    """Who is in it: the watched engineer and the admin of the largest account."""

    engineer: Any
    admin: Any


def create_users_and_flows() -> Dataset:
    """The accounts with their people and published flows, and the tables sessions come from."""
    from django.db import connection

    from accounts_app.models import Account, User
    from trees_app.models import Tree

    documents = [json.loads(path.read_text()) for path in sorted(FLOWS.glob("*.json"))]
    users, flows, nodes = [], [], []
    for index in range(ACCOUNTS):
        account = Account.objects.create(name=f"MSP {index}", time_zone="Europe/Berlin")
        people = User.objects.bulk_create(
            User(account=account, username=f"engineer-{index}-{n}", role=User.Role.ENGINEER)
            for n in range(USERS_PER_ACCOUNT)
        )
        admin = User.objects.create(account=account, username=f"admin-{index}", role="admin")
        users += [(person.pk, account.pk) for person in people]
        if index == 0:
            dataset = Dataset(engineer=people[0], admin=admin)
            users += [(person.pk, account.pk) for person in people[1:]] * 3
        for number, found in enumerate(documents[:FLOWS_PER_ACCOUNT]):
            structure = found["structure"]
            tree = Tree.objects.create(
                account=account,
                author=admin,
                name=found["name"],
                structure=structure,
                intake_form=found.get("intake_form") or [],
            )
            frozen = tree.publish(by=admin).snapshot_id
            flows.append((number, account.pk, tree.pk, tree.name, frozen, structure["start"]))
            nodes += [(tree.pk, *row) for row in _questions(structure)]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE benchmark_user (number int, id uuid, account_id uuid);"
            "CREATE TABLE benchmark_flow (number int, account_id uuid, tree_id uuid,"
            " name text, snapshot_id uuid, start text);"
            "CREATE TABLE benchmark_node (tree_id uuid, position int, node_id text, title text,"
            " choice int, choices int, label text, next text)"
        )
        rows = [(number, *user) for number, user in enumerate(users)]
        cursor.executemany("INSERT INTO benchmark_user VALUES (%s, %s, %s)", rows)
        cursor.executemany("INSERT INTO benchmark_flow VALUES (%s, %s, %s, %s, %s, %s)", flows)
        cursor.executemany("INSERT INTO benchmark_node VALUES (%s,%s,%s,%s,%s,%s,%s,%s)", nodes)
    return dataset


def grow_to(total: int, *, spread: int) -> None:
    """Add sessions until there are `total`, the watched engineer's among them.

    They are spread over 300 days as if there were `spread` of them in the end.
    """
    from django.db import connection

    from sessions_app.models import Decision, Session

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sessions_app_session")
        there = cursor.fetchone()[0]
    with _without_indexes(Session), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM benchmark_user")
        users = cursor.fetchone()[0]
        statement = _SESSIONS.format(users=users - 1, flows=FLOWS_PER_ACCOUNT)
        asked = {"steps": STEPS, "clients": CLIENTS, "total": spread}
        if not there:
            step = max(1, spread // WATCHED_SESSIONS)
            own = statement.replace(
                "generate_series(%(first)s, %(last)s)", f"generate_series(1, %(last)s, {step})"
            )
            cursor.execute(own, {**asked, "last": spread, "watched": True})
            there = cursor.rowcount
        # Number 0 is the watched engineer, who has theirs already.
        others = statement.replace("h %%", "1 + h %%")
        span = {"first": there + 1, "last": total, "watched": False}
        cursor.execute(others, {**asked, **span})
    with _without_indexes(Decision), connection.cursor() as cursor:
        cursor.execute(_DECISIONS, {"steps": STEPS})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE sessions_app_session, sessions_app_decision")


class _without_indexes:  # noqa: N801 (a context manager)
    """Within, the model's secondary indexes are gone; they are built at the end."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def __enter__(self) -> None:
        from django.db import connection

        with connection.schema_editor() as editor:
            for index in self.model._meta.indexes:
                editor.remove_index(self.model, index)

    def __exit__(self, *failure: object) -> None:
        from django.db import connection

        with connection.schema_editor() as editor:
            for index in self.model._meta.indexes:
                editor.add_index(self.model, index)


def _questions(structure: dict[str, Any]) -> list[tuple[Any, ...]]:
    """`(position, node id, title, choice, choices, label, next)` of the flow's first questions."""
    found = [
        (node_id, node) for node_id, node in structure["nodes"].items() if node.get("options")
    ][:STEPS]
    rows = []
    for position in range(1, STEPS + 1):
        node_id, node = found[(position - 1) % len(found)]
        options = node["options"]
        rows += [
            (
                position,
                node_id,
                node["title"],
                choice,
                len(options),
                option["label"],
                option["next"],
            )
            for choice, option in enumerate(options)
        ]
    return rows
