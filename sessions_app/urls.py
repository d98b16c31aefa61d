"""Addresses of the session pages."""

from django.urls import path

from sessions_app.attachments import views as attachments_views
from sessions_app.batches import views as batches_views
from sessions_app.completion import addendum_views
from sessions_app.completion import views as completion_views
from sessions_app.continuing import views as continuing_views
from sessions_app.handover import news_views
from sessions_app.handover import views as handover_views
from sessions_app.history import dashboard_views, delete_views, detail_views, reference_views
from sessions_app.history import views as history_views
from sessions_app.overview import views as overview_views
from sessions_app.preparing import views as preparing_views
from sessions_app.retention import views as retention_views
from sessions_app.run import answer_views, autosave_views, custom_step_views, variable_views
from sessions_app.run import views as run_views
from sessions_app.save_as_flow import views as save_as_flow_views
from sessions_app.titles import views as titles_views

urlpatterns = [
    path("", dashboard_views.dashboard, name="dashboard"),
    path("flows/<id:pk>/start", history_views.start, name="session-start"),
    path("flows/<id:pk>/prepare", preparing_views.prepare, name="session-prepare"),
    path("flows/<id:pk>/batch", batches_views.create_batch, name="batch-new"),
    path("batches", batches_views.batch_list, name="batch-list"),
    path("batches/<id:pk>", batches_views.batch, name="batch-detail"),
    path("batches/<id:pk>/answer", batches_views.answer, name="batch-answer"),
    path("overview", overview_views.account_overview, name="account-overview"),
    path("sessions", history_views.session_list, name="session-list"),
    path("sessions/sidebar", history_views.sidebar, name="session-sidebar"),
    path("sessions/news", news_views.news, name="handover-news"),
    path("sessions/<id:pk>", detail_views.session_detail, name="session-detail"),
    path("sessions/<id:pk>/title", titles_views.rename, name="session-rename"),
    path("sessions/<id:pk>/ticket", reference_views.ticket, name="session-ticket"),
    path("sessions/<id:pk>/close", completion_views.close, name="session-close"),
    path("sessions/<id:pk>/reopen", completion_views.reopen, name="session-reopen"),
    path("sessions/<id:pk>/open-again", completion_views.open_again, name="session-open-again"),
    path("sessions/<id:pk>/discard", delete_views.discard, name="session-discard"),
    path("sessions/<id:pk>/continue", continuing_views.continue_in, name="session-continue"),
    path("sessions/<id:pk>/delete", delete_views.delete, name="session-delete"),
    path("sessions/<id:pk>/pin", retention_views.pin, name="session-pin"),
    path("sessions/<id:pk>/begin", preparing_views.start_prepared, name="session-begin"),
    path("sessions/<id:pk>/hand-over", handover_views.hand_over, name="session-hand-over"),
    path("sessions/<id:pk>/attachments", attachments_views.attach, name="session-attach"),
    path("attachments/<id:pk>", attachments_views.attachment, name="attachment"),
    path("attachments/<id:pk>/remove", attachments_views.remove, name="attachment-remove"),
    path("sessions/<id:pk>/run", run_views.run, name="session-run"),
    path("sessions/<id:pk>/answer", answer_views.answer, name="session-answer"),
    path("sessions/<id:pk>/typing", autosave_views.typing, name="session-typing"),
    path("sessions/<id:pk>/scratchpad", autosave_views.scratchpad, name="session-scratchpad"),
    path("sessions/<id:pk>/variables", variable_views.variables, name="session-variables"),
    path("sessions/<id:pk>/reference", variable_views.reference, name="session-reference"),
    path("sessions/<id:pk>/steps", custom_step_views.add, name="session-add-custom-step"),
    path("sessions/<id:pk>/steps/library", custom_step_views.add_form, name="session-step-library"),
    path("sessions/<id:pk>/steps/drop", custom_step_views.remove, name="session-drop-custom-step"),
    path("sessions/<id:pk>/bring-back", answer_views.restore_branch, name="session-bring-back"),
    path(
        "sessions/<id:pk>/save-as-flow",
        save_as_flow_views.save_as_flow,
        name="session-save-as-flow",
    ),
    path("sessions/<id:pk>/complete", completion_views.complete, name="session-complete"),
    path("sessions/<id:pk>/addendum", addendum_views.add, name="session-addendum"),
]
