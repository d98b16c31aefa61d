"""`make search`: the property tests with random examples, round after round, for some minutes.

Each round has a seed, which is printed at its start and when it fails. `make search SEED=7` repeats
that round alone, without a limit of time. `ARGS` are pytest's: `make search ARGS="-k title"`.
"""

import argparse
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent
# Below this a round is hardly worth its start.
MIN_SECONDS = 30


def files_with_properties() -> list[str]:
    """Return the test files that make examples; the others need not be collected."""
    return [
        str(path)
        for path in sorted(FOLDER.rglob("test_*.py"))
        if "from hypothesis import" in path.read_text()
    ]


def run_round(seed: int, arguments: list[str], until: float | None) -> int:
    """Run every property test with this seed and return pytest's exit code.

    What has not begun at the time `until` (in seconds since the epoch) is left out.
    """
    command = [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "worksteal"]
    command += ["-m", "hypothesis", "--hypothesis-profile", "search"]
    command += [f"--hypothesis-seed={seed}", *files_with_properties(), *arguments]
    environment = dict(os.environ)
    if until is not None:
        environment["SEARCH_UNTIL"] = str(until)
    return subprocess.run(command, env=environment, check=False).returncode


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make search", description=__doc__)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--seed", type=int, help="repeat the round of this seed")
    options, given = parser.parse_known_args(arguments)
    seed = secrets.randbelow(2**32) if options.seed is None else options.seed
    until = None if options.seed is not None else time.time() + 60 * options.minutes
    rounds = 0
    while not rounds or (until is not None and time.time() < until - MIN_SECONDS):
        print(f"search: round {rounds + 1}, seed {seed}", flush=True)
        if code := run_round(seed, given, until):
            print(f"search: failed with seed {seed}; `make search SEED={seed}` repeats it.")
            return code
        rounds += 1
        seed += 1
    print(f"search: nothing found in {rounds} round(s).")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
