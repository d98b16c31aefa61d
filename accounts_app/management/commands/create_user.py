"""`manage.py create_user USERNAME --account NAME --role ROLE [--team TEAM] [--password P]`"""

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts_app.command_line import command_error, get_account, require_storable
from accounts_app.models import Account, Team, User


class Command(BaseCommand):
    help = "Make a user of an account. Without --password it is asked for, unseen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--account", required=True, help="The account's name.")
        parser.add_argument("--role", required=True, choices=User.Role.values)
        parser.add_argument("--team", help="The name of one of the account's teams.")
        parser.add_argument("--email", default="")
        parser.add_argument("--password", help="Others may see it in the list of processes.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_storable(**{name: options[name] for name in ("username", "email", "password")})
        account = get_account(options["account"])
        user = User(
            username=options["username"],
            account=account,
            role=options["role"],
            team=get_team(account, options["team"]),
            email=options["email"],
            must_change_password=True,
        )
        try:
            user.full_clean(exclude=["password"])
            password = options["password"]
            if password is None:
                password = ask_for_password()
            validate_password(password, user)
        except ValidationError as error:
            raise command_error(error) from None
        user.set_password(password)
        user.save()
        self.stdout.write(
            f"Made the {user.role} “{user.username}” of “{account.name}”, who signs in as "
            f"{user.sign_in_name}."
        )


def get_team(account: Account, name: str | None) -> Team | None:
    """Return the account's team with this name; raise `CommandError` with its teams."""
    if name is None:
        return None
    require_storable(team=name)
    team = account.teams.filter(name=name).first()
    if team is None:
        names = [f"“{known}”" for known in account.teams.values_list("name", flat=True)[:20]]
        there = f"Its teams: {', '.join(names)}." if names else "It has no teams yet."
        raise CommandError(f"“{account.name}” has no team “{name}”. {there}")
    return team


def ask_for_password() -> str:
    """Return the password, typed twice; raise `CommandError` without a terminal or a match."""
    if not sys.stdin.isatty():
        raise CommandError("Give --password, or run this in a terminal, where it is asked for.")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Password again: "):
        raise CommandError("The two passwords differ.")
    return password
