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
    path = chromium.find()
    if path is None:
        print("Installing a Chromium for the browser tests …", flush=True)
        path = chromium.install()
    if path is None:
        print("No Chromium could be found or installed: the tests marked “browser” are left out.")
        given += ["-m", "not browser"]
    else:
        os.environ["CHROMIUM"] = path
    return int(pytest.main(given))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
