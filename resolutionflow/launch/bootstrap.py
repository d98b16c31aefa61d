"""Make the virtual environment and install what is needed, then run something in it.

    python3 -I resolutionflow/launch/bootstrap.py [--dev] COMMAND [ARGUMENT ...]

Standard library only, in syntax that an old Python reads too, so that it can say what it needs.
`pip` runs only when a lock file changed since the last time, and takes no file but those whose
digest the lock names.
"""
# ruff: noqa: UP031, RUF005, S603

import hashlib
import os
import shutil
import subprocess
import sys
from typing import NoReturn

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
BASE_DIR = os.path.dirname(os.path.dirname(HERE))  # noqa: PTH120
VENV = os.path.join(BASE_DIR, ".venv")  # noqa: PTH118
PYTHON = os.path.join(VENV, "bin", "python")  # noqa: PTH118
MIN_PYTHON = (3, 11)
PYTHON_NAMES = ("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python")
PROBE = (
    "import sys, importlib.util as u; "
    "print(sys.version_info[:2] >= %r, u.find_spec('ensurepip') is not None)" % (MIN_PYTHON,)
)


def exit_with(message: str) -> NoReturn:
    sys.exit("resolutionflow: " + message)


def probe_python(python: str) -> tuple:
    """Return whether `python` is new enough, and whether it can make an environment with pip."""
    try:
        out = subprocess.run(
            [python, "-I", "-c", PROBE],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=60,
        ).stdout.split()
    except (OSError, subprocess.SubprocessError):
        return False, False
    return out[:1] == [b"True"], out[1:] == [b"True"]


def find_python() -> str:
    """Return the first interpreter that can make the environment; exit with a message if none."""
    is_there_without_pip = False
    for name in (sys.executable,) + PYTHON_NAMES:
        path = name and shutil.which(name)
        if not path:
            continue
        is_new, has_pip = probe_python(path)
        if is_new and has_pip:
            return path
        is_there_without_pip = is_there_without_pip or is_new
    if is_there_without_pip:
        exit_with(
            "this Python comes without ensurepip, which makes virtual environments "
            "(Debian, Ubuntu: apt-get install python3-venv)."
        )
    exit_with(
        "needs Python 3.11 or newer; this is Python %d.%d and no newer one is on the path."
        % sys.version_info[:2]
    )


def has_environment() -> bool:
    return probe_python(PYTHON)[0] and (
        subprocess.run([PYTHON, "-I", "-c", "import pip"], stderr=subprocess.DEVNULL).returncode
        == 0
    )


def file_digest(path: str) -> str:
    with open(path, "rb") as file:  # noqa: PTH123
        return hashlib.sha256(file.read()).hexdigest()


def is_installed(stamp: str, digest: str) -> bool:
    try:
        with open(stamp) as file:  # noqa: PTH123
            return file.read() == digest
    except OSError:
        return False


def install(is_dev: bool) -> None:
    """Install what is locked unless the stamp says that this very lock is installed."""
    name = "requirements-dev.lock" if is_dev else "requirements.lock"
    lock = os.path.join(BASE_DIR, name)  # noqa: PTH118
    stamp = os.path.join(VENV, "installed-" + name)  # noqa: PTH118
    digest = file_digest(lock)
    if is_installed(stamp, digest) and os.path.exists(PYTHON):  # noqa: PTH110
        return
    if not has_environment():
        python = find_python()
        print("Making the environment in .venv …", flush=True)
        made = subprocess.run([python, "-m", "venv", "--clear", VENV]).returncode
        if made != 0:
            exit_with("the environment in .venv could not be made; the lines above say why.")
    print("Installing what %s names …" % name, flush=True)
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run(command + ["--require-hashes", "-r", lock]).returncode != 0:
        exit_with("not everything could be installed; the lines above say why.")
    with open(stamp, "w") as file:  # noqa: PTH123
        file.write(digest)


def main(arguments: list) -> None:
    is_dev = arguments[:1] == ["--dev"]
    command = arguments[1:] if is_dev else arguments
    try:
        install(is_dev)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        exit_with("%s can't be written: %s." % (error.filename or VENV, error.strerror))
    if command:
        os.chdir(BASE_DIR)
        os.execv(PYTHON, [PYTHON] + command)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
