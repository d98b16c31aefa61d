"""Secrets on the command lines of Windows and in PowerShell."""

from __future__ import annotations

from ..line_rule import GAP, line

TITLE = "Windows commands and PowerShell"

RULES = [
    line(
        "net-use-password",
        "net use",
        rf"\bnet{GAP}use{GAP}(?:[a-z]:|\*)?[ \t]{{0,8}}\\\\[^\s]{{1,200}}{GAP}(?!/)",
        "Password of net use behind the share",
        "Microsoft: net use",
        (r"net use Z: \\fs1\data ⟦Winter-22⟧ /user:bob",),
        (r"net use Z: \\fs1\data /persistent:no",),
    ),
    line(
        "net-use-password-behind-user",
        "net use",
        rf"\bnet{GAP}use{GAP}[^\r\n]{{1,200}}?/u(?:ser)?:[^\s]{{1,100}}{GAP}(?!/)",
        "Password of net use behind the user",
        "Microsoft: net use",
        (r"net use Z: \\fs1\data /user:bob ⟦Winter-22⟧",),
        (r"net use Z: \\fs1\data /user:bob /persistent:no",),
    ),
    line(
        "net-user-password",
        "net user",
        rf"\bnet{GAP}user{GAP}(?:\"[^\"\n]{{1,60}}\"|[^\s/]{{1,60}}){GAP}(?!/)",
        "Password of net user",
        "Microsoft: net user",
        ("net user bob ⟦Winter-22⟧ /add",),
        ("net user bob /active:yes",),
    ),
    line(
        "netsh-key",
        "netsh",
        r"\bnetsh\b[^\r\n]{0,200}?\bkey=(?!clear\b)",
        "Key of a wireless network in netsh",
        "Microsoft: netsh wlan",
        ("netsh wlan set hostednetwork ssid=x key=⟦correcthorse⟧",),
        ("netsh wlan show profile key=clear",),
        required="key=",
    ),
    line(
        "schtasks-password",
        "schtasks",
        rf"\bschtasks\b[^\r\n]{{0,400}}?/rp{GAP}",
        "Password of the account that runs a task",
        "Microsoft: schtasks create",
        ("schtasks /create /tn x /ru bob /rp ⟦Winter-22⟧",),
        ("schtasks /query",),
    ),
    line(
        "rasdial-password",
        "rasdial",
        rf"\brasdial(?:\.exe)?{GAP}(?:\"[^\"\n]{{1,60}}\"|\S{{1,60}}){GAP}\S{{1,60}}{GAP}(?!/)",
        "Password of rasdial",
        "Microsoft: rasdial",
        ('rasdial "Office VPN" bob ⟦Winter-22⟧',),
        ('rasdial "Office VPN" /disconnect',),
    ),
    line(
        "service-account-password",
        "objectname",
        rf"\bobjectname{GAP}\S{{1,80}}{GAP}",
        "Password of a service's account, as NSSM and the registry write it",
        "NSSM: ObjectName",
        (r"nssm set svc ObjectName corp\svc ⟦Winter-22⟧",),
        ("nssm get svc ObjectName",),
    ),
    line(
        "pscredential",
        "pscredential",
        r"\bpscredential[\]\s]{0,4}(?:::new)?\s{0,2}\(\s{0,2}[^,\r\n]{1,80},\s{0,3}(?=[\"'])",
        "Second argument of PSCredential",
        "Microsoft: PSCredential class",
        ("[pscredential]::new('bob', '⟦Winter-22⟧')",),
        ("[pscredential]::new($user, $secure)",),
    ),
    line(
        "network-credential",
        "networkcredential",
        r"\bnetworkcredential[\]\s]{0,4}(?:::new)?\s{0,2}\(\s{0,2}[^,\r\n]{1,80},\s{0,3}(?=[\"'])",
        "Second argument of NetworkCredential",
        "Microsoft: NetworkCredential class",
        ("New-Object Net.NetworkCredential('bob', '⟦Winter-22⟧')",),
        ("New-Object Net.NetworkCredential($u, $p)",),
    ),
    line(
        "convertto-securestring",
        "securestring",
        rf"to-securestring{GAP}(?:-(?:string|asplaintext|force){GAP}){{0,3}}(?!-)",
        "Plain text for ConvertTo-SecureString",
        "Microsoft: ConvertTo-SecureString",
        (
            "ConvertTo-SecureString -String '⟦Winter-22⟧' -AsPlainText",
            "ConvertTo-SecureString ⟦Winter-22⟧",
        ),
        ("ConvertTo-SecureString -String $plain",),
    ),
    line(
        "environment-variable-call",
        "setenvironmentvariable",
        r"setenvironmentvariable\([ \t]{0,3}[\"'][\w.-]{0,60}?(?:pass|pwd|token|secret|key|cred)"
        r"[\w.-]{0,40}[\"'][ \t]{0,3},[ \t]{0,3}(?=[\"'])",
        "Value of an environment variable that .NET sets, where its name speaks of a secret",
        "Microsoft: Environment.SetEnvironmentVariable",
        ("[Environment]::SetEnvironmentVariable('API_TOKEN', '⟦KettleNine⟧', 'User')",),
        ("[Environment]::SetEnvironmentVariable('PATH', 'C:\\tools', 'User')",),
    ),
    line(
        "securestring-pipe",
        "securestring",
        r"(?:\"(?P<q>[^\"\r\n]{1,128})\"|'(?P<a>[^'\r\n]{1,128})')\)?[ \t]{0,4}\|[ \t]{0,4}"
        r"convertto-securestring",
        "Plain text that is piped into ConvertTo-SecureString",
        "Microsoft: ConvertTo-SecureString",
        ("'⟦Winter-22⟧' | ConvertTo-SecureString -AsPlainText",),
        ("$plain | ConvertTo-SecureString",),
    ),
    line(
        "securestring-error",
        "securestring",
        r"\b(?:convert[ \t](?:the[ \t])?|value[ \t]|valeur[ \t]|wert[ \t]|waarde[ \t]|valore?[ \t])"
        r"(?:[\"\u00ab\u201e\u201c][ \u00a0]?(?P<q>[^\"\u00bb\u201d\u201c\r\n]{1,128}?)"
        r"[ \u00a0]?[\"\u00bb\u201d\u201c]|'(?P<a>[^'\r\n]{1,128})')"
        r"(?=[^\r\n]{0,100}securestring)",
        "Value that PowerShell quotes when it can't become a SecureString",
        "Microsoft: about_Type_Conversion",
        (
            'Cannot convert the "⟦Winter-2024!⟧" value of type "System.String" to type '
            '"System.Security.SecureString".',
            'Cannot convert value "⟦Winter-2024!⟧" to type "System.Security.SecureString".',
            "Impossible de convertir la valeur « ⟦Winter-2024!⟧ » en type SecureString",
            'Der Wert "⟦Winter-2024!⟧" vom Typ "System.String" kann nicht in "SecureString"',
        ),
        ('Cannot convert the "five" value of type "System.String" to type "System.Int32".',),
    ),
]
