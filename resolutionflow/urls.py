"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from resolutionflow import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("resolutionflow.api_urls")),
    path("", include("accounts_app.urls")),
    path("", include("trees_app.urls")),
    path("", include("sessions_app.urls")),
    path("", include("exports_app.urls")),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
