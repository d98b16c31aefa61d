"""`manage.py purge_sessions [--dry-run]`"""

from sessions_app.lifecycle import everywhere
from sessions_app.management.policy_command import PolicyCommand


class Command(PolicyCommand):
    help = (
        "Archive completed sessions that are older than their account keeps them, and delete them."
    )
    policy = staticmethod(everywhere.purge)
