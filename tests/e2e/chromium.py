"""The browser of the tests: found, else installed, else left out with one line.

Looking for it starts nothing of Playwright, whose driver may lack a library of its own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_PACKAGES = ("chromium", "fonts-liberation")
DRIVER_PACKAGES = ("libatomic1",)
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
    packages = [] if find() else [*BROWSER_PACKAGES]
    if not is_driver_ready():
        packages += DRIVER_PACKAGES
    if packages:
        print("Installing a Chromium for the browser tests …", flush=True)
        install(packages)
    if not is_driver_ready():
        raise NoBrowserError(f"Playwright can't start ({by_hand(DRIVER_PACKAGES)})")
    path = find()
    if path is None:
        raise NoBrowserError(f"there is no Chromium ({by_hand(BROWSER_PACKAGES)})")
    if not succeeds([path, *ARGUMENTS, "--version"]):
        raise NoBrowserError(f"{path} can't start")
    return path


def install(packages: list[str]) -> None:
    """Install Debian's packages where that may be done; else have Playwright download a browser."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        succeeds(["apt-get", "update", "-qq"])
        if succeeds(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]):
            return
    if find() is None and is_driver_ready():
        succeeds([sys.executable, "-m", "playwright", "install", "chromium"])


def is_driver_ready() -> bool:
    """Return whether Playwright's driver, a program of its own, can start."""
    return succeeds([sys.executable, "-m", "playwright", "--version"])


def by_hand(packages: tuple[str, ...]) -> str:
    return f"Debian, Ubuntu: apt-get install {' '.join(packages)}"


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
