"""[R1] UNC paths and host names, masked only on request."""

from __future__ import annotations

import pytest

from exports_app.redaction import find, mask


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
    ],
)
def test_r1_names(line: str, masked: str) -> None:
    assert mask(line, redact_hostnames=True) == masked
    assert find(line) == []


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
    ],
)
def test_files_products_and_prose_are_no_hosts(line: str) -> None:
    assert mask(line, redact_hostnames=True) == line
