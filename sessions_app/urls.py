"""Addresses of the session pages."""

from django.urls import path

from sessions_app.views import (
    batch,
    closing,
    dashboard,
    detail,
    files,
    handing_over,
    history,
    prepare,
    renaming,
    save_as_flow,
)
from sessions_app.views.run import answering, autosaving, completing, own_steps, page, variables

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
    path("sessions/<uuid:pk>", detail.session_detail, name="session-detail"),
    path("sessions/<uuid:pk>/title", renaming.rename, name="session-rename"),
    path("sessions/<uuid:pk>/close", closing.close, name="session-close"),
    path("sessions/<uuid:pk>/reopen", closing.reopen, name="session-reopen"),
    path("sessions/<uuid:pk>/delete", closing.delete, name="session-delete"),
    path("sessions/<uuid:pk>/pin", closing.pin, name="session-pin"),
    path("sessions/<uuid:pk>/begin", prepare.begin, name="session-begin"),
    path("sessions/<uuid:pk>/hand-over", handing_over.hand_over, name="session-hand-over"),
    path("sessions/<uuid:pk>/attachments", files.attach, name="session-attach"),
    path("attachments/<uuid:pk>", files.attachment, name="attachment"),
    path("attachments/<uuid:pk>/remove", files.remove, name="attachment-remove"),
    path("sessions/<uuid:pk>/run", page.run, name="session-run"),
    path("sessions/<uuid:pk>/answer", answering.answer, name="session-answer"),
    path("sessions/<uuid:pk>/typing", autosaving.typing, name="session-typing"),
    path("sessions/<uuid:pk>/scratchpad", autosaving.scratchpad, name="session-scratchpad"),
    path("sessions/<uuid:pk>/variables", variables.variables, name="session-variables"),
    path("sessions/<uuid:pk>/reference", variables.reference, name="session-reference"),
    path("sessions/<uuid:pk>/steps", own_steps.add, name="session-add-custom-step"),
    path("sessions/<uuid:pk>/steps/library", own_steps.choose, name="session-step-library"),
    path("sessions/<uuid:pk>/steps/drop", own_steps.drop, name="session-drop-custom-step"),
    path("sessions/<uuid:pk>/bring-back", answering.bring_back, name="session-bring-back"),
    path("sessions/<uuid:pk>/save-as-flow", save_as_flow.save_as_flow, name="session-save-as-flow"),
    path("sessions/<uuid:pk>/complete", completing.complete, name="session-complete"),
]
