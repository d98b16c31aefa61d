"""`manage.py export_session ID --format psa`: the export alone on standard output."""

import argparse
import sys
import uuid
from dataclasses import fields
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exports_app.options import ExportOptions, OptionsError, SummaryOverrides, option_choices
from exports_app.service import RedactionFailed, export_session
from sessions_app.models import Session

SUMMARY_PREFIX = "summary_"


class Command(BaseCommand):
    help = "Print the export of a session. Nothing but the export goes to standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", help="The session's id (a UUID).")
        choices = option_choices()
        for option in fields(ExportOptions):
            flag = "--" + option.name.replace("_", "-")
            if option.name in choices:
                parser.add_argument(flag, choices=choices[option.name], default=option.default)
            elif isinstance(option.default, bool):
                parser.add_argument(
                    flag, action=argparse.BooleanOptionalAction, default=option.default
                )
            elif option.name == "max_step_index":
                parser.add_argument(flag, type=int, help="Steps 1 to this one; all without it.")
        for part in fields(SummaryOverrides):
            parser.add_argument(
                "--summary-" + part.name.replace("_", "-"), help="Typed over the summary block."
            )

    def handle(self, *args: Any, **options: Any) -> None:
        work_session = get_session(options["id"])
        try:
            rendered = export_session(work_session, parse_options(options))
        except OptionsError as error:
            lines = (f"{wrong['field']}: {wrong['message']}" for wrong in error.errors)
            raise CommandError("\n".join(lines)) from None
        except RedactionFailed:
            raise CommandError(
                "The redaction failed, so nothing is shown. The log has the reason."
            ) from None
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")  # whatever LANG says: exports are UTF-8
        self.stdout.write(rendered.content, ending="")


def get_session(text: str) -> Session:
    """Return the session with this id; raise `CommandError` for no id or no session."""
    try:
        pk = uuid.UUID(text)
    except ValueError:
        raise CommandError(f"“{text}” is not a session id; it should be a UUID.") from None
    work_session = Session.objects.filter(pk=pk).first()
    if work_session is None:
        raise CommandError(f"There is no session {pk}.")
    return work_session


def parse_options(given: dict[str, Any]) -> ExportOptions:
    """Return the export options that the command's flags ask for; raises `OptionsError`."""
    wanted = {
        option.name: given[option.name]
        for option in fields(ExportOptions)
        if option.name in given and option.name != "summary"
    }
    wanted["summary"] = {
        part.name: given.get(SUMMARY_PREFIX + part.name) for part in fields(SummaryOverrides)
    }
    return ExportOptions.parse(wanted)
