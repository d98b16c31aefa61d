"""The page on which one goes on in another flow."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts_app.http import PageRequest
from accounts_app.submissions import creates_once
from resolutionflow.web.errors import Invalid, StateError
from resolutionflow.web.forms import uuid_or_none
from resolutionflow.web.responses import redirect_after_post, search_param
from sessions_app import permissions
from sessions_app.continuing.services import continue_in_flow
from trees_app.cards import flow_cards
from trees_app.models import Tree

MAX_SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
@creates_once()
def continue_in(request: PageRequest, pk: UUID) -> HttpResponse:
    """Choose a flow by search, and start it with what this session knows of the ticket."""
    if request.method != "POST":
        return _render_flows(request, pk)
    tree_id = uuid_or_none(request.POST.get("tree_id", ""))
    if tree_id is None:
        return _render_flows(request, pk, notice="Choose a flow.", status=422)
    try:
        started = continue_in_flow(user=request.user, pk=pk, tree_id=tree_id)
    except (Invalid, StateError) as error:
        return _render_flows(request, pk, notice=error.message, status=error.status)
    return redirect_after_post(request, "session-run", started.pk)


def _render_flows(
    request: PageRequest, pk: UUID, *, notice: str = "", status: int = 200
) -> HttpResponse:
    work_session = permissions.get_writable_session(request.user, pk)
    query = search_param(request)
    flows = Tree.objects.visible_to(request.user).startable().without_documents()
    if work_session.tree_id is not None:
        flows = flows.exclude(pk=work_session.tree_id)
    found = flows.search(query) if query else flows.order_by("-usage_count", "name", "pk")
    context = {
        "section": "sessions",
        "work_session": work_session,
        "q": query,
        "notice": notice,
        "flows": flow_cards(found[:MAX_SHOWN], user=request.user),
        "has_values": any(work_session.session_variables.values()),
    }
    return render(request, "sessions_app/continue_in_flow.html", context, status=status)
