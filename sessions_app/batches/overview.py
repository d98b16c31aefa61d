"""A batch as its page shows it: a line for each target, and the steps that several stand at."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.web.dates import DisplayTime, display_time
from sessions_app.batches.natural_sort import natural_sort_key
from sessions_app.batches.outliers import OutlierAnswer, outlier_answers
from sessions_app.history.cards import COLUMNS, Card, Viewer, build_card
from sessions_app.models import Outcome, Session, State
from sessions_app.person_names import PREPARER, full_name
from trees_app.models import Snapshot
from trees_app.variables import fill

NO_FURTHER_STEP = "There is no further step"
TARGET_COLUMNS = (
    *COLUMNS,
    *PREPARER,
    "snapshot_id",
    "current_node",
    "session_variables",
    "custom_steps",
)


@dataclass(frozen=True)
class Target:
    """One line of the overview. `standing` is the title of the step it stands at, or
    its outcome.
    """

    card: Card
    label: str
    node_id: str
    standing: str
    may_answer: bool
    outliers: tuple[OutlierAnswer, ...]

    @property
    def is_open(self) -> bool:
        return self.card.state != State.COMPLETED

    @property
    def form_value(self) -> str:
        """What the target's checkbox sends: the session and the position that was shown ([S15])."""
        return f"{self.card.id}:{self.card.step_number}"


@dataclass(frozen=True)
class SharedStep:
    """A step of the flow at which several open targets stand, to be answered for all at once."""

    node_id: str
    node: Mapping[str, Any]
    values: Mapping[str, str]
    targets: tuple[Target, ...]

    @property
    def title(self) -> str:
        return fill(self.node.get("title") or "", self.values)

    @property
    def options(self) -> list[str]:
        """The answers of a question; an action has none and is just done."""
        return [fill(option["label"], self.values) for option in self.node.get("options") or []]


@dataclass(frozen=True)
class Batch:
    """A batch as one user sees it; `targets` are those of the sessions that they may read."""

    id: UUID
    tree_name: str
    started_by: str
    when: DisplayTime | None
    targets: tuple[Target, ...]
    shared_steps: tuple[SharedStep, ...] = field(default=())

    @property
    def completed(self) -> int:
        return sum(not target.is_open for target in self.targets)

    @property
    def is_open(self) -> bool:
        return self.completed < len(self.targets)

    def targets_for(self, show: str) -> list[Target]:
        """Return the targets of a filter: `open`, `odd` (those with outliers), or all."""
        if show == "open":
            return [target for target in self.targets if target.is_open]
        if show == "odd":
            return [target for target in self.targets if target.outliers]
        return list(self.targets)

    def counts(self) -> list[tuple[str, str, int]]:
        """Return how many targets have each outcome or state, as `(value, label, count)`."""
        found = Counter(target.card.outcome or target.card.state for target in self.targets)
        labels = [(value, label) for value, label in Outcome.choices]
        labels += [("active", "Active"), ("idle", "Idle"), ("prepared", "Not started")]
        return [(value, label, found[value]) for value, label in labels if found[value]]

    def step_of_most(self, session_ids: Collection[str]) -> SharedStep | None:
        """Return the shared step at which most of these sessions stand, None if at none."""
        counts = {
            step.node_id: sum(target.card.id in session_ids for target in step.targets)
            for step in self.shared_steps
        }
        most = max(counts, key=lambda node_id: counts[node_id], default="")
        return self.shared_step(most) if counts.get(most) else None

    def shared_step(self, node_id: str) -> SharedStep | None:
        return next((step for step in self.shared_steps if step.node_id == node_id), None)


def get_batch(user: User, batch_id: UUID) -> Batch:
    """Return the batch as `user` sees it; raise 404 when they may read none of its sessions."""
    rows = list(Session.objects.visible_to(user).filter(batch_id=batch_id).values(*TARGET_COLUMNS))
    if not rows:
        raise Http404("There is no such batch.")
    rows.sort(key=lambda row: (natural_sort_key(row["target_label"]), row["id"]))
    nodes = Snapshot.objects.read(rows[0]["snapshot_id"])["structure"]["nodes"]
    outliers = outlier_answers(rows, nodes)
    now, eyes = timezone.now(), Viewer.of(user)
    targets = tuple(_target(row, nodes, eyes, now, outliers.get(row["id"], ())) for row in rows)
    return Batch(
        id=batch_id,
        tree_name=rows[0]["tree_name"],
        started_by=full_name(rows[0], PREPARER),
        when=display_time(rows[0]["created_at"]),
        targets=targets,
        shared_steps=_shared_steps(targets, rows, nodes),
    )


def _target(
    row: Mapping[str, Any],
    nodes: Mapping[str, Any],
    viewer: Viewer,
    now: Any,
    outliers: tuple[OutlierAnswer, ...],
) -> Target:
    shown = build_card(row, viewer=viewer, now=now)
    return Target(
        card=shown,
        label=row["target_label"],
        node_id=row["current_node"],
        standing=shown.outcome_label or _step_title(row, nodes) or NO_FURTHER_STEP,
        may_answer=shown.may_run,
        outliers=outliers,
    )


def _step_title(row: Mapping[str, Any], nodes: Mapping[str, Any]) -> str:
    node_id = row["current_node"]
    own = {step["id"]: step for step in row["custom_steps"]}
    node = own.get(node_id) or nodes.get(node_id) or {}
    return fill(node.get("title") or "", row["session_variables"])


def _shared_steps(
    targets: Iterable[Target], rows: Iterable[Mapping[str, Any]], nodes: Mapping[str, Any]
) -> tuple[SharedStep, ...]:
    """Return the questions and actions at which two or more targets stand that the user
    may answer.
    """
    values = {str(row["id"]): row["session_variables"] for row in rows}
    standing: dict[str, list[Target]] = defaultdict(list)
    for target in targets:
        node = nodes.get(target.node_id)
        if target.may_answer and node is not None and node["type"] != "solution":
            standing[target.node_id].append(target)
    return tuple(
        SharedStep(
            node_id=node_id,
            node=nodes[node_id],
            values=_common_values([values[target.card.id] for target in there]),
            targets=tuple(there),
        )
        for node_id, there in standing.items()
        if len(there) > 1
    )


def _common_values(all_values: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return the values that are the same for every target; where they differ, `{{ name
    }}` stays.
    """
    first, *others = all_values
    return {
        name: value
        for name, value in first.items()
        if all(values.get(name) == value for values in others)
    }
