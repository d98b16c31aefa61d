"""Secrets that commands store, and those that tools and traces take by their place."""

from __future__ import annotations

from ..line_rule import GAP, line
from ..rule import Rule

TITLE = "Stores of secrets and logins by place"

_END = r"(?=[ \t]*\r?$)"

RULES = [
    line(
        "stored-secret",
        "put-parameter|keyvault secret set|create-secret|put-secret-value|update-secret",
        r"\b(?:put-parameter|keyvault[ \t]secret[ \t]set|(?:create|update)-secret"
        rf"|put-secret-value)\b[^\r\n]{{0,200}}?--(?:value|secret-string)(?:{GAP}|=)(?!file:)",
        "Value that a command puts into a store of secrets",
        "AWS: Systems Manager, Secrets Manager; Microsoft: az keyvault",
        (
            "aws ssm put-parameter --name /x/db --value ⟦swordfish⟧ --type SecureString",
            "az keyvault secret set --vault-name v --name x --value ⟦swordfish⟧",
        ),
        ("aws ssm get-parameter --name /x/db", "az keyvault secret list --vault-name v"),
        required="--value|--secret-string",
    ),
    line(
        "named-property-value",
        "-name ",
        rf"-name{GAP}[\"']?[\w/.-]{{0,40}}(?:password|passwd|secret|token)[\"']?{GAP}"
        rf"(?:-\w{{2,14}}{GAP}[\w-]{{1,20}}{GAP})?-value{GAP}",
        "Value of a property that is named a password",
        "Microsoft: Set-ItemProperty",
        ('Set-ItemProperty -Path $p -Name DefaultPassword -Value "⟦swordfish⟧"',),
        ("Set-ItemProperty -Path $p -Name Shell -Value explorer.exe",),
        required="-value",
    ),
    line(
        "setx-secret",
        "setx",
        rf"\bsetx{GAP}\w{{0,40}}(?:key|token|secret|pass|password|pwd)\w{{0,12}}{GAP}",
        "Secret that setx keeps in the environment",
        "Microsoft: setx",
        ("setx API_KEY ⟦abc123def456⟧",),
        ("setx PATH C:\\Tools",),
    ),
    line(
        "here-string-secret",
        "<<<",
        r"\b(?:sudo[ \t]{1,4}(?:-\w{1,8}[ \t]{1,4}){0,3}?-s\b|kinit|passwd|smbpasswd|cryptsetup"
        r"|su|bw[ \t]{1,4}(?:unlock|login)|op[ \t]{1,4}signin|docker[ \t]{1,4}login"
        r"|vault[ \t]{1,4}login)\b[^\r\n|;]{0,80}<<<[ \t]{0,4}\$?(?=\S)",
        "Plain word in a here-string for a command that takes nothing else",
        "GNU Bash: here strings",
        (
            "sudo -S apt update <<< ⟦swordfish⟧",
            "cryptsetup luksOpen /dev/sdb1 x <<< ⟦swordfish⟧",
            "passwd bob <<< $'⟦Winter-22\\nWinter-22⟧'",
        ),
        ("cat <<< swordfish",),
    ),
    line(
        "piped-secret",
        "echo|printf",
        r"\b(?:echo|printf)[ \t]{1,4}(?:-[ne]{1,2}[ \t]{1,4}){0,2}"
        r"(?:[\"']%s(?:\\n)?[\"'][ \t]{1,4})?(?=[^\r\n|]{1,100}\|[ \t]{0,4}"
        r"(?:sudo[ \t]{1,4}-s|(?:docker|podman|helm|az|oc)[ \t]{1,4}"
        r"(?:registry[ \t]{1,4})?login|su\b|kinit|passwd|smbpasswd|cryptsetup|vault[ \t]{1,4}login"
        r"|bw[ \t]{1,4}unlock|op[ \t]{1,4}signin|gpg\b[^\r\n]{0,80}passphrase-fd"
        r"|openssl\b[^\r\n]{0,80}stdin))",
        "Secret that echo or printf pipes into a command that asks for one",
        "Docker: docker login --password-stdin; GnuPG: --passphrase-fd",
        (
            "printf '%s' '⟦swordfish⟧' | docker login --password-stdin",
            "echo '⟦swordfish⟧' | gpg --batch --passphrase-fd 0 -d x",
            'echo -e "⟦Winter-22\\nWinter-22⟧" | passwd bob',
            "echo ⟦Winter-22⟧ | su - bob",
        ),
        ("echo done | tee log", "echo hello | gpg --encrypt -r bob", "printf '%s' x | wc"),
        required="|",
    ),
    Rule(
        id="chpasswd-here-document",
        kind="token",
        description="Password in a here-document for chpasswd",
        source="chpasswd(8)",
        samples=("chpasswd <<EOF\nbob:⟦swordfish⟧\nEOF",),
        near_misses=("chpasswd < users.txt\nbob:swordfish",),
        keywords=("chpasswd",),
        pattern=r"\bchpasswd\b[^\r\n\0]{0,40}<<-?[ \t]?[\"']?\w{1,20}[\"']?\r?\n"
        r"[A-Za-z_][\w.-]{0,31}:([^\s\0]{3,128})",
        group=1,
    ),
    Rule(
        id="traced-login",
        kind="token",
        description="Command PASS behind USER, also with a plain word",
        source="RFC 1939, RFC 959",
        samples=("USER bob\nPASS ⟦swordfish⟧", "C: USER bob\nS: +OK\nC: PASS ⟦swordfish⟧\n"),
        near_misses=("PASS\nUSER", "USER bob\nPASS"),
        keywords=("USER ",),
        pattern=r"(?m:^)[^\w\r\n\0]{0,8}(?:[CS]:[ \t])?USER[ \t][^\s\0]{1,64}[ \t]{0,4}\r?\n"
        r"(?:[^\r\n\0]{0,100}\n)?[^\w\r\n\0]{0,8}(?:[CS]:[ \t])?PASS[ \t]([^\s\0]{3,64})(?=\s|\Z)",
        group=1,
    ),
    line(
        "mail-relay-login",
        "]:587|]:25 |]:465|smtp.",
        r"(?m:^)(?:\[[\w.-]{3,100}\](?::[0-9]{1,5})?[ \t]{1,8}[\w.@+-]{1,64}"
        r"|[\w.-]{3,100}(?::[0-9]{1,5})?[ \t]{1,8}[\w.+-]{1,64}@[\w.-]{3,64})"
        rf":(?P<w>(?![0-9]{{1,5}}[ \t]*\r?$)[^\s\"']{{4,64}})(?m:{_END})",
        "Password of a mail relay, as Postfix maps it",
        "Postfix: sasl_passwd",
        ("[smtp.example.com]:587 bob@x.example:⟦swordfish⟧",),
        ("[smtp.example.com]:587 is up", "smtp.example.com port:5870"),
    ),
    line(
        "cifs-user-password",
        " user=|,user=|username=",
        r"(?<=[, \t])user(?:name)?=[^\s%,=]{1,60}%(?P<w>[^\s,\"']{3,128})",
        "Password of user%password in the options of a mount",
        "mount.cifs(8)",
        ("mount -t cifs //fs1/x /mnt -o user=bob%⟦swordfish⟧",),
        ("mount -o user=bob,sec=krb5",),
        required="%",
    ),
    line(
        "smbclient-password",
        "smbclient",
        rf"\bsmbclient{GAP}[\"']?(?://|\\\\)\S{{1,120}}{GAP}(?!-)",
        "Password behind the share of smbclient",
        "Samba: smbclient(1)",
        ("smbclient //fs1/x ⟦Winter-22⟧ -U bob",),
        ("smbclient //fs1/x -U bob",),
        strong=True,
    ),
    line(
        "impacket-login",
        ".py ",
        r"\b(?:secretsdump|psexec|wmiexec|smbexec|atexec|dcomexec|getuserspns|getnpusers|gettgt"
        r"|mssqlclient|smbclient|lookupsid|ticketer|addcomputer)\.py[ \t][^\r\n]{0,100}?"
        r"[\w.-]{1,60}/[\w.$-]{1,60}:(?:'(?P<a>[^'\r\n]{1,64})'|(?P<w>[^\s'\"@]{1,64}))(?=@|\s|$)",
        "Password of domain/user:password of Impacket's tools",
        "Impacket: examples",
        ("secretsdump.py corp/bob:⟦swordfish⟧@dc1", "psexec.py corp/bob:'⟦swordfish⟧'@pc1"),
        ("python backup.py data/bob",),
        required="/",
    ),
    line(
        "positional-secret",
        "mc alias|mc config|bw login|activate-refresh-token",
        rf"\b(?:mc{GAP}(?:alias{GAP}set|config{GAP}host{GAP}add){GAP}\S{{1,40}}{GAP}\S{{1,120}}{GAP}"
        rf"\S{{1,64}}|bw{GAP}login{GAP}[^\s-]\S{{0,80}}"
        rf"|activate-refresh-token{GAP}\S{{1,64}}){GAP}(?!-)",
        "Secret that a command takes by its place",
        "MinIO: mc alias set; Bitwarden: bw login; Google: gcloud auth",
        (
            "mc alias set s3 https://x.example AKEY12345678 ⟦swordfish99x⟧",
            "bw login bob ⟦Winter-22⟧",
        ),
        ("mc alias list", "bw login bob --method 0"),
    ),
    line(
        "directory-root-password",
        "rootpw|bindpw",
        rf"(?m:^)[ \t]{{0,8}}(?:olcrootpw|rootpw|bindpw):?{GAP}(?!is\b)",
        "Password in the configuration of OpenLDAP and its clients",
        "OpenLDAP: slapd.conf(5)",
        ("rootpw ⟦swordfish⟧", "bindpw ⟦swordfish⟧"),
        ("rootpw is hashed",),
    ),
    line(
        "signtool-password",
        "signtool",
        rf"\bsigntool\b[^\r\n]{{0,200}}?[ \t]/p{GAP}",
        "Password of a certificate for signtool",
        "Microsoft: SignTool",
        ("signtool sign /f x.pfx /p ⟦swordfish⟧ x.exe",),
        ("signtool verify /pa x.exe",),
        required="/p",
    ),
    line(
        "redis-auth",
        "auth ",
        rf"(?m:^)(?:\S{{1,60}}>[ \t])?auth[ \t](?:\w{{1,32}}[ \t])?(?P<w>\S{{6,128}})(?m:{_END})",
        "Command AUTH of Redis",
        "Redis: AUTH",
        ("AUTH ⟦swordfish9⟧", "10.0.0.9:6379> AUTH ⟦swordfish9⟧"),
        ("auth required pam_unix.so", "auth failed"),
        strong=True,
    ),
    line(
        "mongo-auth",
        "db.auth|.auth(",
        r"\bdb\.auth\([ \t]{0,4}[\"'][^\"'\r\n]{1,64}[\"'][ \t]{0,4},[ \t]{0,4}(?=[\"'])",
        "Second argument of db.auth",
        "MongoDB: db.auth()",
        ("db.auth('bob','⟦swordfish⟧')",),
        ("db.auth(user, passwordPrompt())",),
    ),
    line(
        "app-password",
        "app password|app-password|application password|application-specific password",
        r"\bapp(?:lication)?(?:-specific)?[ -]passwords?[ \t]{0,4}(?:is\b|[:=])?[ \t]{1,4}"
        r"(?P<w>[a-z]{4}(?:[ -][a-z]{4}){3}|[a-z]{16})(?![\w])",
        "Password of an application, as Google, Microsoft and Apple make them",
        "Google, Microsoft: app passwords",
        ("App password: ⟦abcd efgh ijkl mnop⟧", "app password ⟦abcdefghijklmnop⟧"),
        ("app passwords were removed for everybody",),
    ),
    line(
        "temporary-access-pass",
        "tap:|temporary access pass",
        r"\b(?:tap|temporary access pass)[ \t]{0,2}(?:[:=]|is\b)[ \t]{0,8}",
        "Temporary access pass",
        "Microsoft: Entra ID, Temporary Access Pass",
        ("TAP: ⟦aB3$kd92⟧", "Temporary Access Pass is ⟦aB3$kd92⟧"),
        ("tap: twice",),
        strong=True,
    ),
    line(
        "vault-unseal-key",
        "unseal key",
        rf"\bunseal key(?:{GAP}[0-9]{{1,2}})?[ \t]{{0,4}}:[ \t]{{0,8}}",
        "Key that opens a Vault",
        "HashiCorp: vault operator init",
        ("Unseal Key 1: ⟦⟨b43⟩⟧",),
        ("unseal key threshold: 3", "Unseal key: none"),
    ),
    line(
        "one-time-code",
        "is your |your code is",
        r"(?:\b(?:g-)?(?P<w>[0-9]{4,8})[ \t]is[ \t]your[ \t](?:[\w-]{1,20}[ \t]){0,4}"
        r"(?:pass)?code\b|\byour[ \t](?:[\w-]{1,20}[ \t]){0,2}code[ \t]is:?[ \t]"
        r"(?P<q>[0-9]{4,8})(?![\w-]))",
        "Code of a second factor, as a message tells it",
        "Google, Microsoft: verification codes",
        ("G-⟦482199⟧ is your Google verification code", "Your code is ⟦482199⟧"),
        ("2024 is your year", "your code is wrong"),
    ),
    line(
        "secret-at-a-prompt",
        "is not recognized|event not found|command not found",
        r"(?:'(?P<a>(?=[^'\r\n]{0,40}[0-9])(?=[^'\r\n]{0,40}[!@#$%^&*?])[^'\s\\/]{6,64})'"
        r"[ \t]is[ \t]not[ \t]recognized|(?<=[: ])(?P<w>![^\s:]{4,64})(?=:[ \t]event[ \t]not)"
        r"|:[ \t](?P<q>(?=[^\s]{0,40}[0-9])(?=[^\s]{0,40}[!@#$%^&*?])[^\s:\\/]{6,64})"
        r"(?=:[ \t]command[ \t]not))",
        "Password that was typed where a command was expected",
        "GNU Bash, PowerShell: messages",
        (
            "The term '⟦Winter-22!⟧' is not recognized as the name of a cmdlet",
            "bash: ⟦!Winter22⟧: event not found",
            "bash: ⟦Winter-22!⟧: command not found",
        ),
        ("'Get-ADUser' is not recognized as", "bash: foo2bar: command not found"),
    ),
    line(
        "quoted-bad-value",
        "for flag|for option|for argument|for parameter|for switch",
        r"\bvalue[ \t](?:\"(?P<q>[^\"\r\n]{1,128})\"|'(?P<a>[^'\r\n]{1,128})')[ \t]for[ \t]"
        r"(?=(?:flag|option|argument|parameter|switch)[ \t][\"'-]{0,3}[\w-]{0,30}"
        r"(?:password|passwd|token|secret|key))",
        "Value of a secret option, as a tool quotes it in an error",
        "Go: package flag",
        ('invalid value "⟦Winter-22⟧" for flag -password',),
        ('invalid value "x" for flag -port',),
    ),
    line(
        "dump-tool-login",
        "exp |imp ",
        rf"\b(?:exp|imp){GAP}[\w.$]{{1,60}}/(?P<w>[^\s@\"'/]{{1,128}})(?=@|\s|$)",
        "Password of user/password of Oracle's old exports",
        "Oracle: original export and import",
        ("exp scott/⟦tiger⟧ file=x.dmp",),
        ("exp 2024/12", "imp a b"),
        required="file=|full=|owner=",
    ),
    line(
        "quoted-bad-key",
        "api key|api-key|token",
        r"\b(?:incorrect|invalid|bad|wrong|unknown|expired)[ \t]"
        r"(?:(?:access|auth|bearer|refresh)[ \t])?(?:api[ -]?key|token)"
        r"(?:[ \t](?:provided|supplied|given))?[ \t]{0,2}:[ \t]{1,4}",
        "Key that an error quotes",
        "OpenAI: error codes",
        ("Incorrect API key provided: ⟦abc123def456ghi7⟧",),
        ("Invalid token: expired",),
        required="incorrect|invalid|bad|wrong|unknown|expired",
        strong=True,
    ),
    line(
        "sql-identified-by-word",
        "identified",
        r"\b(?:create|alter)[ \t]{1,4}user\b[^\r\n]{0,80}?\bidentified[ \t]{1,4}by[ \t]{1,4}"
        r"(?P<w>(?!password\b|values\b)[^\s;\"']{3,64})",
        "Password without quotes in CREATE USER",
        "Oracle: CREATE USER",
        ("CREATE USER bob IDENTIFIED BY ⟦swordfish⟧;",),
        ("identified by the team",),
    ),
]
