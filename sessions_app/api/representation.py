"""A session as the API answers it (SPEC section 5), made of plain values.

Lists are read with `.values()` and detail from a loaded session; both go through `fields`, so
that they can't say different things. Times are ISO 8601 in UTC; text is never null.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts_app.models import User
from resolutionflow.api.errors import etag
from resolutionflow.web.dates import iso_utc
from resolutionflow.web.one_moment import one_moment
from sessions_app.models import Decision, Session, State, is_recent, state_of
from sessions_app.person_names import EDITOR, full_name
from sessions_app.variable_validation import variable_problems
from trees_app.models import Snapshot

PLAIN = (
    "tree_name",
    "ticket_number",
    "client_name",
    "title",
    "scratchpad",
    "session_variables",
    "outcome",
    "outcome_notes",
    "next_steps",
    "exported",
    "target_label",
    "current_node",
    "decision_count",
)
TIMES = ("started_at", "completed_at", "last_activity_at")
# The columns of people, and under which name each one's name is answered.
PEOPLE = {
    "user_id": "user_name",
    "assigned_to_id": "assigned_to_name",
    "prepared_by_id": "prepared_by_name",
}
COLUMNS = ("id", "tree_id", "batch_id", *PEOPLE, *PLAIN, *TIMES)
DECISION_COLUMNS = (
    "position",
    "node_id",
    "question",
    "answer",
    "action",
    "notes",
    "command_output",
    "timestamp",
    "entered_at",
    "attachments",
    "carried_over_from",
    "edited_at",
)
DECISION_TIMES = ("timestamp", "entered_at", "carried_over_from", "edited_at")


def represent(work_session: Session) -> dict[str, Any]:
    """The whole session; two queries beside the one that loaded it."""
    row = {name: getattr(work_session, name) for name in COLUMNS}
    answer = fields(row, names_of([row]), now=timezone.now())
    answer["tree_snapshot"] = work_session.tree_snapshot
    answer["custom_steps"] = work_session.custom_steps
    answer["variable_problems"] = _problems_of(answer)
    path = path_of([work_session.pk]).get(work_session.pk, [])
    return with_path(answer, path)


def current_state(pk: UUID) -> tuple[dict[str, Any], str] | None:
    """Return the session as it stands now and its entity tag; None when it was deleted."""
    with one_moment():
        work_session = Session.objects.filter(pk=pk).first()
        if work_session is None:
            return None
        return represent(work_session), etag(work_session.revision)


def list_items(ids: Collection[UUID], *, expand: Collection[str] = ()) -> list[dict[str, Any]]:
    """The sessions with these ids, in their order; `expand` names documents to add.

    Two queries, a third with decisions, and one for snapshots that aren't in memory, however many
    there are.
    """
    documents = ["custom_steps"] if "custom_steps" in expand else []
    rows = {
        row["id"]: row
        for row in Session.objects.filter(pk__in=ids)
        .order_by()
        .values(*COLUMNS, "snapshot_id", *documents)
    }
    # A row may have been deleted since its id was read.
    answers = of_rows([rows[key] for key in ids if key in rows])
    paths = path_of(ids) if "decisions" in expand else {}
    snapshots = {}
    if "tree_snapshot" in expand:
        snapshots = Snapshot.objects.read_many(row["snapshot_id"] for row in rows.values())
    for answer in answers:
        key = UUID(answer["id"])
        answer |= {name: rows[key][name] for name in documents}
        if "tree_snapshot" in expand:
            answer["tree_snapshot"] = snapshots[rows[key]["snapshot_id"]]
            answer["variable_problems"] = _problems_of(answer)
        if "decisions" in expand:
            with_path(answer, paths.get(key, []))
    return answers


def _problems_of(answer: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what is wrong with the variables of an answer that has its snapshot ([T3])."""
    form = answer["tree_snapshot"].get("intake_form") or []
    problems = variable_problems(form, answer["session_variables"])
    return [{"name": name, "message": message} for name, message in problems.items()]


def of_rows(rows: Collection[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a list answers of rows of `COLUMNS`; one query, for the names of the people."""
    names, now = names_of(rows), timezone.now()
    return [fields(row, names, now=now) for row in rows]


def fields(row: Mapping[str, Any], names: Mapping[UUID, str], *, now: datetime) -> dict[str, Any]:
    """What every answer holds, from a row of `COLUMNS` and people's names by id."""
    answer: dict[str, Any] = {"id": str(row["id"]), "tree_id": row["tree_id"]}
    for column, name in PEOPLE.items():
        answer[column] = row[column]
        answer[name] = names.get(row[column], "")
    for name in PLAIN:
        answer[name] = row[name]
    for name in TIMES:
        answer[name] = iso_utc(row[name])
    answer["batch_id"] = str(row["batch_id"]) if row["batch_id"] else None
    state = state_of(row["started_at"], row["completed_at"])
    answer["status"] = state.value
    answer["is_active"] = state == State.ACTIVE and is_recent(row["last_activity_at"], now)
    return answer


def names_of(rows: Iterable[Mapping[str, Any]]) -> dict[UUID, str]:
    """The names of everybody in `rows` by id, in one query: far fewer people than sessions."""
    ids = {row[column] for row in rows for column in PEOPLE} - {None}
    people = User.objects.filter(pk__in=ids).only("first_name", "last_name", "username")
    return {person.pk: person.display_name for person in people}


def path_of(ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The decisions on the path of each session, in order, in one query."""
    paths: dict[UUID, list[dict[str, Any]]] = {}
    found = Decision.objects.filter(session_id__in=ids, discarded_branch__isnull=True)
    rows = found.order_by("session_id", "position").values("session_id", *DECISION_COLUMNS, *EDITOR)
    for row in rows:
        key = row.pop("session_id")
        row["edited_by_name"] = full_name(row, EDITOR)
        for name in EDITOR:
            del row[name]
        for name in DECISION_TIMES:
            row[name] = iso_utc(row[name])
        paths.setdefault(key, []).append(row)
    return paths


def with_path(answer: dict[str, Any], path: list[dict[str, Any]]) -> dict[str, Any]:
    """`answer` with its decisions, and the node ids that they went through."""
    answer["decisions"] = path
    answer["path_taken"] = [step["node_id"] for step in path]
    return answer
