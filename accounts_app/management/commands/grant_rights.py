"""`manage.py grant_rights ROLE`: the application's database role, after each migration."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from accounts_app.application_role import grant_rights


class Command(BaseCommand):
    help = "Gives a database role the rights of the application; run it as the tables' owner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="The role of the application, which must exist.")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["role"]
        try:
            grant_rights(role)
        except DatabaseError as error:
            raise CommandError(" ".join(str(error).split())) from None
        self.stdout.write(f"{role} may read and write rows; the audit log it can only add to.")
