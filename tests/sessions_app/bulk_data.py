"""A memory of 100,000 sessions, made by the database itself in a few seconds.

Two accounts, one five times the other; busy and quiet people; many clients of which a few call
often; flows that are used all day and flows that are hardly used.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts_app.models import Account, User
from tests.factories import AccountFactory, TreeFactory, UserFactory
from trees_app.models import Snapshot, Tree

COUNT = 100_000
PEOPLE = 30
FLOWS = 24
SMALL = {
    "schema_version": 1,
    "start": "scope",
    "nodes": {
        "scope": {
            "type": "question",
            "title": "Is one user affected, or everyone?",
            "options": [{"label": "One user", "next": "end"}, {"label": "Everyone", "next": "end"}],
        },
        "end": {"type": "solution", "title": "It works"},
    },
}
BATCH = UUID("7d9f3f0e-3a51-4a9d-9a59-0c7d1a2b3c4d")

# One in six sessions is of the small account. Powers of a random number make some people, clients
# and flows much busier than others. Titles are drawn too: what repeats in step with the tickets
# would look the same at each bound of the planner's histogram. Of a hundred sessions one is
# prepared and two are active.
SESSIONS = """
    INSERT INTO sessions_app_session (
        id, account_id, tree_id, tree_name, snapshot_id, user_id, assigned_to_id, ticket_number,
        client_name, client_key, title, title_by_person, search_key, pinned, scratchpad,
        session_variables, created_at, started_at, completed_at, last_activity_at, outcome,
        outcome_notes, next_steps, exported, batch_id, target_label, current_node, custom_steps,
        drafts, decision_count, revision
    )
    SELECT gen_random_uuid(), account, trees[flow], flow_name, snapshot, people[owner],
        CASE WHEN n %% 10 = 0 THEN people[owner %% array_length(people, 1) + 1] END, ticket,
        client, lower(client), title, false,
        concat_ws(E'\\n', lower(ticket), lower(client), lower(title), lower(flow_name), ''),
        n %% 500 = 0, '', '{}', began, CASE WHEN n %% 100 > 0 THEN began END,
        CASE WHEN n %% 100 > 2 THEN began + interval '9 minutes' END,
        began + interval '9 minutes',
        CASE WHEN n %% 100 > 2 THEN (ARRAY['resolved', 'resolved', 'resolved', 'resolved',
            'escalated', 'workaround', 'unresolved', 'cancelled'])[n %% 8 + 1] ELSE '' END,
        '', '', false, CASE WHEN n %% 2000 < 20 AND n < 20 THEN %(batch)s::uuid END, '', 'scope',
        '[]', '{}', 1, 1
    FROM (
        SELECT n, %(now)s - n * interval '15 minutes' AS began, account, people, trees, snapshot,
            1 + floor(array_length(people, 1) * random() ^ 2)::int AS owner, flow,
            'Flow ' || flow AS flow_name, 'INC-' || (100000 + n) AS ticket,
            'Client ' || floor(600 * random() ^ 3)::int AS client,
            (ARRAY['Printer spooler', 'VPN reset', 'Disk full', 'Outlook profile'])[
                1 + floor(4 * random())::int]
                || CASE WHEN n %% 25000 = 7 THEN ' Xylophon' ELSE '' END AS title
        FROM (
            SELECT n, 1 + floor(%(flows)s * random() ^ 2)::int AS flow,
                CASE WHEN n %% 6 = 0 THEN %(small)s ELSE %(big)s END AS account,
                CASE WHEN n %% 6 = 0 THEN %(few)s::uuid[] ELSE %(many)s::uuid[] END AS people,
                CASE WHEN n %% 6 = 0 THEN %(small_trees)s::uuid[]
                    ELSE %(big_trees)s::uuid[] END AS trees,
                CASE WHEN n %% 6 = 0 THEN %(small_snapshot)s ELSE %(big_snapshot)s END AS snapshot
            FROM generate_series(1, %(count)s) AS n
        ) AS drawn
    ) AS made
"""
DECISIONS = """
    INSERT INTO sessions_app_decision (
        session_id, position, node_id, question, answer, next_node, action, notes, command_output,
        timestamp, attachments, is_off_flow
    )
    SELECT id, 1, 'scope', 'Is one user affected, or everyone?',
        (ARRAY['One user', 'Everyone'])[1 + (random() > 0.3)::int],
        'end', '', '', '', coalesce(started_at, created_at), '[]', false
    FROM sessions_app_session WHERE started_at IS NOT NULL
"""
# All but those of the primary key and of other constraints.
INDEXES = """
    SELECT relname, pg_get_indexdef(oid) FROM pg_class
    WHERE oid IN (
        SELECT indexrelid FROM pg_index
        WHERE indrelid = 'sessions_app_session'::regclass AND NOT indisunique
    )
"""


@dataclass(frozen=True)
class Memory:
    """Who is in it: the busiest engineer, a quiet one, the big account's admin and integration."""

    account: Account
    busy: User
    quiet: User
    admin: User
    integration: User
    tree: Tree
    now: datetime


def remember() -> Memory:
    """Make the sessions, for good; their indexes are built after them, which is much faster."""
    big, small = AccountFactory(), AccountFactory()
    people = {one: [UserFactory(account=one) for _ in range(PEOPLE)] for one in (big, small)}
    trees = {one: _flows(people[one][0]) for one in (big, small)}
    admin = UserFactory(account=big, role=User.Role.ADMIN)
    integration = UserFactory(account=big, role=User.Role.INTEGRATION)
    now = timezone.now()
    document = {"name": "Flow", "structure": SMALL, "intake_form": []}
    with transaction.atomic():
        small_snapshot, big_snapshot = (
            Snapshot.objects.store(one.pk, document) for one in (small, big)
        )
    values: dict[str, Any] = {
        "small_snapshot": small_snapshot,
        "big_snapshot": big_snapshot,
        "now": now,
        "count": COUNT,
        "flows": FLOWS,
        "batch": BATCH,
        "big": big.pk,
        "small": small.pk,
        "many": [one.pk for one in people[big]],
        "few": [one.pk for one in people[small]],
        "big_trees": [one.pk for one in trees[big]],
        "small_trees": [one.pk for one in trees[small]],
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.4)")
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(SESSIONS, values)
        cursor.execute(DECISIONS)
        for _, definition in indexes:
            cursor.execute(definition)
        # All that is joined: what other tests left in their tables would mislead the planner.
        cursor.execute("VACUUM ANALYZE")
    many = people[big]
    return Memory(big, many[0], many[-1], admin, integration, trees[big][0], now)


def forget() -> None:
    """Empty the tables again: everything here is an account's."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_app_account CASCADE")


def _flows(author: User) -> list[Tree]:
    trees = [
        TreeFactory(author=author, name=f"Flow {number}", visibility=Tree.Visibility.ACCOUNT)
        for number in range(1, FLOWS + 1)
    ]
    trees[0].publish(by=author)
    return trees
