"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from resolutionflow.web import views as web_views

urlpatterns = [
    path("healthz", web_views.healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("resolutionflow.api.urls")),
    path("", include("accounts_app.urls")),
    path("", include("trees_app.urls")),
    path("", include("sessions_app.urls")),
    path("", include("exports_app.urls")),
]

handler400 = web_views.bad_request
handler403 = web_views.forbidden
handler404 = web_views.not_found
handler500 = web_views.server_error
