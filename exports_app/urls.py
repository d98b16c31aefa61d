"""Addresses of the export."""

from django.urls import path

from exports_app import views

urlpatterns = [
    path("batches/<id:pk>/export", views.batch, name="batch-export"),
    path("sessions/<id:pk>/export", views.export, name="session-export"),
    path("sessions/<id:pk>/preview", views.preview, name="session-preview"),
    path("sessions/<id:pk>/preview/rendered", views.preview_as_page, name="session-rendered"),
    path("sessions/<id:pk>/exported", views.record_preview_taken, name="session-exported"),
]
