"""Adding a custom step, typed or from the account's library ([S17]), and removing it."""

from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts_app.http import PageRequest
from resolutionflow.web.errors import Conflict, Invalid
from resolutionflow.web.forms import require_valid, uuid_or_none
from resolutionflow.web.responses import redirect_after_post, search_param
from sessions_app import permissions
from sessions_app.models import LibraryStep
from sessions_app.recording import custom_steps
from sessions_app.run.domain_errors import render_domain_errors
from sessions_app.run.forms import CustomStepForm
from sessions_app.run.path_presenters import step_url
from sessions_app.run.step_presenters import current_step, recorded_step, shown_step
from sessions_app.run.views import decision_of, render_after_write, render_run, requested_step
from sessions_app.step_library import services as step_library_services

MAX_SHOWN_STEPS = 20
LIBRARY_CHANGED_MESSAGE = "That step is no longer in the library. Choose another one, or type it."


@require_POST
@render_domain_errors
def add(request: PageRequest, pk: UUID) -> HttpResponse:
    """Add a custom step: before the current step, or recorded after an opened one."""
    form = CustomStepForm(request.POST)
    try:
        data = require_valid(form)
        step = _library_step(request, data) or custom_steps.CustomStepInput(
            title=data["title"], body=data["body"], commands=form.commands()
        )
        work_session, decision = custom_steps.add_custom_step(
            user=request.user,
            pk=pk,
            step=step,
            after=data["after"],
            before=(data["position"], data["node_id"]) if data["position"] else None,
            request_id=data["request_id"],
            keep=data["keep"] and not data["library"],
        )
    except Invalid as invalid:
        work_session = permissions.get_readable_session(request.user, pk)
        opened = decision_of(work_session, request.POST.get("after", ""))
        more = {
            "custom_form": _submitted_form(request.POST),
            "custom_errors": _errors_by_field(invalid),
        }
        here = shown_step(work_session, opened)
        return render_run(request, work_session, here, status=422, add_open=True, **more)
    except Conflict as conflict:
        # As the database has it: the refused write had changed what it raised with.
        work_session = permissions.get_readable_session(request.user, pk)
        return render_run(
            request,
            work_session,
            None if work_session.is_completed else current_step(work_session),
            status=409,
            notice=conflict.message,
            add_open=True,
            custom_form=_submitted_form(request.POST),
        )
    if decision is None:
        return render_after_write(request, work_session)
    address = step_url(work_session, decision.position)
    if not request.htmx:
        return redirect_after_post(request, address)
    response = render_run(request, work_session, recorded_step(work_session, decision))
    response["HX-Replace-Url"] = address
    return response


def _library_step(
    request: PageRequest, data: dict[str, Any]
) -> custom_steps.CustomStepInput | None:
    """Return the step of the library that is added unchanged; None when one was typed."""
    if data["library"] is None:
        return None
    found = step_library_services.search_library(request.user).filter(pk=data["library"]).first()
    if found is None:
        raise Invalid({"title": LIBRARY_CHANGED_MESSAGE})
    return custom_steps.CustomStepInput(title=found.title, body=found.body, commands=found.commands)


def _submitted_form(sent: QueryDict) -> dict[str, Any]:
    """Return a refused form as it was typed, to be shown again."""
    lists = (sent.getlist(name) for name in ("command", "command_label", "command_shell"))
    names = ("code", "label", "shell")
    return {
        "title": sent.get("title", ""),
        "body": sent.get("body", ""),
        "commands": [dict(zip(names, parts, strict=False)) for parts in zip(*lists, strict=False)],
        "keep": "keep" in sent,
    }


def _errors_by_field(invalid: Invalid) -> dict[str, str]:
    """Return the messages by the fields that the form has; others are shown at the title."""
    errors: dict[str, str] = {}
    for name, message in invalid.fields.items():
        field = "command" if name.startswith("command") else name
        errors.setdefault(field if field in ("title", "body", "command") else "title", message)
    return errors


@require_POST
@render_domain_errors
def remove(request: PageRequest, pk: UUID) -> HttpResponse:
    """Remove a custom step before it is recorded."""
    step_id = request.POST.get("node_id", "")
    work_session = custom_steps.remove_custom_step(user=request.user, pk=pk, step_id=step_id)
    return render_after_write(request, work_session)


@require_safe
def add_form(request: PageRequest, pk: UUID) -> HttpResponse:
    """Show the form that adds a step: `?tab=library` with what `q` finds, `?use=ID` with the texts
    of a step of the library, else blank. HTMX gets the form alone, or while searching the list
    alone.
    """
    work_session = permissions.get_readable_session(request.user, pk)
    if not work_session.may_be_run_by(request.user):
        return redirect_after_post(request, "session-detail", pk)
    step = requested_step(request, work_session)
    context = {"add_open": True, **_tab_context(request)}
    if not request.htmx or request.htmx.history_restore_request:
        return render_run(request, work_session, step, **context)
    context |= {"work_session": work_session, "step": step}
    context["request_id_of_step"] = str(uuid4())
    is_search = request.htmx.target == "step-library"
    template = "_step_library.html" if is_search else "_add_step.html"
    return render(request, f"sessions_app/{template}", context)


def _tab_context(request: PageRequest) -> dict[str, Any]:
    if request.GET.get("tab") == "library":
        return {"add_tab": "library", "library": _search_results(request)}
    use = uuid_or_none(request.GET.get("use", ""))
    if use is not None:
        taken = step_library_services.search_library(request.user).filter(pk=use).first()
        if taken is None:
            return {"custom_errors": {"title": LIBRARY_CHANGED_MESSAGE}}
        form = {"title": taken.title, "body": taken.body, "commands": taken.commands}
        return {"custom_form": form, "custom_from": taken.pk}
    return {}


def _search_results(request: PageRequest) -> dict[str, Any]:
    """Return the first steps found, and how many more there are (counted up to 100)."""
    query = search_param(request)
    steps: QuerySet[LibraryStep] = step_library_services.search_library(request.user, query)
    rows = list(steps[: MAX_SHOWN_STEPS + 100])
    return {"q": query, "steps": rows[:MAX_SHOWN_STEPS], "more": len(rows[MAX_SHOWN_STEPS:])}
