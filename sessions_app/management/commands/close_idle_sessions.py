"""`manage.py close_idle_sessions [--dry-run]`"""

from sessions_app.management.policy_command import PolicyCommand
from sessions_app.retention import run_policies


class Command(PolicyCommand):
    help = "Close sessions that nobody touched for as many days as their account's policy says."
    policy = staticmethod(run_policies.close_idle)
