"""`make test`: every test, in parallel, those in a browser included where there can be one.

Arguments are pytest's: `make test ARGS="tests/exports_app -k redaction"`.
"""

import os
import sys

import pytest

from tests.e2e import chromium


def main(arguments: list[str]) -> int:
    # A file to a processor, in the order in which they were collected.
    given = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
    given += ["--durations", "15", "--durations-min", "0.5", *arguments]
    try:
        os.environ["CHROMIUM"] = chromium.prepare()
    except chromium.NoBrowserError as error:
        print(f"The tests marked “browser” are left out: {error}.", flush=True)
        given += ["-m", "not browser"]
    return int(pytest.main(given))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
