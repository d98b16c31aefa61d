"""Made-up addresses and keys. Prefixes are joined to their tails here, never written out whole, so
that secret scanners stay quiet; every value is random."""

from __future__ import annotations

import random
import string

BASE62 = string.ascii_letters + string.digits
URLSAFE = BASE62 + "_-"
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits


def text(rng: random.Random, alphabet: str, length: int) -> str:
    """Random characters, with at least one digit and one letter where the alphabet has both."""
    while True:
        value = "".join(rng.choice(alphabet) for _ in range(length))
        if any(c.isdigit() for c in value) and value[-1].isalnum() and value[0].isalnum():
            return value


# maker -> (prefix, alphabet, length of the tail)
VENDORS: dict[str, tuple[str, str, int]] = {
    "aws access key": ("AK" + "IA", UPPER, 16),
    "aws session key": ("AS" + "IA", UPPER, 16),
    "google api": ("AI" + "za", URLSAFE, 35),
    "google oauth": ("ya" + "29.", URLSAFE, 80),
    "google client secret": ("GOC" + "SPX-", URLSAFE, 28),
    "github classic": ("gh" + "p_", BASE62, 36),
    "github oauth": ("gh" + "o_", BASE62, 36),
    "github user": ("gh" + "u_", BASE62, 36),
    "github server": ("gh" + "s_", BASE62, 36),
    "github refresh": ("gh" + "r_", BASE62, 72),
    "github fine-grained": ("github" + "_pat_", BASE62 + "_", 82),
    "gitlab personal": ("gl" + "pat-", URLSAFE, 20),
    "gitlab deploy": ("gl" + "dt-", URLSAFE, 20),
    "gitlab runner": ("gl" + "rt-", URLSAFE, 20),
    "gitlab pipeline": ("gl" + "ptt-", HEX, 40),
    "atlassian": ("AT" + "ATT3", URLSAFE, 180),
    "bitbucket app": ("AT" + "BB", BASE62, 32),
    "slack app": ("xa" + "pp-1-", BASE62 + "-", 60),
    "slack user": ("xo" + "xp-", "0123456789-", 50),
    "stripe live": ("sk_" + "live_", BASE62, 24),
    "stripe restricted": ("rk_" + "live_", BASE62, 24),
    "stripe webhook": ("wh" + "sec_", BASE62, 32),
    "square": ("sq0" + "atp-", URLSAFE, 22),
    "square secret": ("sq0" + "csp-", URLSAFE, 43),
    "shopify": ("shp" + "at_", HEX, 32),
    "sendinblue": ("xkey" + "sib-", HEX, 64),
    "mailgun": ("ke" + "y-", HEX, 32),
    "twilio account": ("A" + "C", HEX, 32),
    "openai project": ("sk-" + "proj-", URLSAFE, 120),
    "openai": ("sk" + "-", BASE62, 48),
    "anthropic": ("sk-" + "ant-api03-", URLSAFE, 95),
    "hugging face": ("h" + "f_", string.ascii_letters + "0123456789", 34),
    "groq": ("gs" + "k_", BASE62, 52),
    "xai": ("xa" + "i-", BASE62, 80),
    "perplexity": ("pp" + "lx-", BASE62, 48),
    "replicate": ("r" + "8_", BASE62, 37),
    "new relic": ("NR" + "AK-", UPPER, 27),
    "grafana service": ("gl" + "sa_", BASE62, 41),
    "grafana cloud": ("gl" + "c_", BASE62, 80),
    "sentry": ("snt" + "rys_", BASE62, 90),
    "npm": ("np" + "m_", BASE62, 36),
    "pypi": ("py" + "pi-", URLSAFE, 160),
    "rubygems": ("ruby" + "gems_", HEX, 48),
    "nuget": ("oy" + "2", string.ascii_lowercase + string.digits, 43),
    "docker": ("dckr" + "_pat_", URLSAFE, 27),
    "digitalocean": ("dop" + "_v1_", HEX, 64),
    "heroku": ("HR" + "KU-", URLSAFE, 58),
    "netlify": ("nf" + "p_", BASE62, 40),
    "vault": ("hv" + "s.", URLSAFE, 90),
    "doppler": ("dp." + "pt.", BASE62, 43),
    "databricks": ("da" + "pi", HEX, 32),
    "supabase": ("sb" + "p_", HEX, 40),
    "planetscale": ("pscale" + "_tkn_", URLSAFE, 43),
    "tailscale": ("ts" + "key-auth-", BASE62, 40),
    "linear": ("lin" + "_api_", BASE62, 40),
    "posthog": ("ph" + "x_", BASE62, 43),
    "postman": ("PM" + "AK-", HEX, 59),
    "age": ("AGE-SECRET" + "-KEY-1", UPPER, 58),
    "dynatrace": ("dt0" + "c01.", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 24),
    "razorpay": ("rzp" + "_live_", BASE62, 14),
    "notion": ("nt" + "n_", BASE62, 46),
    "figma": ("fi" + "gd_", URLSAFE, 40),
    "pulumi": ("pu" + "l-", HEX, 40),
    "facebook": ("EA" + "AB", BASE62, 160),
}


def vendor_key(name: str, rng: random.Random) -> str:
    prefix, alphabet, length = VENDORS[name]
    key = prefix + text(rng, alphabet, length)
    if name == "dynatrace":
        key += "." + text(rng, alphabet, 64)
    return key


# Credentials without a prefix of their own, each with the place that gives it away.
def placed_keys(rng: random.Random) -> list[tuple[str, str]]:
    """``(line, secret)`` pairs."""
    b64 = BASE62 + "+/"
    guid = "-".join(text(rng, HEX, n) for n in (8, 4, 4, 4, 12))
    cases = []
    for template, secret in [
        ("aws_secret_access_key = {}", text(rng, b64, 40)),
        ("AccountKey={};EndpointSuffix=core.windows.net", text(rng, b64, 86) + "=="),
        ("SharedAccessKeyName=Root;SharedAccessKey={}", text(rng, b64, 43) + "="),
        ("?sv=2023-11-03&sr=b&sig={}&sp=r", text(rng, BASE62, 43) + "%3D"),
        ("client secret {}", text(rng, BASE62, 3) + "8Q" + "~" + text(rng, URLSAFE, 34)),
        ("X-Cisco-Meraki-API-Key: {}", text(rng, HEX, 40)),
        ("DD-API-KEY: {}", text(rng, HEX, 32)),
        ("Ocp-Apim-Subscription-Key: {}", text(rng, HEX, 32)),
        ("PrivateKey = {}", text(rng, b64, 43) + "="),
        ("PresharedKey = {}", text(rng, b64, 43) + "="),
        ("IT Glue API key: ITG.{}", text(rng, HEX, 32)),
        ("N-able registration token: {}", guid),
        ("ConnectWise public/private key: {}", text(rng, BASE62, 16)),
        ("Datto secret key {}", text(rng, HEX, 32)),
        ("PagerDuty Authorization: Token token={}", text(rng, URLSAFE, 20)),
        ("Postmark X-Postmark-Server-Token: {}", guid),
        ("Cloudflare X-Auth-Key: {}", text(rng, HEX, 37)),
        ("Authorization: Bearer {}", text(rng, URLSAFE, 40)),
        ("Authorization: Basic {}", text(rng, BASE62, 30) + "=="),
        ("Authorization: GenieKey {}", guid),
        ("set-cookie: session={}; path=/", text(rng, BASE62, 32)),
        (
            "https://hooks.slack.com/services/{}",
            "T" + text(rng, UPPER, 8) + "/B" + text(rng, UPPER, 10) + "/" + text(rng, BASE62, 24),
        ),
        ("https://discord.com/api/webhooks/{}", "123456789012345678/" + text(rng, URLSAFE, 68)),
        ("https://{}@o1.ingest.sentry.io/42", text(rng, HEX, 32)),
        ("mailchimp key {}", text(rng, HEX, 32) + "-us12"),
        ("telegram {}", "123456789" + ":AA" + text(rng, URLSAFE, 33)),
        ("terraform login {}", text(rng, BASE62, 14) + ".atlas" + "v1." + text(rng, BASE62, 60)),
        (
            "discord {}",
            "M" + text(rng, BASE62, 23) + "." + text(rng, BASE62, 6) + "." + text(rng, BASE62, 30),
        ),
        ("sendgrid {}", "S" + "G." + text(rng, BASE62, 22) + "." + text(rng, BASE62, 43)),
        (
            "jwt {}",
            "ey"
            + "J"
            + text(rng, BASE62, 30)
            + ".ey"
            + "J"
            + text(rng, BASE62, 40)
            + "."
            + text(rng, BASE62, 43),
        ),
        ("numbers: {}", "-".join(text(rng, string.digits, 6) for _ in range(8))),
        ("found {} in the repository", text(rng, BASE62, 40)),
    ]:
        cases.append((template.format(secret), secret))
    return cases


def password(rng: random.Random) -> str:
    style = rng.randrange(4)
    word = rng.choice(["Summer", "Harbour", "Falcon", "Quartz", "Bramble", "Winter", "Pelican"])
    if style == 0:
        return f"{word}{rng.randrange(1000, 9999)}!"
    if style == 1:
        return f"{word}-{rng.choice(['Lake', 'Stone', 'River'])}-{rng.randrange(10, 99)}"
    if style == 2:
        return text(rng, BASE62, 12)
    return f"{text(rng, BASE62, 5)}#{text(rng, BASE62, 5)}"


PASSWORD_PLACES = [
    "Password: {}",
    "pw={}",
    "pwd: {}",
    "PASSWORD={}",
    "DB_PASS={}",
    "temp password {}",
    "the password is {}",
    "her new password is now {}",
    "reset the password to {}",
    "Kennwort: {}",
    "Passwort lautet {}",
    "mot de passe : {}",
    "contrase\u00f1a: {}",
    "senha: {}",
    "wachtwoord: {}",
    "has\u0142o: {}",
    "\u043f\u0430\u0440\u043e\u043b\u044c: {}",
    "Wi-Fi key: {}",
    "Key Content            : {}",
    "psk {}",
    "passphrase: {}",
    '"password": "{}"',
    '{{"user":"bob","password":"{}"}}',
    "<password>{}</password>",
    '<add key="Password" value="{}" />',
    "'password' => '{}',",
    "| Password | {} |",
    "**Password:** {}",
    "Password:\n{}",
    "-Password '{}'",
    "--password={}",
    "/pass:{}",
    "net use Z: \\\\fs01\\data {} /user:CORP\\bob",
    "net user bob {} /add",
    "psexec \\\\pc01 -u admin -p {} cmd",
    "sshpass -p {} ssh root@h",
    "curl -u bob:{} https://api.example.com",
    "ConvertTo-SecureString '{}' -AsPlainText -Force",
    "Server=db;User Id=sa;Password={};Database=x",
    "https://bob:{}@ftp.example.com/x",
    "postgres://app:{}@10.0.0.5:5432/app",
    "username admin privilege 15 secret 0 {}",
    "enable secret {}",
    "snmp-server community {} RO",
    "crypto isakmp key {} address 10.0.0.1",
    "neighbor 10.0.0.1 password {}",
    "login bob / {}",
    "creds: bob / {}",
]
