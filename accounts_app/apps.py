from django.apps import AppConfig
from django.core.checks import Tags, register
from django.urls import register_converter

from resolutionflow.launch.old_database import check_database_age
from resolutionflow.web.converters import IdConverter


class AccountsConfig(AppConfig):
    name = "accounts_app"
    verbose_name = "Accounts"

    def ready(self) -> None:
        # Before any address is read: every list of addresses may use it.
        register_converter(IdConverter, "id")
        register(check_database_age, Tags.database)
        # Here, as the receivers need the models.
        from accounts_app import audit_events

        audit_events.connect_signals()
