"""`manage.py load_starter_flows --account NAME`"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts_app.command_line import get_account
from trees_app.importing.json_import import load_starter_flows


class Command(BaseCommand):
    help = "Give an account the flows that ship with the product; those it has stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--account", required=True, help="The account's name.")

    def handle(self, *args: Any, **options: Any) -> None:
        account = get_account(options["account"])
        loaded = load_starter_flows(account)
        for tree in loaded:
            self.stdout.write(tree.name)
        self.stderr.write(f"{len(loaded)} flows loaded into “{account.name}”.")
