"""`make test-clock`: the tests of what shows or counts times, at moments at which times go wrong.

The tests that depend on the clock run again and again with Python's clock at each of `MOMENTS`; the
database keeps its own. `make test-clock ARGS="2028-02-29T12:00Z -k history"` takes one moment
and pytest's arguments. Whatever runs with `TEST_CLOCK` set to a moment has that time.
"""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

VARIABLE = "TEST_CLOCK"
FOLDER = Path(__file__).parent
# In UTC, as the server's clock is. The tests' accounts are in Berlin, Copenhagen and Los Angeles.
MOMENTS = (
    "2026-11-28T23:59:30Z",
    "2026-11-28T22:59:30Z",  # midnight is near in Berlin
    "2026-11-28T23:30:00Z",  # 00:30 there
    "2026-11-29T00:30:00Z",
    "2026-12-31T22:59:30Z",
    "2027-01-31T23:30:00Z",
    "2027-03-28T00:59:30Z",  # the hour that Berlin leaves out begins
    "2026-10-25T00:30:00Z",  # 02:30 in Berlin, for the first time
    "2026-10-25T01:30:00Z",  # for the second time
    "2026-11-01T09:30:00Z",  # the same in Los Angeles
    "2028-02-29T12:00:00Z",
    "2028-02-29T23:30:00Z",
)
AREAS = (
    "accounts_app",
    "exports_app",
    "sessions_app",
    "project/test_dates.py",
    "project/test_pages.py",
    "e2e/test_narrow_pages.py",
    "e2e/test_phone.py",
    "e2e/test_history.py",
)


def moment() -> datetime | None:
    """Return the time that the tests are to have; None for the real one."""
    text = os.environ.get(VARIABLE)
    return datetime.fromisoformat(text) if text else None


def main(arguments: list[str]) -> int:
    """Run the areas at each moment, or at the one named first; return the worst exit code."""
    moments: tuple[str, ...] = MOMENTS
    if arguments and arguments[0][:4].isdecimal():
        moments, arguments = (arguments[0],), arguments[1:]
    paths = [one for one in arguments if (FOLDER.parent / one.split("::")[0]).exists()]
    codes = []
    for one in moments:
        print(f"\nThe clock says {one}.", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal"]
        # Their rows have the database's times.
        command += ["--ignore-glob=*/test_query_plans.py"]
        command += arguments if paths else [*(f"tests/{area}" for area in AREAS), *arguments]
        codes.append(
            subprocess.run(command, env={**os.environ, VARIABLE: one}, check=False).returncode
        )
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
