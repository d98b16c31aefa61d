"""How fast redaction is, and that it stays linear (SPEC section 9: 5 MB/s on log text).

Run from the project's root:

    python benchmarks/redaction.py            # table of log text and adversarial shapes
    python benchmarks/redaction.py --size 4   # shapes of 4 MB

The log text is generated, in the manner of several sources: a service, a web server with an
address a line, the security log of Windows, `ipconfig /all`, and the notes of an engineer. A shape
is linear when twice the text takes about twice the time. Time is the processor's. The exit status
is 1 when a shape grows by more than 2.5, or when log text is slower than the floor without host
names (with them it is measured, and costs about half as much again).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from exports_app.redaction import find

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
}


def service(n: int, clock: str) -> str:
    """A line of a service's log; every fiftieth holds something secret."""
    line = (
        f"2025-03-{n % 28 + 1:02d}T{clock}Z srv-app{n % 90} INFO sshd[{n}]: "
        f"connection from 10.{n % 250}.{n * 3 % 250}.7 port {n % 60000 + 1000} accepted "
        f"for user{n % 500}, request id 0f8fad5b-d9cb-469f-a165-{n:012d} took {n % 900} ms"
    )
    return line if n % 50 else f"{line} mail bob{n}@contoso.example password: Winter{n}!"


def web(n: int, clock: str) -> str:
    """A line of a web server's log."""
    return (
        f"203.0.{n % 250}.{n * 7 % 250} - - [{n % 28 + 1:02d}/Mar/2025:{clock} +0000] "
        f'"GET /assets/app-{n % 100}.js?v={n} HTTP/1.1" 200 {n * 31 % 90000} '
        f'"https://portal.contoso.com/tickets/{n}" "Mozilla/5.0 (Windows NT 10.0; Win64; x64) '
        'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"'
    )


def event(n: int, clock: str) -> str:
    """An event of the security log of Windows."""
    return (
        f"Log Name:      Security\nDate:          3/{n % 28 + 1}/2025 {clock}\n"
        f"Event ID:      4624\nComputer:      SRV-DC{n % 20:02d}.corp.local\n"
        "An account was successfully logged on.\n\nSubject:\n\tSecurity ID:\t\tS-1-5-18\n"
        f"\tAccount Name:\t\tSRV-DC{n % 20:02d}$\n\tAccount Domain:\t\tCORP\n"
        f"\tLogon GUID:\t\t{{0f8fad5b-d9cb-469f-a165-{n:012d}}}\n"
        f"\tProcess Name:\t\tC:\\Windows\\System32\\lsass.exe\n"
        f"\tSource Network Address:\t10.2.{n % 250}.{n * 3 % 250}\n\tSource Port:\t\t{n % 60000}\n"
    )


def network(n: int, clock: str) -> str:
    """A part of what `ipconfig /all` prints."""
    return (
        f"   Host Name . . . . . . . . . . . . : WS-ACCT-{n % 90:02d}\n"
        "   Primary Dns Suffix  . . . . . . . : corp.local\n"
        f"   Physical Address. . . . . . . . . : 54-E1-AD-{n % 256:02X}-{n * 7 % 256:02X}-0C\n"
        "   DHCP Enabled. . . . . . . . . . . : Yes\n"
        f"   IPv4 Address. . . . . . . . . . . : 192.168.{n % 250}.{n * 3 % 250}(Preferred)\n"
        "   Subnet Mask . . . . . . . . . . . : 255.255.255.0\n"
        f"   Lease Obtained. . . . . . . . . . : Monday, March {n % 28 + 1}, 2025 {clock}\n"
        f"   Default Gateway . . . . . . . . . : 192.168.{n % 250}.1\n"
    )


def notes(n: int, clock: str) -> str:
    """A line of an engineer's notes."""
    return (
        f"{clock} Outlook asked for credentials again after the laptop came back, ticket {n}. We "
        "removed the cached entries, signed in with the new account and restarted the machine; the "
        "mailbox synchronised within ten minutes and the printer on the second floor works."
    )


LOGS = {"service": service, "web": web, "event": event, "network": network, "notes": notes}


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
            bad = (long > 0.1 and ratio > GROWTH) or (log and not hosts and speed < FLOOR)
            failed |= bad
            print(
                f"{name:14}{'on' if hosts else 'off':>6}{speed:9.1f}{short:9.3f}{long:9.3f}"
                f"{ratio:7.2f}{'  !' if bad else ''}",
                flush=True,
            )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
