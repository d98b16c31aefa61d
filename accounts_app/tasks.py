"""Background tasks of accounts; procrastinate finds them by this module's name."""

from accounts_app.addresses import tasks as addresses
from accounts_app.mail import tasks as mail
from accounts_app.passwords import tasks as passwords

__all__ = ["addresses", "mail", "passwords"]
