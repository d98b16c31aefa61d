"""`manage.py export_session ID --format psa`: the export alone on standard output."""

import argparse
import sys
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exports_app.options import SUMMARY_FIELDS, ExportOptions, option_choices
from exports_app.redact_document import RedactionTooLong
from exports_app.service import RedactionFailed, export_session
from resolutionflow.web.errors import Invalid
from sessions_app.models import Session

SUMMARY_PREFIX = "summary_"


class Command(BaseCommand):
    help = "Print the export of a session. Nothing but the export goes to standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", help="The session's id (a UUID).")
        choices = option_choices()
        for name, option in ExportOptions.model_fields.items():
            flag = "--" + name.replace("_", "-")
            if name in choices:
                parser.add_argument(flag, choices=choices[name], default=option.default)
            elif isinstance(option.default, bool):
                parser.add_argument(
                    flag, action=argparse.BooleanOptionalAction, default=option.default
                )
            elif name == "max_step_index":
                parser.add_argument(flag, type=int, help="Steps 1 to this one; all without it.")
        for name in SUMMARY_FIELDS:
            parser.add_argument(
                "--summary-" + name.replace("_", "-"), help="Typed over the summary block."
            )

    def handle(self, *args: Any, **options: Any) -> None:
        work_session = get_session(options["id"])
        try:
            rendered = export_session(work_session, parse_options(options))
        except Invalid as error:
            lines = (f"{name}: {message}" for name, message in error.problems)
            raise CommandError("\n".join(lines)) from None
        except RedactionTooLong as error:
            raise CommandError(error.message) from None
        except RedactionFailed:
            raise CommandError(
                "The redaction failed, so nothing is shown. The log has the reason."
            ) from None
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")  # whatever LANG says: exports are UTF-8
        self.stdout.write(rendered.content, ending="")


def get_session(text: str) -> Session:
    """The session with this id; `CommandError` when it isn't an id or there is none."""
    try:
        pk = uuid.UUID(text)
    except ValueError:
        raise CommandError(f"“{text}” is not a session id; it should be a UUID.") from None
    work_session = Session.objects.filter(pk=pk).first()
    if work_session is None:
        raise CommandError(f"There is no session {pk}.")
    return work_session


def parse_options(given: dict[str, Any]) -> ExportOptions:
    """Return the export options that the command's flags ask for; raise `Invalid`."""
    wanted = {
        name: given[name]
        for name in ExportOptions.model_fields
        if name in given and name != "summary"
    }
    wanted["summary"] = {name: given.get(SUMMARY_PREFIX + name) for name in SUMMARY_FIELDS}
    return ExportOptions.parse(wanted)
