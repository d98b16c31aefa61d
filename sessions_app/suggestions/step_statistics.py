"""What earlier sessions say at one step: how its answers ended, for this client and for all.

One statement, one round trip. It is bounded: it reads the flow's newest completed sessions (by the
index `session_flow_completed`) and the client's newest (by `session_client_newest`), and their
decisions at this node alone. The bounds keep it under 20 ms at a million sessions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from sessions_app.models import Outcome, Session
from sessions_app.suggestions.bounded_sql import Row, fetch_bounded
from sessions_app.suggestions.matching import Choice, choices

MAX_FLOW_SESSIONS = 300
MAX_CLIENT_SESSIONS = 1_000
MIN_RUNS = 5  # below so many sessions a share says nothing
REUSABLE_WITHIN = timedelta(days=30)
# What a session says about the ways it went. One that was cancelled, or fixed by somebody else,
# says nothing about them.
FAILED = (Outcome.ESCALATED, Outcome.UNRESOLVED)
HELPED = (Outcome.RESOLVED, Outcome.WORKAROUND)
MAX_SECONDS = 10 * 365 * 86_400


@dataclass(frozen=True)
class ClientHistory:
    """The newest outcome that an answer led to for this client; `ever_failed` considers all of
    them.
    """

    ended_at: datetime
    outcome: str
    ever_failed: bool

    @property
    def failed(self) -> bool:
        return self.outcome in FAILED


@dataclass(frozen=True)
class OutcomeStats:
    """How the account's sessions with an answer ended; `median` is from start to completion."""

    sessions: int
    resolved: int
    median: timedelta

    @property
    def percent(self) -> int:
        return round(100 * self.resolved / self.sessions)


@dataclass(frozen=True)
class OptionInsight:
    """What is known of one option. `stats` is None below `MIN_RUNS` sessions."""

    client_history: ClientHistory | None = None
    stats: OutcomeStats | None = None
    is_suggested: bool = False


@dataclass(frozen=True)
class PreviousAnswer:
    """An answer to the same question for the same client: the 0-based option, its text,
    and when.
    """

    option: int
    answer: str
    at: datetime


@dataclass(frozen=True)
class StepInsight:
    """All that is known at a step: of each option in order, and the answer that can be reused.

    `at_solution` is known of the step itself, when it is a solution. `is_truncated` says that the
    flow has more sessions than were read.
    """

    options: tuple[OptionInsight, ...] = ()
    at_solution: ClientHistory | None = None
    previous: PreviousAnswer | None = None
    is_truncated: bool = False


NO_INSIGHT = StepInsight()


@dataclass
class _Statistics:
    histories: dict[int, ClientHistory] = field(default_factory=dict)
    stats: dict[int, OutcomeStats] = field(default_factory=dict)
    previous: PreviousAnswer | None = None
    is_truncated: bool = False


def step_insight(work_session: Session, node_id: str) -> StepInsight:
    """Return what is known at the node, without a query where nothing can be known.

    That is at an action or a custom step, at a solution without a client, and when the flow was
    deleted, because then no session is known to be of the same flow.
    """
    offered = _choices_at(work_session, node_id)
    node = work_session.node(node_id) or {}
    is_question, of_client = node.get("type") == "question", bool(work_session.client_key)
    if not offered or not (is_question or of_client):
        return NO_INSIGHT
    parts = [*((_OF_CLIENT,) if of_client else ()), *((_OF_FLOW,) if is_question else ())]
    found = _fetch_statistics(" UNION ALL ".join(parts), work_session, node_id, offered)
    if not is_question:
        return StepInsight(at_solution=found.histories.get(0))
    suggested = suggestion(found.stats, found.histories)
    return StepInsight(
        options=tuple(
            OptionInsight(
                client_history=found.histories.get(place),
                stats=shown
                if (shown := found.stats.get(place)) and _has_enough_runs(shown)
                else None,
                is_suggested=place == suggested,
            )
            for place in range(len(offered))
        ),
        previous=found.previous,
        is_truncated=found.is_truncated,
    )


def previous_answer(work_session: Session, node_id: str) -> PreviousAnswer | None:
    """Return the answer that can be reused at this node, as `step_insight` offers it."""
    offered = _choices_at(work_session, node_id)
    if not offered or not work_session.client_key:
        return None
    return _fetch_statistics(_OF_CLIENT, work_session, node_id, offered, is_hint=False).previous


def _choices_at(work_session: Session, node_id: str) -> list[Choice]:
    """Return what can be chosen at the node; at a solution, to end there. Empty for other nodes."""
    node = work_session.node(node_id) or {}
    if work_session.tree_id is None:
        return []
    if node.get("type") == "solution":
        return [Choice(label="", pattern="", next_node=node_id, ends=True)]
    if node.get("type") != "question":
        return []
    nodes = work_session.structure["nodes"]
    return choices(node.get("options") or [], nodes, work_session.session_variables)


def suggestion(
    stats: Mapping[int, OutcomeStats], histories: Mapping[int, ClientHistory]
) -> int | None:
    """Return the option that led to a resolution most often, then by share; None for a tie.

    Only an option with enough sessions is suggested, and none that ever failed for this client.
    """
    ranked = sorted(
        (
            (found.resolved, found.resolved / found.sessions, place)
            for place, found in stats.items()
            if _has_enough_runs(found)
            and found.resolved
            and not (place in histories and histories[place].ever_failed)
        ),
        reverse=True,
    )
    if not ranked or (len(ranked) > 1 and ranked[0][:2] == ranked[1][:2]):
        return None
    return ranked[0][2]


def _has_enough_runs(stats: OutcomeStats) -> bool:
    return stats.sessions >= MIN_RUNS


def _fetch_statistics(
    statement: str,
    work_session: Session,
    node_id: str,
    offered: Sequence[Choice],
    *,
    is_hint: bool = True,
) -> _Statistics:
    parameters = {
        "account": work_session.account_id,
        "tree": work_session.tree_id,
        "session": work_session.pk,
        "client": work_session.client_key,
        "node": node_id,
        "labels": [choice.label for choice in offered],
        "patterns": [choice.pattern for choice in offered],
        "nexts": [choice.next_node for choice in offered],
        "endings": [choice.next_node if choice.ends else "" for choice in offered],
        "nodes": [node_id, *(choice.next_node for choice in offered if choice.ends)],
        "telling": [*FAILED, *HELPED],
        "failed": list(FAILED),
        "of_flow": MAX_FLOW_SESSIONS,
        "of_client": MAX_CLIENT_SESSIONS,
        "since": timezone.now() - REUSABLE_WITHIN,
    }
    found = _Statistics()
    for row in fetch_bounded(statement, parameters, is_hint=is_hint):
        _add_row(found, row, offered)
    return found


def _bounded(seconds: float) -> float:
    """Return a length of time in seconds; none for one that stored times can't have left."""
    return seconds if 0 <= seconds <= MAX_SECONDS else 0.0


def _add_row(found: _Statistics, row: Row, offered: Sequence[Choice]) -> None:
    kind, place, count, resolved, seconds, moment, text = row
    if kind == "history":
        found.histories[place] = ClientHistory(moment, text, ever_failed=bool(count))
    elif kind == "stats":
        found.stats[place] = OutcomeStats(count, resolved, timedelta(seconds=_bounded(seconds)))
    elif kind == "flow_sessions":
        found.is_truncated = count >= MAX_FLOW_SESSIONS
    elif kind == "previous":
        # Only by its very label: with another value in it, it would be another fact.
        same = [index for index, choice in enumerate(offered) if choice.label == text]
        if same and text:
            found.previous = PreviousAnswer(same[0], text, moment)


# What an answer was: the options of now against the few different answers that were given.
_MEANING = """
    offered AS (
        SELECT * FROM unnest(
            %(labels)s::text[], %(patterns)s::text[], %(nexts)s::text[], %(endings)s::text[]
        ) WITH ORDINALITY AS o(label, pattern, next, ending, place)
    ),
    meaning AS MATERIALIZED (
        SELECT answer, next_node, (
            SELECT place FROM offered
            WHERE label = answer
                OR (pattern <> '' AND next = next_node AND answer LIKE pattern)
            ORDER BY label = answer DESC, place LIMIT 1
        ) - 1 AS place
        FROM (SELECT DISTINCT answer, next_node FROM step) AS different
    )
"""
_OF_CLIENT = f"""
    (WITH newest AS MATERIALIZED (
        SELECT id, tree_id, outcome, completed_at, current_node
        FROM sessions_app_session
        WHERE account_id = %(account)s AND client_key = %(client)s AND NOT client_key = ''
            AND started_at IS NOT NULL AND id <> %(session)s
        ORDER BY started_at DESC LIMIT %(of_client)s
    ),
    earlier AS MATERIALIZED (SELECT * FROM newest WHERE tree_id = %(tree)s),
    every AS MATERIALIZED (
        SELECT earlier.id, outcome, completed_at, node_id, answer, next_node,
            coalesce(carried_over_from, timestamp) AS given_at
        FROM earlier JOIN sessions_app_decision d ON d.session_id = earlier.id
        WHERE discarded_branch IS NULL AND NOT is_off_flow AND node_id = ANY(%(nodes)s::text[])
    ),
    step AS (SELECT * FROM every WHERE node_id = %(node)s),
    {_MEANING},
    ended AS (
        SELECT place, outcome, completed_at FROM step JOIN meaning USING (answer, next_node)
        UNION ALL
        SELECT place - 1, outcome, completed_at FROM every JOIN offered ON ending = node_id
        UNION ALL
        SELECT place - 1, outcome, completed_at FROM earlier JOIN offered ON ending = current_node
            AND current_node <> ''
    ),
    histories AS (
        SELECT DISTINCT ON (place) place, completed_at, outcome,
            count(*) FILTER (WHERE outcome = ANY(%(failed)s)) OVER (PARTITION BY place) AS failures
        FROM ended
        WHERE place IS NOT NULL AND completed_at IS NOT NULL AND outcome = ANY(%(telling)s)
        ORDER BY place, completed_at DESC
    )
    SELECT 'history' AS kind, place, failures AS count, NULL::bigint AS resolved,
        NULL::float AS seconds, completed_at AS moment, outcome::text AS text
    FROM histories
    UNION ALL
    (SELECT 'previous', NULL, NULL, NULL, NULL, given_at, answer FROM step
    WHERE given_at >= %(since)s ORDER BY given_at DESC LIMIT 1))
"""  # noqa: S608 (of constants)
_OF_FLOW = f"""
    (WITH recent AS MATERIALIZED (
        SELECT id, outcome, completed_at - started_at AS took
        FROM sessions_app_session
        WHERE account_id = %(account)s AND tree_id = %(tree)s AND completed_at IS NOT NULL
        ORDER BY completed_at DESC LIMIT %(of_flow)s
    ),
    step AS MATERIALIZED (
        SELECT recent.id, outcome, took, answer, next_node
        FROM recent JOIN sessions_app_decision d ON d.session_id = recent.id
        WHERE discarded_branch IS NULL AND NOT is_off_flow AND node_id = %(node)s
            AND outcome <> 'cancelled'
    ),
    {_MEANING}
    SELECT 'stats' AS kind, place, count(*) AS count,
        count(*) FILTER (WHERE outcome = 'resolved') AS resolved,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM took)::float) AS seconds,
        NULL::timestamptz AS moment, NULL AS text
    FROM (
        SELECT DISTINCT id, outcome, took, place FROM step JOIN meaning USING (answer, next_node)
    ) AS once
    WHERE place IS NOT NULL
    GROUP BY place
    UNION ALL
    SELECT 'flow_sessions', NULL, count(*), NULL, NULL, NULL, NULL FROM recent)
"""  # noqa: S608 (of constants)
