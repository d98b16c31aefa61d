"""Files at the steps of a session: adding, removing, and the file itself."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied as CorePermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from accounts_app.api_limits import count_call
from accounts_app.authentication import ApiKeyAuthentication
from accounts_app.http import PageRequest
from accounts_app.models import User
from accounts_app.rate_limits import RateExceeded
from resolutionflow.api.scopes import Scope, scope_message
from resolutionflow.web.downloads import content_disposition
from resolutionflow.web.errors import DomainError, Invalid, NotStored
from resolutionflow.web.forms import require_valid
from resolutionflow.web.responses import JSON, redirect_after_post
from sessions_app import permissions
from sessions_app.attachments import file_types, services
from sessions_app.attachments import storage as file_store
from sessions_app.attachments.forms import StepRefForm
from sessions_app.attachments.services import StepRef
from sessions_app.models import Attachment, Session
from sessions_app.run.autosave_views import save_typing
from sessions_app.run.domain_errors import render_domain_errors
from sessions_app.run.step_presenters import SubmittedForm, shown_step

MAX_FILES_AT_ONCE = 20
UNREADABLE_MESSAGE = "The server can't read this file just now. Tell your admin, then try again."


def attach(request: PageRequest, pk: UUID) -> HttpResponse:
    """Add the chosen files to a step ([U1]).

    A plain form sends the step's notes too; the script's request gets the step's files alone.
    """
    return _attach_by_script(request, pk) if request.htmx else _attach_by_form(request, pk)


@require_POST
@render_domain_errors
def _attach_by_form(request: PageRequest, pk: UUID) -> HttpResponse:
    permissions.get_writable_session(request.user, pk)
    if "notes" in request.POST:
        # What is typed at the step comes along and is kept.
        save_typing(request, pk)
    place = _add_files(request, pk)
    response = redirect_after_post(request, "session-run", pk)
    revised_decision_id = request.POST.get("revised_decision_id", "")
    if revised_decision_id:
        response["Location"] += f"?step={place.position}"
    return response


@require_POST
def _attach_by_script(request: PageRequest, pk: UUID) -> HttpResponse:
    try:
        place = _add_files(request, pk)
    except Invalid as invalid:
        work_session = permissions.get_readable_session(request.user, pk)
        form = StepRefForm(request.POST)
        shown = StepRef(**form.cleaned_data) if form.is_valid() else None
        return _render_files(request, work_session, shown, error=invalid.message, status=422)
    except DomainError as error:
        return JsonResponse({"message": error.message}, status=error.status)
    except CorePermissionDenied as refused:
        return JsonResponse({"message": str(refused)}, status=403)
    return _render_files(request, permissions.get_readable_session(request.user, pk), place)


def _add_files(request: PageRequest, pk: UUID) -> StepRef:
    """Add every file of the request, each by itself; raise `Invalid` with those that
    were refused.
    """
    permissions.get_writable_session(request.user, pk)
    place = StepRef(**require_valid(StepRefForm(request.POST)))
    uploads = request.FILES.getlist(services.FILE_FIELD)
    if not uploads:
        raise Invalid({services.FILE_FIELD: services.NO_FILE_MESSAGE})
    if len(uploads) > MAX_FILES_AT_ONCE:
        raise Invalid({services.FILE_FIELD: f"Choose at most {MAX_FILES_AT_ONCE} files at once."})
    refused = []
    for upload in uploads:
        name = upload.name or ""
        try:
            data = services.read_upload(upload)
            services.add_attachment(user=request.user, pk=pk, name=name, data=data, place=place)
        except Invalid as invalid:
            several = len(uploads) > 1
            refused.append(f"{name}: {invalid.message}" if several else invalid.message)
    if refused:
        raise Invalid({services.FILE_FIELD: " ".join(refused)})
    return place


def _render_files(
    request: PageRequest,
    work_session: Session,
    place: StepRef | None,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render the files of the step at `place`, else of the current one."""
    decision = None
    if place is not None:
        decision = work_session.decisions.filter(position=place.position).first()
    sent = SubmittedForm(errors={services.FILE_FIELD: error} if error else {})
    context = {"work_session": work_session, "step": shown_step(work_session, decision, sent)}
    return render(request, "sessions_app/_attachments.html", context, status=status)


@require_POST
def remove(request: PageRequest, pk: UUID) -> HttpResponse:
    """Remove a file from its step and delete it, while the session is open."""
    session_id = services.get_readable_attachment(request.user, pk).session_id
    try:
        if "notes" in request.POST and not request.htmx:
            save_typing(request, session_id)
        removed, place = services.remove_attachment(user=request.user, pk=pk)
    except DomainError as error:
        return redirect_after_post(request, "session-detail", session_id, error=error.message)
    if request.htmx:
        return _render_files(
            request, permissions.get_readable_session(request.user, session_id), place
        )
    return redirect_after_post(request, "session-run", session_id, toast=f"Removed {removed.name}.")


# -- the file itself ---------------------------------------------------------------------------


@login_not_required
def attachment(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """Send the file to whoever may read its session, signed in or with an API key.

    It is sent as the type that its bytes have, and nothing in it can run: pictures are shown,
    everything else is saved.
    """
    try:
        user = _caller(request)
    except AuthenticationFailed as failed:
        headers = {"WWW-Authenticate": ApiKeyAuthentication.keyword}
        detail = {"detail": str(failed.detail)}
        return JsonResponse(detail, status=401, headers=headers, content_type=JSON)
    except RateExceeded as refused:
        headers = {"Retry-After": refused.retry_after}
        return JsonResponse(
            {"detail": refused.message}, status=429, headers=headers, content_type=JSON
        )
    except PermissionDenied as refused:
        return JsonResponse({"detail": str(refused.detail)}, status=403, content_type=JSON)
    if user is None:
        return redirect_to_login(request.get_full_path())
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return file_response(services.get_readable_attachment(user, pk))


def _caller(request: PageRequest) -> User | None:
    with_key = ApiKeyAuthentication().authenticate(request)  # type: ignore[arg-type]
    if with_key is not None:
        user, key = with_key
        if not key.has_scope(Scope.READ):
            raise PermissionDenied(scope_message(Scope.READ))
        count_call(user, key)
        return user
    return request.user if request.user.is_authenticated else None


def file_response(found: Attachment) -> FileResponse:
    """Return the bytes, with headers that keep a browser from taking them for anything else."""
    try:
        stored = file_store.open_file(found.account_id, found.stored_as)
    except FileNotFoundError:
        raise Http404("The file is listed here, but it is gone from the disk.") from None
    except OSError as error:
        raise NotStored(UNREADABLE_MESSAGE, is_full=False) from error
    response = FileResponse(
        stored,
        as_attachment=not found.is_image,
        filename=found.name,
        content_type=found.content_type,
    )
    if not found.is_image:
        plain, full = file_types.ascii_name(found.name), found.name
        response["Content-Disposition"] = content_disposition(plain, full)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
