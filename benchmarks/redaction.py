"""How fast redaction is, and that it stays linear (SPEC section 9: 5 MB/s on log text).

Run from the project's root:

    python benchmarks/redaction.py            # table of log text and adversarial shapes
    python benchmarks/redaction.py --size 4   # shapes of 4 MB

The log text is generated: one address, one request id and one time stamp a line, and every
fiftieth line something secret. A shape is linear when twice the text takes about twice the time.
The exit status is 1 when a shape more than triples, or when log text is slower than the floor
without host names (with them it is measured, and costs about half as much again).
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from exports_app.redaction import find

FLOOR = 5.0
SHAPES = {
    "1.1.1.1.": "1.1.1.1.",
    "1.2.3.4 ": "1.2.3.4 ",
    ":": ":",
    "ffff:": "ffff:",
    "ffff::": "ffff::",
    "@": "@",
    "a@a.": "a@a.",
    "a@b.co ": "a@b.co ",
    "a": "a",
    "A1-": "A1-",
    "digits": "1",
    "blanks": " ",
    "newlines": "\n",
    "base64": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo",
    "base64url": "QUJ-REVGR_hJSktM2U5PUFFSU1RVV4dYWVo",
    "eyJ.": "eyJhbGciOiJ9.",
    "backslashes": "\\",
    "\\a": "\\a",
    "\\\\a ": "\\\\a ",
    "//a/": "//a/",
    "://a:": "://a:",
    "password ": "password ",
    "password is ": "password is ",
    "password: ": "password: ",
    "key=": "key=",
    "pem": "-----BEGIN RSA PRIVATE KEY-----\n",
    "pem body": "-----BEGIN PRIVATE KEY-----\nQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo\n",
    "a-": "a-",
    "a.": "a.",
    "quotes": "\"'`",
    "brackets": "([{<",
    "<a>": "<password>",
    "|": "| a ",
    " dot ": "a at b dot ",
    "net use": "net use ",
    "curl -u": "curl -u a -p ",
    "username": "username a ",
    "phone": "phone 1-1-",
    "%40": "a%40",
    "=": "a=b&",
}


def log_text(size: int) -> str:
    """At least `size` characters of service log."""
    lines, length, number = [], 0, 0
    while length < size:
        number += 1
        clock = f"{number % 24:02d}:{number % 60:02d}:{number * 7 % 60:02d}"
        line = (
            f"2025-03-{number % 28 + 1:02d}T{clock}Z srv-app{number % 90} INFO sshd[{number}]: "
            f"connection from 10.{number % 250}.{number * 3 % 250}.7 "
            f"port {number % 60000 + 1000} accepted for user{number % 500}, "
            f"request id 0f8fad5b-d9cb-469f-a165-{number:012d} took {number % 900} ms"
        )
        if number % 50 == 0:
            line += f" mail bob{number}@contoso.example password: Winter{number}!"
        lines.append(line)
        length += len(line) + 1
    return "\n".join(lines)


def seconds(text: str, *, hosts: bool, repeats: int = 2) -> float:
    """The best of `repeats` runs."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        find(text, redact_hostnames=hosts)
        best = min(best, time.process_time() - start)
    return best


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=float, default=1.0, help="megabytes of each shape")
    parser.add_argument("--only", default="", help="part of the names of the shapes to run")
    options = parser.parse_args()
    size = int(options.size * 1e6)
    failed = False
    print(f"{'text':14}{'hosts':>6}{'MB/s':>9}{'half s':>9}{'full s':>9}{'ratio':>7}")
    rows: list[tuple[str, str]] = [("log", "")]
    rows += [(name, unit) for name, unit in SHAPES.items() if options.only in name]
    for name, unit in rows:
        for hosts in (False, True):
            full = log_text(size) if name == "log" else unit * (size // len(unit))
            half = full[: len(full) // 2]
            short, long = seconds(half, hosts=hosts), seconds(full, hosts=hosts)
            ratio = long / max(short, 1e-9)
            speed = len(full) / 1e6 / long
            bad = (long > 0.1 and ratio > 3) or (name == "log" and not hosts and speed < FLOOR)
            failed |= bad
            print(
                f"{name:14}{'on' if hosts else 'off':>6}{speed:9.1f}{short:9.3f}{long:9.3f}"
                f"{ratio:7.2f}{'  !' if bad else ''}",
                flush=True,
            )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
