"""`manage.py explain_redaction FILE`: what redaction masks in a text, where, and by which rule."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts_app.command_line import get_account
from resolutionflow import redaction


class Command(BaseCommand):
    help = (
        "List what redaction masks in a text: place, kind, rule and what the rule looks for. "
        "The text itself is shown only with --show."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="A text file in UTF-8; - reads the input.")
        parser.add_argument("--hostnames", action="store_true", help="Host names and shares too.")
        parser.add_argument("--phone-numbers", action="store_true", help="Telephone numbers too.")
        parser.add_argument("--account", help="With the redaction settings of this account.")
        parser.add_argument(
            "--show", action=argparse.BooleanOptionalAction, help="Show what is masked, in clear."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        text = read_text(options["file"])
        policy = redaction.DEFAULT_POLICY
        if options["account"]:
            policy = get_account(options["account"]).redaction_policy()
        found = redaction.find(
            text,
            redact_hostnames=options["hostnames"],
            redact_phone_numbers=options["phone_numbers"],
            policy=policy,
        )
        line, line_start = 1, 0
        for finding in found:
            line += text.count("\n", line_start, finding.start)
            line_start = text.rfind("\n", 0, finding.start) + 1
            column = finding.start - line_start + 1
            shown = redaction.PLACEHOLDERS[finding.kind]
            if options["show"]:
                shown = repr(text[finding.start : finding.end])
            self.stdout.write(
                f"{line}:{column}  {finding.kind}  {finding.rule}  "
                f"{redaction.describe_rule(finding.rule)}  {shown}"
            )
        if not found:
            self.stdout.write("Nothing was found to mask.")


def read_text(name: str) -> str:
    """Return the text of a file, or of standard input for `-`; raise `CommandError` if it can't."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{name} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{name} isn't UTF-8 text.") from None
