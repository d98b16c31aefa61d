"""Preparing a session for later, and starting one that was prepared ([S10])."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from accounts_app.http import PageRequest
from accounts_app.models import User
from accounts_app.submissions import creates_once
from resolutionflow.web.errors import Invalid, StateError
from resolutionflow.web.forms import require_valid
from resolutionflow.web.responses import redirect_after_post
from sessions_app import services as session_services
from sessions_app.models import Session
from sessions_app.preparing import services
from sessions_app.preparing.forms import PrepareForm
from sessions_app.run.variable_presenters import declared_fields, submitted_variables
from trees_app.models import Tree


@require_http_methods(["GET", "HEAD", "POST"])
@creates_once()
def prepare(request: PageRequest, pk: UUID) -> HttpResponse:
    """Show the form that prepares a session of the flow, or prepare it."""
    try:
        tree = session_services.startable_tree(request.user, pk)
    except StateError as error:
        return redirect_after_post(request, "flow-detail", pk, error=error.message)
    if request.method != "POST":
        return _render_form(request, tree)
    submitted = submitted_variables(request.POST.dict())
    variables = {name: value for name, value in submitted.items() if value.strip()}
    try:
        work_session = _prepare(request, tree, variables)
    except Invalid as invalid:
        return _render_form(
            request, tree, variables=variables, errors=invalid.fields, status=invalid.status
        )
    except StateError as error:
        return redirect_after_post(request, "flow-detail", pk, error=error.message)
    assignee = work_session.assigned_to
    whom = f" for {assignee.display_name}" if assignee and assignee != request.user else ""
    return redirect_after_post(request, "session-detail", work_session.pk, toast=f"Prepared{whom}.")


def _prepare(request: PageRequest, tree: Tree, variables: Mapping[str, str]) -> Session:
    data = require_valid(PrepareForm(request.POST))
    chosen = data["assigned_to_id"]
    if chosen is not None and chosen not in {
        person.pk for person in assignable_people(request.user)
    }:
        raise Invalid({"assigned_to_id": "Choose one of the people in the list."})
    return services.prepare(
        user=request.user,
        tree=tree,
        assigned_to_id=chosen,
        ticket_number=data["ticket_number"],
        client_name=data["client_name"],
        variables=variables,
    )


def assignable_people(user: User) -> list[User]:
    """Return whom the user may prepare sessions for, themselves first."""
    people = services.assignable_users(user)
    return sorted(people, key=lambda who: (who.pk != user.pk, who.display_name.casefold()))


def _render_form(
    request: PageRequest,
    tree: Tree,
    *,
    variables: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    intake_form = tree.published_content().intake_form
    context = {
        "section": "flows",
        "flow": {"id": tree.pk, "name": tree.name},
        "people": assignable_people(request.user),
        "typed": request.POST,
        "chosen": request.POST.get("assigned_to_id", ""),
        "variables": declared_fields(intake_form, variables or {}, errors=errors),
        "errors": errors or {},
    }
    return render(request, "sessions_app/prepare.html", context, status=status)


@require_POST
def start_prepared(request: PageRequest, pk: UUID) -> HttpResponse:
    """Start a prepared session by its button, and stand at its first step."""
    try:
        session_services.start_prepared(user=request.user, pk=pk)
    except StateError as error:
        return redirect_after_post(request, "session-detail", pk, error=error.message)
    return redirect_after_post(request, "session-run", pk)
