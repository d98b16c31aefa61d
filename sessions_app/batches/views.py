"""The pages of batches: creating one, seeing it, and answering a step for several targets."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts_app.http import PageRequest
from accounts_app.submissions import creates_once
from resolutionflow.web.errors import Invalid, StateError
from resolutionflow.web.forms import LenientTextField, require_valid, uuid_or_none
from resolutionflow.web.responses import redirect_after_post
from sessions_app import services as session_services
from sessions_app.batches import bulk_answer, overview, queries, services
from sessions_app.batches.bulk_answer import SharedAnswer, TargetResult
from sessions_app.batches.forms import BulkAnswerForm
from sessions_app.batches.overview import Batch, SharedStep
from sessions_app.batches.target_import import MAX_FILE_BYTES, ParsedTargets, parse_targets
from trees_app.markdown import render as render_markdown
from trees_app.models import Tree

FILTERS = (("", "All"), ("open", "Open"), ("odd", "Odd ones out"))


# -- making one --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@creates_once()
def create_batch(request: PageRequest, pk: UUID) -> HttpResponse:
    """Show the form that takes the targets, and create the batch. What was typed is never lost."""
    try:
        tree = session_services.startable_tree(request.user, pk)
    except StateError as error:
        return redirect_after_post(request, "flow-detail", pk, error=error.message)
    if tree.tree_type != Tree.Type.MAINTENANCE:
        refusal = "Only maintenance flows run over several targets."
        return redirect_after_post(request, "flow-detail", pk, error=refusal)
    if not tree.may_batch(request.user):
        raise PermissionDenied("This flow belongs to another team.")
    if request.method != "POST":
        return _render_create_form(request, tree)
    reading = _parse_request(request)
    if reading.problems:
        return _render_create_form(request, tree, reading, status=422)
    try:
        batch_id, _ = services.prepare_batch(
            user=request.user, tree_id=tree.pk, labels=reading.labels
        )
    except Invalid as invalid:
        return _render_create_form(
            request, tree, reading, problems=tuple(invalid.fields.values()), status=422
        )
    except StateError as error:
        return redirect_after_post(request, "flow-detail", pk, error=error.message)
    return redirect_after_post(request, "batch-detail", batch_id, toast=reading.note)


def _parse_request(request: PageRequest) -> ParsedTargets:
    file = request.FILES.get("file")
    typed = LenientTextField().to_python(request.POST.get("targets", ""))
    if file is None:
        return parse_targets(typed)
    # A file that is too large is refused by its size; reading a byte more tells.
    return parse_targets(typed, file.read(MAX_FILE_BYTES + 1), (file.name or "The file")[:80])


def _render_create_form(
    request: PageRequest,
    tree: Tree,
    reading: ParsedTargets | None = None,
    *,
    problems: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "section": "flows",
        "flow": {"id": tree.pk, "name": tree.name},
        "text": reading.text if reading else "",
        "note": reading.note if reading and reading.labels else "",
        "problems": problems or (reading.problems if reading else ()),
        "most": services.MAX_TARGETS,
    }
    return render(request, "sessions_app/batch_new.html", context, status=status)


# -- seeing it ---------------------------------------------------------------------------------


@require_safe
def batch_list(request: PageRequest) -> HttpResponse:
    """Show the newest batches of which the user may read a session."""
    found = queries.list_batches(request.user)
    context = {"section": "sessions", "batches": found, "most": queries.MAX_LISTED}
    return render(request, "sessions_app/batch_list.html", context)


@require_safe
def batch(request: PageRequest, pk: UUID) -> HttpResponse:
    """Show the batch; HTMX gets what changes by itself and asks again every few seconds.

    `?show=open|odd` filters; `?step=<node id>` opens the form that answers it for several.
    """
    found = overview.get_batch(request.user, pk)
    step = found.shared_step(request.GET.get("step", ""))
    return render_batch(request, found, _answer_form(step) if step else None)


def render_batch(
    request: PageRequest,
    found: Batch,
    form: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render the page around `form` (see `_answer_form`), which may be None."""
    chosen = request.GET.get("show", "")
    counts = {
        "": len(found.targets),
        "open": len(found.targets_for("open")),
        "odd": len(found.targets_for("odd")),
    }
    context = {
        "section": "sessions",
        "batch": found,
        "show": chosen if chosen in counts else "",
        "chips": [
            {"label": label, "value": value, "count": counts[value], "current": value == chosen}
            for value, label in FILTERS
        ],
        "targets": found.targets_for(chosen),
        "form": form,
        **more,
    }
    is_part = request.htmx and not request.htmx.history_restore_request
    template = "_batch_live.html" if is_part else "batch.html"
    return render(request, f"sessions_app/{template}", context, status=status)


def _answer_form(
    step: SharedStep,
    *,
    chosen: set[str] | None = None,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the form that answers `step` for several targets: those `chosen` by id, else all."""
    typed = typed or {}
    return {
        "step": step,
        "body": render_markdown(step.node.get("body") or "", dict(step.values)),
        "targets": [
            {"target": target, "is_chosen": chosen is None or target.card.id in chosen}
            for target in step.targets
        ],
        "choice": typed.get("choice", ""),
        "notes": typed.get("notes", ""),
        "request_id": str(uuid_or_none(typed.get("request_id", "")) or uuid.uuid4()),
        "errors": errors or {},
    }


# -- answering ---------------------------------------------------------------------------------


@require_POST
def answer(request: PageRequest, pk: UUID) -> HttpResponse:
    """Record one answer for the chosen targets, and say for each what came of it."""
    positions = _chosen_positions(request)
    try:
        data = require_valid(BulkAnswerForm(request.POST))
        results = bulk_answer.answer_targets(
            user=request.user, batch_id=pk, common=SharedAnswer(**data), positions=positions
        )
    except Invalid as invalid:
        return _render_refused(request, pk, positions, invalid)
    recorded = [result for result in results if not result.skip_reason]
    if len(recorded) == len(results):
        count = f"{len(recorded)} target{'' if len(recorded) == 1 else 's'}"
        return redirect_after_post(request, "batch-detail", pk, toast=f"Recorded for {count}.")
    return _render_partial_result(request, pk, results, data)


def _chosen_positions(request: PageRequest) -> dict[UUID, int]:
    """Return the chosen targets by session, with the position that their checkbox showed."""
    found = {}
    for mark in request.POST.getlist("target"):
        pk, _, position = mark.partition(":")
        session_id = uuid_or_none(pk)
        if session_id is not None and position.isdecimal() and len(position) < 9:
            found[session_id] = int(position)
    return found


def _render_refused(
    request: PageRequest, pk: UUID, positions: Mapping[UUID, int], invalid: Invalid
) -> HttpResponse:
    found = overview.get_batch(request.user, pk)
    step = found.shared_step(request.POST.get("node_id", ""))
    if step is None:
        return render_batch(request, found, status=invalid.status, notice=invalid.message)
    form = _answer_form(
        step,
        chosen={str(session_id) for session_id in positions},
        typed={
            "choice": request.POST.get("choice", ""),
            "notes": LenientTextField().to_python(request.POST.get("notes", "")),
            "request_id": request.POST.get("request_id", ""),
        },
        errors=invalid.fields,
    )
    return render_batch(request, found, form, status=invalid.status)


def _render_partial_result(
    request: PageRequest, pk: UUID, results: list[TargetResult], data: Mapping[str, Any]
) -> HttpResponse:
    """Say which targets were left out and why, with the way to each that may still be answered.

    Where several of them stand at one step, its form is opened for them, with the note as typed.
    """
    found = overview.get_batch(request.user, pk)
    left_out = [result for result in results if result.skip_reason]
    recorded = len(results) - len(left_out)
    chosen = {str(result.session_id) for result in left_out}
    addresses = {one.card.id: one.card.url for one in found.targets if one.may_answer}
    step = found.step_of_most(chosen)
    form = None
    if step is not None:
        is_same = step.node_id == data["node_id"] and data["choice"] is not None
        choice = str(data["choice"]) if is_same else ""
        form = _answer_form(step, chosen=chosen, typed={"choice": choice, "notes": data["notes"]})
    return render_batch(
        request,
        found,
        form,
        status=200 if recorded else 409,
        recorded=recorded,
        left_out=[
            {"result": result, "url": addresses.get(str(result.session_id), "")}
            for result in left_out
        ],
        kept="" if form else data["notes"],
    )
