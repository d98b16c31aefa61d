"""Flows from files: one JSON object per flow, the format of the starter flows.

    {"name", "description", "category", "tags", "tree_type", "intake_form", "structure"}

`name` and `structure` are required. Reading reports every problem at once; a file with problems is
not saved.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts_app.models import Account, Team, User
from resolutionflow.web.text import unstorable_message
from trees_app.document import check, shape
from trees_app.models import Tree, format_problem
from trees_app.services import require_capacity

STARTER_FLOWS = Path(__file__).parents[1] / "starter_flows"
MAX_FILE_BYTES = 2 * check.MAX_BYTES
TEXT_KEYS = ("name", "description", "category", "tree_type")
KEYS = (*TEXT_KEYS, "tags", "intake_form", "structure")


class ImportRefused(Exception):
    """The file can't become a flow; `problems` has every reason, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass(frozen=True)
class FlowFile:
    """A flow as a file holds it, checked: it can be saved as a draft."""

    name: str
    structure: dict[str, Any]
    description: str = ""
    category: str = ""
    tags: list[str] = field(default_factory=list)
    tree_type: str = Tree.Type.TROUBLESHOOTING
    intake_form: list[dict[str, Any]] = field(default_factory=list)


def read_flow(content: bytes, *, for_publishing: bool = True) -> FlowFile:
    """Return the flow in `content` (UTF-8 JSON); raise `ImportRefused` with every problem.

    `for_publishing` asks for the full check of [T2], else the shape of a draft is enough.
    """
    data = _parse_json(content)
    problems = list(_problems(data, for_publishing=for_publishing))
    if problems:
        raise ImportRefused(problems)
    return FlowFile(**data)


def import_flow(
    flow: FlowFile,
    *,
    account: Account,
    author: User | None = None,
    team: Team | None = None,
    visibility: str = Tree.Visibility.ACCOUNT,
    publish: bool = True,
    is_default: bool = False,
) -> Tree:
    """Save `flow` as a new tree of `account`, published or as a draft, all or nothing.

    Raises `trees_app.models.NotPublishable` when it was read as a draft and isn't publishable, and
    `LimitReached` when the account has as many flows as it may; what ships with the product has
    room always.
    """
    with transaction.atomic():
        if not is_default:
            require_capacity(account.pk)
        tree = Tree.objects.create(
            account=account,
            author=author,
            team=team,
            visibility=visibility,
            is_default=is_default,
            name=flow.name,
            description=flow.description,
            category=flow.category,
            tags=flow.tags,
            tree_type=flow.tree_type,
            structure=flow.structure,
            intake_form=flow.intake_form,
        )
        if publish:
            tree.publish(by=author)
    return tree


def read_starter_flows() -> Iterator[FlowFile]:
    """Return the flows that ship with the product, by file name."""
    for path in sorted(STARTER_FLOWS.glob("*.json")):
        yield read_flow(path.read_bytes())


def load_starter_flows(account: Account) -> list[Tree]:
    """Give `account` the starter flows that it doesn't have yet, by name, and return the new ones.

    The account's row is locked, so that two who load at once load each flow once.
    """
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        there = set(
            Tree.objects.filter(account=account, is_default=True).values_list("name", flat=True)
        )
        return [
            import_flow(flow, account=account, is_default=True)
            for flow in read_starter_flows()
            if flow.name not in there
        ]


# -- reading -----------------------------------------------------------------------------------


class _DuplicateKeyError(ValueError):
    """A key is in one object twice; JSON readers would silently keep the last."""


def _object_of_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise _DuplicateKeyError(f"“{key}” stands twice in one object.")
        made[key] = value
    return made


def _reject_constant(text: str) -> Any:
    raise ValueError(f"{text} is not a JSON number")


def _parse_json(content: bytes) -> dict[str, Any]:
    if len(content) > MAX_FILE_BYTES:
        raise ImportRefused([f"The file is larger than {MAX_FILE_BYTES // 1024:,} KiB."])
    try:
        text = content.decode("utf-8-sig")
        data = json.loads(text, object_pairs_hook=_object_of_pairs, parse_constant=_reject_constant)
    except UnicodeDecodeError as error:
        raise ImportRefused([f"The file isn't UTF-8 text (byte {error.start:,})."]) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ImportRefused([f"The file isn't JSON: {error.msg} ({where})."]) from None
    except _DuplicateKeyError as error:
        raise ImportRefused([str(error)]) from None
    except ValueError as error:
        raise ImportRefused([f"The file isn't JSON: {error}."]) from None
    except RecursionError:
        raise ImportRefused(["The JSON is nested too deeply."]) from None
    if not isinstance(data, dict):
        raise ImportRefused(["The file must hold one JSON object."])
    return data


def _problems(data: dict[str, Any], *, for_publishing: bool) -> Iterator[str]:
    if message := unstorable_message(data):
        yield message
        return
    for key in data:
        if key not in KEYS:
            yield f"“{key}” is not a key of a flow; the keys are {', '.join(KEYS)}."
    for key in ("name", "structure"):
        if key not in data:
            yield f"“{key}” is missing."
    yield from _field_problems(data)
    structure = data.get("structure", shape.empty_structure())
    intake_form = data.get("intake_form", [])
    if for_publishing and "structure" in data:
        found = check.publish_problems(structure, intake_form)
    else:
        found = shape.shape_problems(structure) + shape.intake_problems(intake_form)
    for problem in found:
        yield format_problem(problem)


def _field_problems(data: dict[str, Any]) -> Iterator[str]:
    """Return what is wrong with the plain fields: their types, then what the model checks."""
    fitting: dict[str, Any] = {}
    for key in TEXT_KEYS:
        if isinstance(data.get(key, ""), str):
            fitting[key] = data.get(key, "")
        else:
            yield f"{key} must be text."
    tags = data.get("tags", [])
    if isinstance(tags, list) and all(isinstance(tag, str) for tag in tags):
        fitting["tags"] = tags
    else:
        yield "tags must be a list of texts."
    if "tree_type" not in data:
        fitting.pop("tree_type", None)
    if "name" not in data:
        fitting.pop("name", None)
    try:
        Tree(**fitting).clean_fields(
            exclude={f.name for f in Tree._meta.get_fields() if f.name not in fitting}
        )
    except ValidationError as error:
        for key, messages in error.message_dict.items():
            for message in messages:
                yield f"{key}: {message}"
    if "name" in fitting and fitting["name"] and not fitting["name"].strip():
        yield "name: A flow needs a name."
