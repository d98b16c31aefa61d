"""How long anything may wait for the database: bounds that every connection gets.

What `DATABASE_URL` says comes first.
"""

from typing import Any


def bounded(
    options: dict[str, Any], *, connect_seconds: int, lock_seconds: int, statement_seconds: int
) -> dict[str, Any]:
    """Return the connection options with all waits bounded.

    The server ends a statement that runs, or waits for a lock, for too long, and a transaction
    whose process went silent in the middle; the system ends a connection to a machine that is gone.
    """
    server_settings = {
        "lock_timeout": f"{lock_seconds}s",
        "statement_timeout": f"{statement_seconds}s",
        "idle_in_transaction_session_timeout": f"{max(60, statement_seconds)}s",
    }
    written = str(options.get("options", ""))
    added = [f"-c {name}={value}" for name, value in server_settings.items() if name not in written]
    return {
        "connect_timeout": connect_seconds,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
        **options,
        "options": " ".join([*added, written]).strip(),
    }
