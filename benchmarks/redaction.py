"""How fast redaction is, and that it stays linear (SPEC section 9: 5 MB/s on log text).

Run from the project's root:

    python benchmarks/redaction.py            # table of log text and adversarial shapes
    python benchmarks/redaction.py --size 4   # shapes of 4 MB

The log text is generated, in the manner of many sources: see `redaction_logs`. A shape is linear
when twice the text takes about twice the time. Time is the processor's. The exit status is 1 when a
shape grows by more than 2.5, or when log text is slower than the floor, with host names or without.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.redaction_logs import LOGS
from resolutionflow.redaction import find

FLOOR = 5.0
GROWTH = 2.5
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
    "key=..": "key=..",
    "key=%": "tap: key=%",
    ":pin": ":pin",
    "pin: ": "pin: ",
    "token ": "token ",
    "pw=a b;": "uid=a;Password=a b;",
    "-u key=": "curl -u a=key=",
    "-name pw": "-name password ",
    "eyJ": "eyJ",
    "csv and key": "net use a,password\n1,Winter22!\nkey=%,",
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
    "is the pass": "a1b2c is the password ",
    "table head": "user,password\n",
    "table rows": "a,password\n1,Winter22!\n",
    "root/": "user root/a1b2c3 ",
    "mail:pw": "ab@c.example:a1b2c3 ",
    "unc blanks": "\\\\a b\\c d ",
    "//host": "http://a ",
    "@host": "ab@a ",
    "ping": "ping a1\n",
    "value {": 'password {"value": ',
    "%3a": "a%3ab",
    "$6$": "$6$",
    "snmp": "snmp sha a ",
    "key hex": "key 0123456789abcdef0123456789abcdef ",
    "Aa1": "Aa1",
    "mac": "00:11:22:33:44:55",
    "pgpass": ":5432:a:b:",
    "chap": "a * b1b2b3 *\n",
    "auth plain": "auth plain ",
    "334": "334 \n",
    "codes": "recovery codes:\n",
    "codes below": "ab12-cd34\n",
    "dashes": "password\n---\n",
    "name=": '<a name="password">',
    "prompt": "edge-1# show ",
    "A0": "A0",
    "wide": "\uff11\uff0e",
    "unseen": "1\u200b.",
}


def log_text(size: int, line: Callable[[int, str], str]) -> str:
    """At least `size` characters of such lines."""
    lines, length, number = [], 0, 0
    while length < size:
        number += 1
        clock = f"{number % 24:02d}:{number % 60:02d}:{number * 7 % 60:02d}"
        lines.append(line(number, clock))
        length += len(lines[-1]) + 1
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
    for name in (name for name in (*LOGS, *SHAPES) if options.only in name):
        log = name in LOGS
        full = log_text(size, LOGS[name]) if log else SHAPES[name] * (size // len(SHAPES[name]))
        for hosts in (False, True):
            half = full[: len(full) // 2]
            short, long = seconds(half, hosts=hosts), seconds(full, hosts=hosts)
            ratio = long / max(short, 1e-9)
            speed = len(full) / 1e6 / long
            bad = (long > 0.1 and ratio > GROWTH) or (log and speed < FLOOR)
            failed |= bad
            print(
                f"{name:14}{'on' if hosts else 'off':>6}{speed:9.1f}{short:9.3f}{long:9.3f}"
                f"{ratio:7.2f}{'  !' if bad else ''}",
                flush=True,
            )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
