"""Every address of the API, without trailing slashes."""

from django.urls import path

from exports_app import api as exports
from exports_app import redact_api
from resolutionflow.api import docs
from sessions_app.api import sessions
from sessions_app.attachments import api as files_api
from sessions_app.completion import api as completion_api
from sessions_app.preparing import api as preparing_api
from sessions_app.save_as_flow import api as saving_api
from sessions_app.step_library import api as library_api
from trees_app import api as trees

urlpatterns = [
    path("schema", docs.SchemaView.as_view(), name="api-schema"),
    path("docs", docs.DocsView.as_view(), name="api-docs"),
    path("sessions", sessions.SessionList.as_view(), name="api-sessions"),
    path("sessions/current", sessions.CurrentSession.as_view(), name="api-session-current"),
    path("sessions/prepare", preparing_api.PrepareSession.as_view(), name="api-session-prepare"),
    path("sessions/batch", preparing_api.PrepareBatch.as_view(), name="api-session-batch"),
    path("sessions/<id:pk>", sessions.SessionDetail.as_view(), name="api-session"),
    path(
        "sessions/<id:pk>/complete",
        sessions.CompleteSession.as_view(),
        name="api-session-complete",
    ),
    path(
        "sessions/<id:pk>/scratchpad",
        sessions.SessionScratchpad.as_view(),
        name="api-session-scratchpad",
    ),
    path(
        "sessions/<id:pk>/variables",
        sessions.SessionVariables.as_view(),
        name="api-session-variables",
    ),
    path(
        "sessions/<id:pk>/reference",
        sessions.SessionReference.as_view(),
        name="api-session-reference",
    ),
    path("sessions/<id:pk>/title", sessions.SessionTitle.as_view(), name="api-session-title"),
    path(
        "sessions/<id:pk>/addenda",
        completion_api.SessionAddenda.as_view(),
        name="api-session-addenda",
    ),
    path(
        "sessions/<id:pk>/attachments",
        files_api.SessionAttachments.as_view(),
        name="api-session-attachments",
    ),
    path("sessions/<id:pk>/export", exports.ExportSession.as_view(), name="api-session-export"),
    path(
        "sessions/<id:pk>/save-as-tree",
        saving_api.SaveSessionAsTree.as_view(),
        name="api-session-save-as-tree",
    ),
    path("steps", library_api.StepList.as_view(), name="api-steps"),
    path("trees", trees.TreeList.as_view(), name="api-trees"),
    path("trees/validate", trees.ValidateTree.as_view(), name="api-tree-validate"),
    path("trees/<id:pk>", trees.TreeDetail.as_view(), name="api-tree"),
    path("trees/<id:pk>/publish", trees.PublishTree.as_view(), name="api-tree-publish"),
    path("trees/<id:pk>/fork", trees.ForkTree.as_view(), name="api-tree-fork"),
    path("redact", redact_api.RedactText.as_view(), name="api-redact"),
]
