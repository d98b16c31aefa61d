"""The page that saves a run as a flow: a preview, and the form ([S9])."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts_app.http import PageRequest
from accounts_app.submissions import creates_once
from resolutionflow.web.errors import Invalid, LimitReached
from resolutionflow.web.forms import require_valid
from resolutionflow.web.responses import redirect_after_post
from sessions_app import permissions
from sessions_app.models import Session
from sessions_app.save_as_flow import linear_tree, services
from sessions_app.save_as_flow.forms import SaveAsFlowForm
from trees_app.document.shape import Problem
from trees_app.models import NotPublishable, Tree
from trees_app.outline import build_outline


@require_http_methods(["GET", "HEAD", "POST"])
@creates_once()
def save_as_flow(request: PageRequest, pk: UUID) -> HttpResponse:
    """Show the form with the flow as it will be, or save it and go to the new flow's page."""
    work_session = permissions.get_readable_session(request.user, pk)
    if work_session.user_id != request.user.pk or not work_session.may_be_written_by(request.user):
        raise PermissionDenied("Only its owner may save a session as a flow.")
    if request.method != "POST":
        if not work_session.decision_count:
            message = services.NO_STEP_MESSAGE
            return redirect_after_post(request, "session-detail", pk, error=message)
        return _render_form(request, work_session)
    try:
        data = require_valid(SaveAsFlowForm(request.POST))
        tree = services.save_as_tree(
            user=request.user,
            pk=pk,
            tree_name=data["name"],
            description=data["description"],
            status=data["status"],
        )
    except Invalid as invalid:
        errors = invalid.fields
        notice = errors.get("decisions", "")
        return _render_form(request, work_session, errors=errors, notice=notice, status=422)
    except LimitReached as limit:
        return _render_form(request, work_session, notice=limit.message, status=limit.status)
    except NotPublishable as refused:
        return _render_form(request, work_session, problems=refused.problems, status=422)
    is_live = tree.status == Tree.Status.PUBLISHED
    toast = f"“{tree.name}” is {'published' if is_live else 'saved as a draft'}."
    return redirect_after_post(request, "flow-detail", tree.pk, toast=toast)


def _render_form(
    request: PageRequest,
    work_session: Session,
    *,
    errors: Mapping[str, str] | None = None,
    notice: str = "",
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    snapshot = work_session.tree_snapshot
    typed = {
        "name": services.unused_name(work_session),
        "description": services.default_description(work_session, work_session.account),
        **{name: request.POST[name] for name in ("name", "description") if name in request.POST},
    }
    steps = build_outline(linear_tree.path_structure(work_session))
    places = {step.id: step.number for step in steps}
    context = {
        "section": "sessions",
        "work_session": work_session,
        "shares_flows": request.user.may_write_trees,
        "typed": typed,
        "errors": errors or {},
        "notice": notice,
        "problems": [
            {"number": places.get(item.node), "node": item.node, "message": item.message}
            for item in problems
        ],
        "steps": steps,
        "origin": {
            "name": work_session.tree_name,
            "version": snapshot.get("version"),
            "is_gone": work_session.tree_id is None,
        },
    }
    return render(request, "sessions_app/save_as_flow.html", context, status=status)
