"""`manage.py close_idle_sessions [--dry-run]`"""

from sessions_app.lifecycle import everywhere
from sessions_app.management.policy_command import PolicyCommand


class Command(PolicyCommand):
    help = "Close sessions that nobody touched for as many days as their account's policy says."
    policy = staticmethod(everywhere.close_idle)
