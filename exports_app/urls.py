"""Addresses of the export."""

from django.urls import path

from exports_app import views

urlpatterns = [
    path("batches/<uuid:pk>/export", views.batch, name="batch-export"),
    path("sessions/<uuid:pk>/export", views.export, name="session-export"),
    path("sessions/<uuid:pk>/preview", views.preview, name="session-preview"),
    path("sessions/<uuid:pk>/preview/rendered", views.preview_as_page, name="session-rendered"),
    path("sessions/<uuid:pk>/exported", views.record_preview_export, name="session-exported"),
]
