"""Views of flows: list, detail, publish."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.db.models import Avg, Count, F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts_app.http import PageRequest
from accounts_app.models import User
from resolutionflow.web.dates import display_time, duration
from resolutionflow.web.errors import InUse, PreconditionFailed
from resolutionflow.web.responses import redirect_after_post, search_param
from trees_app import services
from trees_app.cards import flow_cards
from trees_app.diagram.svg import build_diagram
from trees_app.flow_pages import FlowCursor, flow_page
from trees_app.models import NotPublishable, Tree, TreeQuerySet
from trees_app.outline import build_outline

# Of more sessions than these the flow page says “10,000+”; shares are of so many of them.
MAX_COUNTED = 10_000


@require_safe
def flow_list(request: PageRequest, *, choosing: bool = False) -> HttpResponse:
    """List the flows to start, by search and category; authors find their drafts here too."""
    visible = Tree.objects.visible_to(request.user).filter(is_active=True)
    query = search_param(request)
    category = request.GET.get("category", "").replace("\x00", "")[:100]
    found = visible.search(query) if query else visible
    categories = _categories(found, query=query, chosen=category)
    if category:
        found = found.filter(category=category)
    cursor = _requested_cursor(request)
    trees, following = flow_page(found, cursor)
    wanted = {key: value for key, value in (("q", query), ("category", category)) if value}
    context = {
        "section": "flows",
        "choosing": choosing,
        "q": query,
        "categories": categories,
        "clear_url": request.path,
        "flows": flow_cards(trees, user=request.user),
        "more_url": f"?{urlencode({**wanted, 'after': following})}" if following else "",
        "first_url": f"?{urlencode(wanted)}" if cursor else "",
    }
    template = "_flow_results.html" if request.htmx else "flow_list.html"
    return render(request, f"trees_app/{template}", context)


def _requested_cursor(request: PageRequest) -> FlowCursor | None:
    """Return the cursor to go on after; raise `Http404` for one that isn't ours."""
    text = request.GET.get("after")
    if not text:
        return None
    try:
        return FlowCursor.decode(text)
    except ValueError:
        raise Http404 from None


def _categories(trees: TreeQuerySet, *, query: str, chosen: str) -> list[dict[str, Any]]:
    """Return the categories of the flows as chips, “All” first; none for a single category."""
    counts = (
        trees.exclude(category="").order_by("category").values("category").annotate(n=Count("pk"))
    )
    chips = [(row["category"], row["n"]) for row in counts]
    if len(chips) < 2 and not chosen:
        return []

    def chip(label: str, category: str, count: int | None) -> dict[str, Any]:
        wanted = {key: value for key, value in (("q", query), ("category", category)) if value}
        return {
            "label": label,
            "url": f"?{urlencode(wanted)}",
            "count": count,
            "current": category == chosen,
        }

    return [chip("All", "", None), *(chip(name, name, count) for name, count in chips)]


@require_safe
def flow_detail(request: PageRequest, pk: UUID) -> HttpResponse:
    """Show a flow: its steps, where each answer leads, its versions and figures.

    `?view=steps` lists what `?view=diagram` (the default) draws.
    """
    return _render_flow(request, pk)


def _render_flow(
    request: PageRequest, pk: UUID, *, notice: str = "", status: int = 200
) -> HttpResponse:
    tree = services.get_readable_tree(request.user, pk)
    may_edit = services.may_edit(request.user, tree)
    live = tree if may_edit else tree.published_content()
    updated = display_time(tree.updated_at)
    is_own_account = tree.account_id == request.user.account_id
    context: dict[str, Any] = {
        "section": "flows",
        "notice": notice,
        "revision": services.revision_of(tree),
        "flow": flow_cards([tree], user=request.user)[0],
        "tags": tree.tags,
        "is_startable": tree.is_startable and request.user.may_run_sessions,
        "runs_in_batches": tree.may_batch(request.user),
        "author": tree.author.display_name if tree.author and is_own_account else "",
        "updated": updated,
        **_view_of_steps(request, live.structure, may_edit=may_edit),
        "variables": live.intake_form,
        "versions": _versions(tree, with_names=is_own_account),
        "figures": _figures(request.user, tree),
        "problems": tree.problems() if may_edit else [],
        "advice": tree.advice() if may_edit else [],
        "may_publish": may_edit,
        "may_delete": may_edit and tree.status == Tree.Status.DRAFT and not tree.version,
    }
    return render(request, "trees_app/flow_detail.html", context, status=status)


def _if_match(request: PageRequest) -> str | None:
    """Return what the page had seen of the flow, as the header `If-Match` says it ([S15])."""
    seen = request.POST.get("revision")
    return None if seen is None else f'"{seen[:40]}"'


def _view_of_steps(
    request: PageRequest, structure: dict[str, Any], *, may_edit: bool
) -> dict[str, Any]:
    """Return the chosen view; those who may edit also see unreachable steps in the diagram."""
    if request.GET.get("view") == "steps":
        return {"view": "steps", "steps": build_outline(structure)}
    return {"view": "diagram", "diagram": build_diagram(structure, include_unreachable=may_edit)}


def _versions(tree: Tree, *, with_names: bool) -> list[dict[str, Any]]:
    rows = tree.versions.select_related("published_by")[:20]
    return [
        {
            "number": row.version,
            "when": display_time(row.published_at),
            "by": row.published_by.display_name if with_names and row.published_by else "",
        }
        for row in rows
    ]


def _figures(user: User, tree: Tree) -> list[dict[str, str]]:
    """Return figures of the flow in the user's account ([A1]): sessions, share resolved, length."""
    started = tree.sessions.filter(account=user.account, started_at__isnull=False)
    # Unordered: the newest ones would have to be sorted out of all.
    found = started.order_by()[: MAX_COUNTED + 1].aggregate(
        started=Count("pk"),
        completed=Count("completed_at"),
        resolved=Count("pk", filter=Q(outcome="resolved")),
        length=Avg(F("completed_at") - F("started_at")),
    )
    figures = [
        {"label": "Sessions here", "value": _bounded(found["started"])},
        {"label": "Completed", "value": _bounded(found["completed"])},
    ]
    if found["completed"]:
        share = round(100 * found["resolved"] / found["completed"])
        figures.append({"label": "Resolved", "value": f"{share} %"})
        figures.append({"label": "Mean length", "value": duration(found["length"])})
    return figures


def _bounded(count: int) -> str:
    return f"{count:,}" if count <= MAX_COUNTED else f"{MAX_COUNTED:,}+"


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PageRequest, pk: UUID) -> HttpResponse:
    """Ask whether a draft is to be deleted, then delete it; ask again when it was changed."""
    notice = ""
    try:
        if request.method == "POST":
            gone = services.delete_draft(user=request.user, pk=pk, if_match=_if_match(request))
            toast = f"The draft “{gone.name}” is deleted."
            return redirect_after_post(request, "flow-list", toast=toast)
    except InUse as error:
        return redirect_after_post(request, "flow-detail", pk, error=error.message)
    except PreconditionFailed as stale:
        notice = stale.message
    try:
        with transaction.atomic():
            tree = services.get_deletable_draft(request.user, pk)
    except InUse as error:
        return redirect_after_post(request, "flow-detail", pk, error=error.message)
    flow = flow_cards([tree], user=request.user)[0]
    context = {
        "section": "flows",
        "flow": flow,
        "notice": notice,
        "revision": services.revision_of(tree),
    }
    status = 409 if notice else 200
    return render(request, "trees_app/flow_delete.html", context, status=status)


@require_POST
def publish(request: PageRequest, pk: UUID) -> HttpResponse:
    """Publish the working copy; the flow's page lists every problem when there are any."""
    try:
        published = services.publish_tree(user=request.user, pk=pk, if_match=_if_match(request))
    except PreconditionFailed as stale:
        return _render_flow(request, pk, notice=stale.message, status=409)
    except NotPublishable as error:
        count = len(error.problems)
        refusal = f"Not published: {count} problem{'s' if count > 1 else ''} to mend first."
        return redirect_after_post(request, "flow-detail", pk, error=refusal)
    return redirect_after_post(
        request, "flow-detail", pk, toast=f"Version {published.version} is live."
    )
