"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from resolutionflow.web import views as web_views

urlpatterns = [
    path("healthz", web_views.healthz, name="healthz"),
    path(".well-known/security.txt", web_views.security_txt, name="security-txt"),
    path(
        ".well-known/change-password",
        RedirectView.as_view(pattern_name="password_change"),
        name="change-password",
    ),
    path("admin/", admin.site.urls),
    path("api/v1/", include("resolutionflow.api.urls")),
    path("scim/v2/", include("accounts_app.scim.urls")),
    path("", include("accounts_app.urls")),
    path("", include("trees_app.urls")),
    path("", include("sessions_app.urls")),
    path("", include("exports_app.urls")),
]

handler400 = web_views.bad_request
handler403 = web_views.forbidden
handler404 = web_views.not_found
handler500 = web_views.server_error
