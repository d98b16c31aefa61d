"""`manage.py purge_sessions [--dry-run]`"""

from sessions_app.management.policy_command import PolicyCommand
from sessions_app.retention import run_policies


class Command(PolicyCommand):
    help = (
        "Archive completed sessions that are older than their account keeps them, and delete them."
    )
    policy = staticmethod(run_policies.purge)
