"""“Tried before”: the client's newest earlier sessions in the account, and how they ended ([H5]).

An open session without a step is left out. A session is shown when the viewer may see its flow, or
read the session itself; a deleted flow counts as the account's. Only a session that the viewer may
read ([A2]) is named: the others have no link, ticket, title and person, and are described in the
flow's own words instead of what was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from accounts_app.models import User
from resolutionflow.json_shapes import Shape, read_json, records, text
from resolutionflow.web.dates import DisplayTime, display_time
from resolutionflow.web.text import shorten
from sessions_app.models import Outcome, Session
from sessions_app.suggestions.bounded_sql import fetch_bounded
from trees_app.models import Tree
from trees_app.variables import PLACEHOLDER

MAX_SHOWN = 5
MAX_READ = 200  # so that a client whose sessions are nearly all hidden costs no more
LAST_STEPS = 6  # enough to find the last question before actions and custom steps
LINE = 90


# The nodes of a snapshot are read in SQL, past the shape of the column.
_steps: Shape = records(
    {
        "type": text,
        "question": text,
        "answer": text,
        "title": text,
        "options": records({"label": text}),
    }
)


@dataclass(frozen=True)
class EarlierSession:
    """One earlier session of the client. What names it is "" where the viewer may not read it."""

    flow: str
    outcome: str
    outcome_label: str
    when: DisplayTime
    tried: str
    url: str = ""
    title: str = ""
    ticket: str = ""
    engineer: str = ""


def earlier_sessions(work_session: Session, viewer: User) -> list[EarlierSession]:
    """Return the client's last `MAX_SHOWN` other sessions, the newest first; none
    without a client.
    """
    if not work_session.client_key:
        return []
    visible = Tree.objects.visible_to(viewer).order_by().values("pk")
    sql, values = visible.query.sql_with_params()
    names = [f"visible_{index}" for index in range(len(values))]
    trees = sql % tuple(f"%({name})s" for name in names)
    parameters = {
        "account": work_session.account_id,
        "client": work_session.client_key,
        "session": work_session.pk,
        "viewer": viewer.pk,
        "reads_all": viewer.reads_account_sessions,
        "looked_at": MAX_READ,
        "shown": MAX_SHOWN,
        "steps": LAST_STEPS,
        **dict(zip(names, values, strict=True)),
    }
    return [
        _earlier_session(*row)
        for row in fetch_bounded(_STATEMENT.replace("TREES", trees), parameters)
    ]


def _earlier_session(
    pk: Any,
    is_readable: bool,
    flow: str,
    title: str,
    ticket: str,
    outcome: str,
    moment: Any,
    engineer: str,
    steps: str | None,
) -> EarlierSession:
    shown_at = display_time(moment)
    assert shown_at is not None  # noqa: S101 (what was started has its time)
    found = EarlierSession(
        flow=flow,
        outcome=outcome or "active",
        outcome_label=Outcome(outcome).label if outcome else "In progress",
        when=shown_at,
        tried=summarise_attempt(read_json(steps or "[]", _steps), in_flows_words=not is_readable),
    )
    if not is_readable:
        return found
    url = reverse("session-detail", args=[pk])
    return replace(found, url=url, title=title, ticket=ticket, engineer=engineer)


def summarise_attempt(steps: Sequence[Mapping[str, Any]], *, in_flows_words: bool) -> str:
    """Return a session in a line: its last question with the answer, and its solution.

    `steps` are the last steps, the last first. In the flow's words nothing is included that was
    typed or filled in: no custom step, no value of a variable, no answer in other words.
    """
    said = _in_flow_words if in_flows_words else _as_recorded
    question = next((step for step in steps if step["type"] == "question"), None)
    ended = next((step for step in steps[:1] if step["type"] == "solution"), None)
    parts = [said(step) for step in (question, ended) if step is not None]
    if not parts and not in_flows_words:
        parts = [_as_recorded(step) for step in steps[:1]]
    return " → ".join(shorten(part, LINE) for part in parts if part)


def _as_recorded(step: Mapping[str, Any]) -> str:
    return f"{step['question']} {step['answer']}".strip()


def _in_flow_words(step: Mapping[str, Any]) -> str:
    title = PLACEHOLDER.sub("…", step["title"] or "")
    labels = [option.get("label") for option in step["options"] or ()]
    return f"{title} {step['answer']}" if step["answer"] in labels else title


# The snapshot is read once a session, and of it the nodes of its last steps.
_STATEMENT = """
    WITH newest AS MATERIALIZED (
        SELECT id, tree_id, user_id, assigned_to_id, started_at
        FROM sessions_app_session
        WHERE account_id = %(account)s AND client_key = %(client)s AND NOT client_key = ''
            AND started_at IS NOT NULL AND id <> %(session)s
            AND (completed_at IS NOT NULL OR decision_count > 0)
        ORDER BY started_at DESC LIMIT %(looked_at)s
    ),
    shown AS MATERIALIZED (
        SELECT id, is_readable FROM (
            SELECT id, tree_id, started_at, %(reads_all)s OR user_id = %(viewer)s
                OR coalesce(assigned_to_id = %(viewer)s, false) AS is_readable
            FROM newest
        ) AS judged
        WHERE is_readable OR tree_id IS NULL OR tree_id IN (TREES)
        ORDER BY started_at DESC LIMIT %(shown)s
    )
    SELECT s.id, shown.is_readable, s.tree_name, s.title, s.ticket_number, s.outcome,
        coalesce(s.completed_at, s.last_activity_at),
        coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username),
        (
            SELECT json_agg(json_build_object(
                'question', question, 'answer', answer, 'title', node -> 'title',
                'options', node -> 'options',
                'type', CASE WHEN node_id LIKE 'custom-%%' THEN 'custom' ELSE node ->> 'type' END
            ) ORDER BY position DESC)::text
            FROM (
                SELECT position, node_id, question, answer, nodes -> node_id AS node
                FROM sessions_app_decision
                WHERE session_id = s.id AND discarded_branch IS NULL
                ORDER BY position DESC LIMIT %(steps)s
            ) AS last
        )
    FROM shown
    JOIN sessions_app_session s ON s.id = shown.id
    JOIN accounts_app_user u ON u.id = s.user_id
    CROSS JOIN LATERAL (
        SELECT document #> '{structure,nodes}' AS nodes
        FROM trees_app_snapshot WHERE id = s.snapshot_id OFFSET 0
    ) AS flow
    ORDER BY s.started_at DESC
"""
