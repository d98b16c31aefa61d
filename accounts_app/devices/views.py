"""Signing out a browser that one has left behind."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from accounts_app.confirmation import requires_confirmation
from accounts_app.http import PageRequest
from accounts_app.models import BrowserSession
from resolutionflow.web.responses import redirect_after_post
from resolutionflow.web.text import count_with_noun


@require_POST
@requires_confirmation(action="Signing out another browser")
def end_device(request: PageRequest, pk: UUID) -> HttpResponse:
    """Sign out one other browser of one's own, at once."""
    others = BrowserSession.objects.filter(user=request.user, device_id=pk)
    if not others.exclude(pk=request.session.session_key).delete()[0]:
        raise Http404
    return redirect_after_post(request, "settings", toast="That browser is signed out.")


@require_POST
@requires_confirmation(action="Signing out your other browsers")
def end_other_devices(request: PageRequest) -> HttpResponse:
    """Sign out every browser of one's own but this one, at once."""
    others = BrowserSession.objects.filter(user=request.user)
    count, _ = others.exclude(pk=request.session.session_key).delete()
    said = f"{count_with_noun(count, 'browser')} signed out. You stay signed in here."
    return redirect_after_post(request, "settings", toast=said)
