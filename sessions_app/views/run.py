"""The run page and everything that is done on it.

Each verb is one POST that works as a plain form (then a redirect to the run page) and as an HTMX
request (then the new step alone). What was typed is in every refusal: nothing is lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from accounts_app.requests import PageRequest
from resolutionflow.errors import Conflict, DomainError, Invalid, StateError
from resolutionflow.pages import seeother, with_sessions_changed
from sessions_app import (
    closing,
    custom_steps,
    drafts,
    handing_over,
    recording,
    run_page,
    services,
    shelves,
)
from sessions_app.forms import (
    CompleteForm,
    PastedText,
    ReferenceForm,
    StepForm,
    require_valid,
    uuid_or_none,
)
from sessions_app.insight.carrying import carry_over
from sessions_app.insight.earlier import earlier
from sessions_app.models import Decision, Session
from sessions_app.run_page import Step
from sessions_app.views.closing import undo_url

View = Callable[..., HttpResponse]
VARIABLE = "variable-"  # what the names of variables' fields begin with
SHOWN_AT_STEP = ("notes", "command_output", "choice", "file")  # fields that show their own error


# -- showing -----------------------------------------------------------------------------------


def page_context(work_session: Session, step: Step | None) -> dict[str, Any]:
    """Everything the whole page needs; `_step.html` alone needs `work_session` and `step`."""
    opened = step.position if step else None
    return {
        "section": "sessions",
        "work_session": work_session,
        "step": step,
        "path": run_page.path_items(work_session, opened=opened),
        "shelves": shelves.offered(work_session),
        "variables": run_page.variable_fields(work_session),
        "scratchpad_seen": recording.digest(work_session.scratchpad),
        "ending": run_page.ending(work_session, step),
        "next_position": work_session.decision_count + 1,
        "request_id_of_step": str(uuid4()),
    }


def show(
    request: PageRequest,
    work_session: Session,
    step: Step | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page, or what of it HTMX swaps after the path has changed."""
    context = {
        **page_context(work_session, run_page.with_hints(work_session, step)),
        "told": handing_over.told_to(request.user, work_session),
        "earlier": earlier(work_session, request.user),
        **more,
    }
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, "sessions_app/run.html", context, status=status)
    response = render(request, "sessions_app/_run_body.html", context, status=status)
    # Whatever part asked, the whole run is what has changed.
    response["HX-Retarget"] = "#run"
    response["HX-Reswap"] = "innerHTML show:none"
    if request.method == "POST":
        response["HX-Replace-Url"] = reverse("session-run", args=[work_session.pk])
    return with_sessions_changed(response) if work_session.is_renamed else response


# Back and Forward of the browser ask again instead of showing a step that is long answered.
@cache_control(no_store=True, private=True)
@require_safe
def run(request: PageRequest, pk: UUID) -> HttpResponse:
    """The current step, or with `?step=N` an earlier one as it was noted."""
    work_session = services.readable(request.user, pk)
    if work_session.is_completed or not work_session.may_be_written_by(request.user):
        return seeother(request, "session-detail", pk)
    return show(request, work_session, asked_step(request, work_session))


def asked_step(request: PageRequest, work_session: Session) -> Step | None:
    """The recorded step that `?step=N` names, else the current one."""
    asked = request.GET.get("step", "")
    if asked.isdecimal() and len(asked) < 9:
        decision = work_session.decisions.filter(position=int(asked)).first()
        if decision is not None:
            return run_page.recorded_step(work_session, decision)
    return run_page.current_step(work_session)


# -- refusing kindly ---------------------------------------------------------------------------


def typed_in(request: PageRequest) -> dict[str, str]:
    """What the step's form holds, as pasted, for showing it again in a refusal."""
    clean = PastedText().to_python
    return {
        name: clean(request.POST[name])
        for name in ("notes", "command_output", "text")
        if name in request.POST
    }


def kept_from(request: PageRequest) -> dict[str, str]:
    """What is shown to copy when its form is gone: the step's text and values of variables."""
    sent = request.POST.dict().items()
    values = {name: str(text) for name, text in sent if name.startswith(VARIABLE)}
    return {**typed_in(request), **values}


def refusing(view: View) -> View:
    """Answer what the services refuse: 422 with the form as it was typed, 409 with the session
    as it is now and the typed text beside it, 400 for a session that is over.
    """

    @wraps(view)
    def guarded(request: PageRequest, pk: UUID, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, pk, **kwargs)
        except Conflict as conflict:
            step = run_page.current_step(conflict.current)
            kept = unsaved(request)
            return show(
                request, conflict.current, step, status=409, notice=conflict.message, kept=kept
            )
        except Invalid as invalid:
            return _refused_step(request, pk, invalid)
        except StateError as error:
            kept = unsaved(request)
            if not kept:
                return seeother(request, "session-detail", pk, toast=error.message)
            work_session = services.readable(request.user, pk)
            return show(request, work_session, None, status=409, notice=error.message, kept=kept)
        except services.HandedOver as gone:
            return _handed_over(request, str(gone))

    return guarded


def _handed_over(request: PageRequest, notice: str) -> HttpResponse:
    """403, with what was typed to copy: the session went to somebody else meanwhile."""
    context = {"section": "sessions", "notice": notice, "kept": unsaved(request)}
    if not request.htmx:
        return render(request, "sessions_app/handed_over.html", context, status=403)
    response = render(request, "sessions_app/_run_notices.html", context, status=403)
    response["HX-Retarget"] = "#run-notices"
    response["HX-Reswap"] = "innerHTML show:window:top"
    response["X-Handed-Over"] = "yes"
    return response


def unsaved(request: PageRequest) -> dict[str, str]:
    """What the form holds that couldn't be saved, to be shown for copying."""
    return {name: text for name, text in kept_from(request).items() if text.strip()}


def _refused_step(request: PageRequest, pk: UUID, invalid: Invalid) -> HttpResponse:
    work_session = services.readable(request.user, pk)
    shown: dict[str, Any] = {"typed": typed_in(request), "errors": invalid.fields}
    shown["request_id"] = request.POST.get("request_id", "")[:36]
    revises = request.POST.get("revises", "")
    decision = None
    if revises.isdecimal() and len(revises) < 19:
        decision = work_session.decisions.filter(pk=int(revises)).first()
    if decision is not None:
        step: Step | None = run_page.recorded_step(work_session, decision, **shown)
    else:
        step = run_page.current_step(work_session, **shown)
    unsaid = [text for name, text in invalid.fields.items() if name not in SHOWN_AT_STEP]
    notice = " ".join(unsaid) if step else invalid.message
    return show(request, work_session, step, status=422, notice=notice)


# -- the verbs ---------------------------------------------------------------------------------


@require_POST
@refusing
def answer(request: PageRequest, pk: UUID) -> HttpResponse:
    """Record the step and show the next one ([U1]); one request, whatever the path's length."""
    form = StepForm(request.POST)
    step = form.step()
    record = carry_over if form.carries_over else recording.answer
    work_session, decision = record(user=request.user, pk=pk, step=step)
    if not request.htmx:
        return seeother(request, "session-run", pk)
    following = run_page.current_step(work_session)
    if step.revises is not None or following is None:
        return show(request, work_session, following)
    return _next_step(request, work_session, decision, following)


def _next_step(
    request: PageRequest, work_session: Session, decision: Decision, following: Step
) -> HttpResponse:
    """The common case: the step, with at most one query for its hints, and the path's new line."""
    hinted = run_page.with_hints(work_session, following)
    context = {
        "work_session": work_session,
        "step": hinted,
        "item": run_page.path_item(work_session, decision),
        "ending": run_page.ending(work_session, following),
        "next_position": work_session.decision_count + 1,
    }
    response = render(request, "sessions_app/_next_step.html", context)
    return with_sessions_changed(response) if work_session.is_renamed else response


def _typing_reply(save: Callable[[], str]) -> JsonResponse:
    """Run an autosave; answer `{"seen": digest}` or `{"message": why}` with its status."""
    try:
        return JsonResponse({"seen": save()})
    except DomainError as error:
        return JsonResponse({"message": error.message}, status=error.status)
    except services.HandedOver as gone:
        message = f"{gone} Your text is kept here to copy."
        return JsonResponse({"message": message}, status=403)


@require_POST
def typing(request: PageRequest, pk: UUID) -> JsonResponse:
    """Save what is typed at a step, as it goes; the answer is JSON for the saved mark."""
    return _typing_reply(
        lambda: drafts.save_typing(
            user=request.user,
            pk=pk,
            step=StepForm(request.POST).step(),
            seen=request.POST.get("seen", ""),
        )
    )


@require_POST
def scratchpad(request: PageRequest, pk: UUID) -> HttpResponse:
    """Save the scratchpad; JSON for the script, a redirect for the plain form."""
    text = PastedText().to_python(request.POST.get("scratchpad", ""))
    seen = request.POST.get("seen", "")

    def save() -> str:
        return drafts.save_scratchpad(user=request.user, pk=pk, text=text, seen=seen)

    if request.headers.get("Accept") == "application/json":
        return _typing_reply(save)
    try:
        save()
    except DomainError as error:
        return show_scratchpad_refused(request, pk, text, error)
    return seeother(request, "session-run", pk, toast="Scratchpad saved.")


def show_scratchpad_refused(
    request: PageRequest, pk: UUID, text: str, error: DomainError
) -> HttpResponse:
    work_session = services.readable(request.user, pk)
    return show(
        request,
        work_session,
        run_page.current_step(work_session),
        status=error.status,
        notice=error.message,
        kept={"scratchpad": text},
    )


@require_POST
@refusing
def variables(request: PageRequest, pk: UUID) -> HttpResponse:
    """Save the values of variables, asked for inline or changed in the panel ([T3])."""
    typed = {
        name.removeprefix(VARIABLE): value
        for name, value in request.POST.dict().items()
        if name.startswith(VARIABLE)
    }
    if "notes" in request.POST:
        # Asked for inline: what is typed at the step comes along and is kept.
        drafts.save_typing(
            user=request.user,
            pk=pk,
            step=StepForm(request.POST).step(),
            seen=request.POST.get("seen", ""),
        )
    try:
        work_session = services.set_variables(user=request.user, pk=pk, values=typed)
    except Invalid as invalid:
        return _refused_variables(request, pk, typed, invalid.fields)
    if not request.htmx:
        return seeother(request, "session-run", pk)
    fields = run_page.variable_fields(work_session)
    return _variables_reply(request, work_session, _step_of_form(request, work_session), fields)


def _variables_reply(
    request: PageRequest,
    work_session: Session,
    step: Step | None,
    fields: tuple[run_page.VariableField, ...],
) -> HttpResponse:
    """The step's text and answers alone, so that nothing moves under the engineer's hands."""
    asked_inline = "notes" in request.POST
    if not asked_inline:
        fields = tuple(field for field in fields if field.field_name in request.POST)
    context = {
        "work_session": work_session,
        "step": run_page.with_hints(work_session, step),
        "variables": fields,
        "asked_inline": asked_inline,
    }
    return render(request, "sessions_app/_variables_reply.html", context)


def _step_of_form(request: PageRequest, work_session: Session) -> Step | None:
    """The step that the form stands in, with what is typed in it: notes travel along."""
    typed = typed_in(request)
    position = request.POST.get("position", "")
    if position.isdecimal() and len(position) < 9:
        decision = work_session.decisions.filter(position=int(position)).first()
        if decision is not None:
            return run_page.recorded_step(work_session, decision, typed=typed)
    return run_page.current_step(work_session, typed=typed)


def _refused_variables(
    request: PageRequest, pk: UUID, typed: Mapping[str, str], errors: Mapping[str, str]
) -> HttpResponse:
    work_session = services.readable(request.user, pk)
    step = _step_of_form(request, work_session)
    if step is not None and "notes" in request.POST:
        names = [item.name for item in step.variables]
        asked = run_page.variable_fields(work_session, names=names, typed=typed, errors=errors)
        step = replace(step, variables=asked)
    fields = run_page.variable_fields(work_session, typed=typed, errors=errors)
    if not request.htmx:
        return show(request, work_session, step, status=422, variables=fields)
    response = _variables_reply(request, work_session, step, fields)
    response.status_code = 422
    return response


@require_POST
@refusing
def drop_custom_step(request: PageRequest, pk: UUID) -> HttpResponse:
    """Take back an own step before it is recorded."""
    step_id = request.POST.get("node_id", "")
    work_session = custom_steps.drop_custom_step(user=request.user, pk=pk, step_id=step_id)
    if not request.htmx:
        return seeother(request, "session-run", pk)
    return show(request, work_session, run_page.current_step(work_session))


@require_POST
@refusing
def bring_back(request: PageRequest, pk: UUID) -> HttpResponse:
    """Put steps that were set aside back on the path ([U6])."""
    shelf = uuid_or_none(request.POST.get("shelf", ""))
    if shelf is None:
        raise Invalid({"shelf": "Choose which steps to bring back."})
    work_session = shelves.bring_back(user=request.user, pk=pk, shelf=shelf)
    if not request.htmx:
        return seeother(request, "session-run", pk)
    return show(request, work_session, run_page.current_step(work_session))


@require_POST
@refusing
def reference(request: PageRequest, pk: UUID) -> HttpResponse:
    """Set the ticket number and the client while the session runs."""
    changes = require_valid(ReferenceForm(request.POST))
    work_session = services.update(user=request.user, pk=pk, changes=changes)
    if not request.htmx:
        return seeother(request, "session-run", pk)
    step = run_page.with_hints(work_session, _step_of_form(request, work_session))
    context = {
        "work_session": work_session,
        "step": step,
        "earlier": earlier(work_session, request.user),
    }
    response = render(request, "sessions_app/_reference_reply.html", context)
    return with_sessions_changed(response)


def complete(request: PageRequest, pk: UUID) -> HttpResponse:
    """The form that ends a session, prefilled from the solution it stands at ([U2])."""
    if request.method != "POST":
        return _complete_form(request, pk)
    form = CompleteForm(request.POST)
    try:
        data = require_valid(form)
        done = closing.complete(
            user=request.user, pk=pk, ends_at=request.POST.get("node_id", "")[:64], **data
        )
    except Invalid as invalid:
        return _complete_form(
            request, pk, typed=request.POST.dict(), errors=invalid.fields, status=422
        )
    except StateError as error:
        return seeother(request, "session-detail", pk, toast=error.message)
    undo = undo_url(done)
    return seeother(request, "session-detail", pk, toast="Session completed.", undo=undo)


def _complete_form(
    request: PageRequest,
    pk: UUID,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    work_session = services.readable(request.user, pk)
    if work_session.is_completed or not work_session.may_be_written_by(request.user):
        return seeother(request, "session-detail", pk)
    step = run_page.current_step(work_session)
    context = {
        "section": "sessions",
        "work_session": work_session,
        "step": step,
        "ending": run_page.ending(work_session, step, typed=typed, errors=errors),
    }
    return render(request, "sessions_app/complete.html", context, status=status)
