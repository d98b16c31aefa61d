"""Django's admin site, for the operator and for the admins of an account.

The pages on it build on `resolutionflow.admin.scoped`; this module is read before the apps are.
"""

from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

UNREADABLE = "This address asks for something that can't be looked up."
DENIED = "The admin pages are for the admins of an account."


class AdminSite(admin.AdminSite):
    """The admin site; people sign in to it on the same page as to everything else."""

    site_header = site_title = "ResolutionFlow admin"
    index_title = "Account"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register the pages of a model; those of a library refuse stale writes as ours do."""
        from resolutionflow.admin.versioned import VersionedAdmin

        pages = admin_class or admin.ModelAdmin
        if not issubclass(pages, VersionedAdmin):
            pages = type(pages.__name__, (VersionedAdmin, pages), {})
        super().register(model_or_iterable, pages, **options)

    def get_urls(self) -> list[Any]:
        """Return the addresses without the one that leads from any id to the object's own page: it
        would say of each id whether it is there, in whatever account ([A1]).
        """
        return [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "may_use_admin_site", False))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Return Django's view, with 403 for users who are signed in and may not use the site."""
        inner = super().admin_view(view, cacheable)

        def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied(DENIED)
            narrowed = (f"{name}{value}" for name, value in request.GET.items() if name != "q")
            if any("\x00" in text for text in narrowed):
                raise BadRequest(UNREADABLE)
            try:
                return inner(request, *args, **kwargs)
            except DataError:
                raise BadRequest(UNREADABLE) from None

        return update_wrapper(guard, inner)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Lead to the page of the product, which counts wrong passwords."""
        return HttpResponseRedirect(reverse("password_change"))

    # For LoginRequiredMiddleware; Django's own mark of the same name needs the user model.
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send anonymous users to the sign-in of the product, and refuse other users (403)."""
        from django.contrib.auth.views import redirect_to_login

        index = reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return HttpResponseRedirect(index)
        if request.user.is_authenticated:
            raise PermissionDenied(DENIED)
        return redirect_to_login(request.GET.get("next") or index, settings.LOGIN_URL)

    login.login_required = False  # type: ignore[attr-defined]


class AdminConfig(DjangoAdminConfig):
    default_site = "resolutionflow.admin.site.AdminSite"
