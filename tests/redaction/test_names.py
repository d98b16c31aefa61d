"""UNC paths and host names, masked only on request."""

from __future__ import annotations

import pytest

from resolutionflow.redaction import find, mask

pytestmark = pytest.mark.req("R1")


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("open \\\\SRV-SQL07\\HR\\Q3\\budget.xlsx please", "open [UNC REDACTED] please"),
        ('"\\\\VPN04\\Client Files\\2024 Tax\\Return.pdf"', '"[UNC REDACTED]"'),
        ("\\\\fs01\\share$ denied", "[UNC REDACTED] denied"),
        ("see \\\\dc1.corp.local.", "see [UNC REDACTED]."),
        ("smb://nas01/media/x", "[UNC REDACTED]"),
        ("server LAPTOP-F7BYWEM3 is slow", "server [HOST REDACTED] is slow"),
        ("https://lon-web10.emea.contoso.de/remote", "https://[HOST REDACTED]/remote"),
        (
            "Hostname SRV-HV05, domain corp.local",
            "Hostname [HOST REDACTED], domain [HOST REDACTED]",
        ),
        ("PC WS-ACCT-07", "PC [HOST REDACTED]"),
        ("arp 02:20:74:14:c0:83", "arp [HOST REDACTED]"),
        ("f20d.ccf5.7447 on Gi0/4", "[HOST REDACTED] on Gi0/4"),
        # Names without a dot, told by where they stand
        ("curl http://app12:8080/health", "curl http://[HOST REDACTED]:8080/health"),
        ("jdbc:sqlserver://SQLBOX:1433;a", "jdbc:sqlserver://[HOST REDACTED]:1433;a"),
        ("root@pve1:~# apt update", "root@[HOST REDACTED]:~# apt update"),
        ("rsync -a x carla@bkp1:/srv", "rsync -a x carla@[HOST REDACTED]:/srv"),
        ("ping printserver", "ping [HOST REDACTED]"),
        ("PS> nslookup wpad", "PS> nslookup [HOST REDACTED]"),
        ("telnet mail 25", "telnet [HOST REDACTED] 25"),
        ("ssh -J jump01 carla@db02", "ssh -J [HOST REDACTED] carla@[HOST REDACTED]"),
        ('"hostname": "edge-fw-2",', '"hostname": "[HOST REDACTED]",'),
        ('devname="FGT-60F-HQ" srcip', 'devname="[HOST REDACTED]" srcip'),
        ("Workstation: FRONTDESK", "Workstation: [HOST REDACTED]"),
        ("HOST/LT-0042 and CORP\\LT-0042$", "HOST/[HOST REDACTED] and CORP\\[HOST REDACTED]$"),
        ("iPad-Boardroom joined", "[HOST REDACTED] joined"),
        ("Mar 04 10:21:09 mx postfix[4]: up", "Mar 04 10:21:09 [HOST REDACTED] postfix[4]: up"),
        ("shop.database.windows.net", "[HOST REDACTED]"),
        ("AM0PR04.eurprd04.prod.outlook.com", "[HOST REDACTED]"),
        ("\\\\PRN\\Laser 4 (floor 2)\\x", "[UNC REDACTED]"),
        ("\\\\a1\\daten und \\\\a2\\alt weg", "[UNC REDACTED] und [UNC REDACTED] weg"),
    ],
)
def test_names(line: str, masked: str) -> None:
    assert mask(line, redact_hostnames=True) == masked
    assert find(line) == []


def test_a_name_before_its_address() -> None:
    line = "Ping filer3 [10.50.0.3] with 32 bytes"
    assert mask(line) == "Ping filer3 [[IP REDACTED]] with 32 bytes"
    both = "Ping [HOST REDACTED] [[IP REDACTED]] with 32 bytes"
    assert mask(line, redact_hostnames=True) == both


@pytest.mark.parametrize(
    "line",
    [
        "C:\\Temp\\New Folder\\setup.log",
        '{"path": "C:\\\\Users\\\\bob"}',
        "/etc/nginx/nginx.conf",
        "HKLM\\System\\CurrentControlSet",
        "foo.bar.baz",
        "kernel32.dll",
        "KB5031356",
        "PO-2025-118",
        "CVE-2024-21413",
        "Win32_OperatingSystem",
        "server is down",
        "the server rebooted",
        "host unreachable",
        "TLS1.2",
        "Microsoft.Exchange.Management",
        "node.js",
        "e.g. this",
        "ping works again",
        "ping failed",
        "npm i left-pad@latest",
        "M@rketing",
        "iPhone-14 sold",
        "http://localhost:8000/",
        "nginx@sha256:",
        "login.microsoftonline.com",
    ],
)
def test_files_products_and_prose_are_no_hosts(line: str) -> None:
    assert mask(line, redact_hostnames=True) == line
