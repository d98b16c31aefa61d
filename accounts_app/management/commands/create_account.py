"""`manage.py create_account NAME [--timezone Z]`"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser

from accounts_app.command_line import command_error, require_storable
from accounts_app.models import Account


class Command(BaseCommand):
    help = "Make an account (an MSP)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="Its name, as people write it.")
        parser.add_argument(
            "--timezone", default="UTC", help="An IANA name such as Europe/Berlin (UTC)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_storable(name=options["name"], timezone=options["timezone"])
        account = Account(name=options["name"].strip(), time_zone=options["timezone"])
        try:
            account.full_clean()
        except ValidationError as error:
            raise command_error(error) from None
        account.save()
        self.stdout.write(f"Made the account “{account.name}”.")
