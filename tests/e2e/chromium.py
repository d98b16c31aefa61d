"""The browser of the tests: found, else installed, else left out with one line.

Looking for it starts nothing of Playwright, whose driver may lack a library of its own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The headless shell is a Chromium without a window: the same pages from less of the processor.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
BROWSER_PACKAGES = ("chromium-headless-shell", "fonts-liberation")
OTHER_BROWSER_PACKAGES = ("chromium", "fonts-liberation")  # of systems without the shell
DRIVER_PACKAGES = ("libatomic1",)  # of Playwright's driver
APT_INSTALL = ("apt-get", "install", "-y", "-qq", "--no-install-recommends")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowserError(Exception):
    """The tests can't drive a browser; the message says why in a part of a sentence."""


def find() -> str | None:
    """Return the path of a Chromium: `CHROMIUM`, one on the path, or Playwright's own."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    return _find_downloaded()


def _find_downloaded() -> str | None:
    """Return the newest Chromium that Playwright has downloaded."""
    cache = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    found = sorted(path for path in Path(cache).glob("chromium-*/*/chrome") if path.is_file())
    return str(found[-1]) if found else None


def prepare() -> str:
    """Return the path of a Chromium that can be driven; install what is missing.

    Raises `NoBrowserError` where that can't be done.
    """
    missing = find_missing()
    if missing:
        print("Installing a Chromium for the browser tests …", flush=True)
        install(missing)
        missing = find_missing()
    path = find()
    if missing or path is None:
        raise NoBrowserError(f"Debian, Ubuntu: apt-get install {' '.join(missing)}")
    if not succeeds([path, *ARGUMENTS, "--version"]):
        raise NoBrowserError(f"{path} can't start")
    return path


def find_missing() -> list[str]:
    """Return the packages that the tests need to drive a browser and that are not there."""
    missing = [] if find() else [*BROWSER_PACKAGES]
    return missing if is_driver_ready() else [*missing, *DRIVER_PACKAGES]


def install(packages: list[str]) -> None:
    """Install Debian's packages where that may be done; else have Playwright download a browser."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        succeeds(["apt-get", "update", "-qq"])
        others = [*OTHER_BROWSER_PACKAGES, *DRIVER_PACKAGES]
        if any(succeeds([*APT_INSTALL, *names]) for names in (packages, others)):
            return
    if find() is None and is_driver_ready():
        succeeds([sys.executable, "-m", "playwright", "install", "chromium"])


def is_driver_ready() -> bool:
    """Return whether Playwright's driver, a program of its own, can start."""
    return succeeds([sys.executable, "-m", "playwright", "--version"])


def succeeds(command: list[str]) -> bool:
    """Run a command without its output; return whether it ended well."""
    surroundings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        ended = subprocess.run(
            command,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return False
    return ended.returncode == 0
