"""The page after the sign-in, with the form that was sent before it."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from accounts_app.http import PageRequest
from accounts_app.kept_forms.services import find_kept_form, forget

SAME_METHOD = 307


def _page_to_go_on(page: str) -> str:
    """Return a page of ours to go on with."""
    is_ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_ours else reverse("dashboard")


@require_http_methods(["GET", "HEAD", "POST"])
def kept_form(request: PageRequest) -> HttpResponse:
    """Show the form, and send it on to where it was going: by its person, with a new token."""
    kept = find_kept_form(request, request.user)
    # `by-browser`: its scripts have kept the form, and fill it in again on its own page.
    if kept is None or "by-browser" in request.GET:
        forget(request)
        return HttpResponseRedirect(_page_to_go_on(request.GET.get("page", "")))
    if request.method == "POST":
        forget(request)
        response = HttpResponseRedirect(kept.address)
        # The browser sends the same form again, its token with it.
        response.status_code = SAME_METHOD
        return response
    context = {"kept": kept, "sent": kept.fields, "typed_texts": kept.texts}
    return render(request, "accounts_app/kept_form.html", context)


@require_POST
def drop_kept_form(request: PageRequest) -> HttpResponse:
    """Forget the form, and go to its page."""
    kept = find_kept_form(request, request.user)
    forget(request)
    return HttpResponseRedirect(_page_to_go_on(kept.page if kept else ""), status=303)
