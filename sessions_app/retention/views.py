"""Pinning a session, and unpinning it ([H6])."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts_app.http import PageRequest
from resolutionflow.web.responses import redirect_after_post
from sessions_app.history.list_item import list_variant, render_list_item
from sessions_app.retention import pinning, policies


@require_POST
def pin(request: PageRequest, pk: UUID) -> HttpResponse:
    """Pin the session with `pinned=yes`, else unpin it: retention deletes no pinned session."""
    pinned = request.POST.get("pinned") == "yes"
    work_session = pinning.set_pinned(user=request.user, pk=pk, pinned=pinned)
    text = "Kept: retention won’t delete it." if pinned else "Retention may delete it again."
    if shape := list_variant(request):
        return render_list_item(request, pk, shape, text=text, kind="success")
    if not request.htmx:
        return redirect_after_post(request, "session-detail", pk, toast=text)
    context = {
        "session_id": str(pk),
        "pinned": pinned,
        "may_pin": True,
        "focus_pin": True,
        "kept_until": policies.kept_until(work_session, request.user.account),
        "kept_why": pinning.pin_reason(work_session) if pinned else "",
    }
    return render(request, "sessions_app/_pin.html", context)
