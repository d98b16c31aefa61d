"""Addresses of the export."""

from django.urls import path

from exports_app import views

urlpatterns = [path("sessions/<uuid:pk>/export", views.export, name="session-export")]
