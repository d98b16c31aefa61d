"""Addresses of the session pages."""

from django.urls import path

from sessions_app.views import dashboard, history, run

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("flows/<int:pk>/start", history.start, name="session-start"),
    path("sessions", history.session_list, name="session-list"),
    path("sessions/sidebar", history.sidebar, name="session-sidebar"),
    path("sessions/<uuid:pk>", history.session_detail, name="session-detail"),
    path("sessions/<uuid:pk>/delete", history.delete, name="session-delete"),
    path("sessions/<uuid:pk>/run", run.run, name="session-run"),
    path("sessions/<uuid:pk>/answer", run.answer, name="session-answer"),
    path("sessions/<uuid:pk>/typing", run.typing, name="session-typing"),
    path("sessions/<uuid:pk>/scratchpad", run.scratchpad, name="session-scratchpad"),
    path("sessions/<uuid:pk>/variables", run.variables, name="session-variables"),
    path("sessions/<uuid:pk>/reference", run.reference, name="session-reference"),
    path("sessions/<uuid:pk>/steps", run.add_custom_step, name="session-add-custom-step"),
    path("sessions/<uuid:pk>/steps/drop", run.drop_custom_step, name="session-drop-custom-step"),
    path("sessions/<uuid:pk>/bring-back", run.bring_back, name="session-bring-back"),
    path("sessions/<uuid:pk>/complete", run.complete, name="session-complete"),
]
