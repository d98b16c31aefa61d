"""Log text for the benchmark of redaction, line by line, in the manner of many sources.

Each function makes the `n`-th line, or group of lines, of one source at the time `clock`.
"""

from __future__ import annotations


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


def syslog(n: int, clock: str) -> str:
    """A line of a Unix system's log; most name machines and addresses."""
    name = ("mx1", "gw-core", "web03", "pve2", "filer", "dc-lon")[n % 6]
    line = (
        f"postfix/smtpd[{n}]: connect from unknown[203.0.113.{n % 250}]",
        f"sshd[{n}]: Failed password for invalid user admin from 198.51.100.{n % 250} port {n}",
        f"kernel: [{n}.{n % 1000:03d}] eth0: link up, 1000 Mbps, full duplex, flow control off",
        f"systemd[1]: Started Session {n} of user root.",
        f"dhcpd: DHCPACK on 10.{n % 250}.2.9 to 54:e1:ad:{n % 256:02x}:17:0c (LAPTOP-{n % 999})",
        f"CRON[{n}]: (root) CMD (/usr/local/bin/backup.sh --target /srv/backup/{n % 9} >/dev/null)",
    )[n % 6]
    return f"Mar {n % 28 + 1:2d} {clock} {name} {line}"


def powershell(n: int, clock: str) -> str:
    """A part of a PowerShell transcript."""
    return (
        f"PS C:\\Users\\tech> Get-ADUser -Identity user{n} -Properties LockedOut",
        f"Name              : User {n}\nLockedOut         : False\nPasswordLastSet   : 3/4/2025 "
        f"{clock}\nDistinguishedName : CN=User {n},OU=Staff,DC=corp,DC=local",
        f"PS C:\\Users\\tech> Get-Service -ComputerName SRV-APP{n % 90}| Stop-Service",
        'VERBOSE: Performing the operation "Restart-Service" on target "Print Spooler (Spooler)".',
        f"Get-ChildItem : Cannot find path 'C:\\Temp\\{n}' because it does not exist.\n"
        f"At line:1 char:1\n+ Get-ChildItem C:\\Temp\\{n}\n    + CategoryInfo          : "
        "ObjectNotFound: (:String) [Get-ChildItem], ItemNotFoundException",
        f"Connect-ExchangeOnline -UserPrincipalName admin{n % 40}@contoso.example",
    )[n % 6]


def structured(n: int, clock: str) -> str:
    """A line of a service that logs JSON."""
    return (
        f'{{"timestamp":"2025-03-{n % 28 + 1:02d}T{clock}.{n % 1000:03d}Z","level":"info","logger":'
        f'"com.example.orders.OrderService","traceId":"{n * 0x9E3779B97F4A7C15:032x}","message":'
        f'"order {n} priced in {n % 90} ms","client":{{"ip":"10.4.{n % 250}.9"}},"items":{n % 9}}}'
    )


def firewall(n: int, clock: str) -> str:
    """A line of a firewall's traffic log."""
    return (
        f'date=2025-03-04 time={clock} devname="FGT-60F-HQ" devid="FGT60FTK{n:08d}" type="traffic" '
        f'level="notice" srcip=10.1.{n % 250}.9 srcport={n % 60000} srcintf="lan" dstip=142.250.1.'
        f'{n % 200} dstport=443 sessionid={n * 17} proto=6 action="close" policyid={n % 30} '
        f'service="HTTPS" transip=198.51.100.7 duration={n % 400} sentbyte={n * 31} app="HTTPS"'
    )


def iis(n: int, clock: str) -> str:
    """A line of the log of Internet Information Services."""
    return (
        f"2025-03-04 {clock} 10.0.0.5 POST /Microsoft-Server-ActiveSync/default.eas Cmd=Sync&User="
        f"CORP%5cuser{n % 500}&DeviceId=ApplDN{n:08d}&DeviceType=iPhone 443 CORP\\user{n % 500} "
        f"203.0.113.{n % 250} Apple-iPhone14C2/2203.{n % 100} - 200 0 0 {n % 900}"
    )


def trace(n: int, clock: str) -> str:
    """A stack trace."""
    return (
        f"{clock} ERROR [main] Unhandled exception in worker {n}\n"
        "System.InvalidOperationException: Sequence contains no elements\n"
        "   at System.Linq.ThrowHelper.ThrowNoElementsException()\n   at Contoso.Billing.Services."
        f"InvoiceService.GetNext(Int32 id) in D:\\build\\src\\InvoiceService.cs:line {n % 900}"
    )


def router(n: int, clock: str) -> str:
    """A part of a router's configuration."""
    return (
        f"interface GigabitEthernet1/0/{n % 48 + 1}\n description uplink {n % 9}\n switchport "
        f"access vlan {n % 90}\n switchport mode access\n ip address 10.{n % 250}.{n * 3 % 250}.1 "
        "255.255.255.0\n no shutdown\n!"
    )


def connections(n: int, clock: str) -> str:
    """Two lines of `netstat -ano`."""
    return (
        f"  TCP    10.2.{n % 250}.9:{n % 60000}    52.97.{n % 250}.7:443      ESTABLISHED     {n}\n"
        f"  TCP    [::]:{n % 6000}               [::]:0                 LISTENING       {n % 900}"
    )


def ticket(n: int, clock: str) -> str:
    """A line of a ticket; most speak of passwords, tokens, people and machines."""
    heard = ("The VPN drops every hour", "Scan to e-mail fails", "Printer HP-LJ-4 shows offline")
    done = (
        "Checked the logs on SRV-RDS02, nothing odd",
        "Password was reset yesterday, sync takes 30 minutes",
        "Sent the link to anna@client.example and asked for a call back",
        "Token lifetime policy set to 12 hours, see KB0012345",
    )
    return f"{clock} {heard[n % 3]}. {done[n // 3 % 4]}. Will follow up tomorrow."


_SOURCES = (
    service,
    web,
    event,
    network,
    notes,
    syslog,
    powershell,
    structured,
    firewall,
    iis,
    trace,
    router,
    connections,
    ticket,
)
LOGS = {source.__name__: source for source in _SOURCES}
