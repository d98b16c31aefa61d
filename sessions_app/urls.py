"""Addresses of the session pages."""

from django.urls import path

from sessions_app.views import (
    batch,
    dashboard,
    files,
    handing_over,
    history,
    own_steps,
    prepare,
    run,
    save_as_flow,
)

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("flows/<int:pk>/start", history.start, name="session-start"),
    path("flows/<int:pk>/prepare", prepare.prepare, name="session-prepare"),
    path("flows/<int:pk>/batch", batch.new, name="batch-new"),
    path("batches", batch.batch_list, name="batch-list"),
    path("batches/<uuid:pk>", batch.batch, name="batch-detail"),
    path("batches/<uuid:pk>/answer", batch.answer, name="batch-answer"),
    path("sessions", history.session_list, name="session-list"),
    path("sessions/sidebar", history.sidebar, name="session-sidebar"),
    path("sessions/<uuid:pk>", history.session_detail, name="session-detail"),
    path("sessions/<uuid:pk>/delete", history.delete, name="session-delete"),
    path("sessions/<uuid:pk>/begin", prepare.begin, name="session-begin"),
    path("sessions/<uuid:pk>/hand-over", handing_over.hand_over, name="session-hand-over"),
    path("sessions/<uuid:pk>/attachments", files.attach, name="session-attach"),
    path("attachments/<uuid:pk>", files.attachment, name="attachment"),
    path("attachments/<uuid:pk>/remove", files.remove, name="attachment-remove"),
    path("sessions/<uuid:pk>/run", run.run, name="session-run"),
    path("sessions/<uuid:pk>/answer", run.answer, name="session-answer"),
    path("sessions/<uuid:pk>/typing", run.typing, name="session-typing"),
    path("sessions/<uuid:pk>/scratchpad", run.scratchpad, name="session-scratchpad"),
    path("sessions/<uuid:pk>/variables", run.variables, name="session-variables"),
    path("sessions/<uuid:pk>/reference", run.reference, name="session-reference"),
    path("sessions/<uuid:pk>/steps", own_steps.add_custom_step, name="session-add-custom-step"),
    path("sessions/<uuid:pk>/steps/library", own_steps.step_library, name="session-step-library"),
    path("sessions/<uuid:pk>/steps/drop", run.drop_custom_step, name="session-drop-custom-step"),
    path("sessions/<uuid:pk>/bring-back", run.bring_back, name="session-bring-back"),
    path("sessions/<uuid:pk>/save-as-flow", save_as_flow.save_as_flow, name="session-save-as-flow"),
    path("sessions/<uuid:pk>/complete", run.complete, name="session-complete"),
]
