"""Cases that were reported once: what must go, what must stay, and that masking twice is once."""

from __future__ import annotations

import pytest

from resolutionflow.redaction import mask

pytestmark = pytest.mark.req("R1")

# The text, what must not survive in it, and what must.
CASES = [
    ("curl https://x.example \\\n  --user svc:Winter-22", ["Winter-22"], ["svc"]),
    ("curl https://x.example `\n  -u svc:Winter-22", ["Winter-22"], []),
    ("curl https://x.example ^\n  --user svc:Winter-22", ["Winter-22"], []),
    ("docker login \\\n  -u bob \\\n  -p Winter-22 registry.x", ["Winter-22"], ["bob"]),
    ("sqlcmd -S db1 ^\n  -U sa ^\n  -P correcthorse", ["correcthorse"], []),
    ("psexec \\\\pc1 ^\n -u bob -p correcthorse cmd", ["correcthorse"], []),
    ("Invoke-RestMethod https://x.example `\n  -Token Zx81kdLm22pq", ["Zx81kdLm22pq"], []),
    ("net use Z: \\\\fs1\\data ^\n  Winter-22 /user:bob", ["Winter-22"], []),
    ("TOTP seed: JBSWY3DPEHPK3PXP", ["JBSWY3DPEHPK3PXP"], []),
    ("auth code: 4/0AeaYSHBxyz12", ["4/0AeaYSHBxyz12"], []),
    ("auth code: Kx82-77Pq", ["Kx82-77Pq"], []),
    ("API key: 1234-5678-9012", ["1234-5678-9012"], []),
    ("Recovery codes: 4821-9930, 1177-2045", ["4821-9930", "1177-2045"], []),
    ("backup codes: 48219930 11772045", ["48219930", "11772045"], []),
    ("shared secret: swordfish", ["swordfish"], []),
    ("login: bob / swordfish", ["swordfish"], []),
    (
        "Server=db1;User Id=sa;Password=My Long Pass 1;Database=x",
        ["My Long Pass 1"],
        ["Database=x"],
    ),
    ("Server=db1;UID=sa;PWD={SummerRain9};Database=x", ["SummerRain9"], ["Database=x"]),
    (
        'Cannot convert the "Winter-2024!" value of type "System.String" to type '
        '"System.Security.SecureString".',
        ["Winter-2024!"],
        [],
    ),
    ("snmp-server host 10.1.2.3 trap version v1 community tr4pc0mm", ["tr4pc0mm"], ["trap"]),
    ("snmp-server host 10.1.2.3 informs version 2c tr4pc0mm", ["tr4pc0mm"], []),
    ("[2a00:1:2:3:4::5:6]:49255 up", ["2a00:1:2:3:4::5:6"], ["49255"]),
    ("from 2a00:1:2:3:4::5:6:49255", ["2a00:1:2:3:4::5:6"], []),
    ("addr 0.0.0.1 seen", ["0.0.0.1"], []),
    ("addr 255.255.255.254 seen", ["255.255.255.254"], []),
    ("v10.20.30.40 typed by the user", ["10.20.30.40"], []),
    ("range 10.8.12.* is blocked", ["10.8.12"], []),
    ("range 192.168.44.x is blocked", ["192.168.44"], []),
    ("gh auth login --with-token <<< Zx81kdLm22pq", ["Zx81kdLm22pq"], []),
    ("JOB_OPT_SECRET=TopSecret", ["TopSecret"], []),
    ("CLIENT_SECRET=correcthorse", ["correcthorse"], []),
    ("machine x.example login bob password correcthorse", ["correcthorse"], []),
    (
        "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n"
        "PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=",
        ["yAnz5TF"],
        [],
    ),
    ("machine h\n\tlogin bob\n\tpassword swordfish", ["swordfish"], ["login bob"]),
    ("machine h.example\n password swordfish\n login bob", ["swordfish"], ["login bob"]),
    ("machine a login b password sailfish\nmachine c login d password swordfish", ["fish"], []),
    ("machine 2001:db8::7\r\n login bob@x.example\r\n password swordfish", ["swordfish"], []),
    ('echo "machine h.example login bob password it\'s1" >> ~/.netrc', ["it's1"], [".netrc"]),
    ("setup.msi TOKENID=0f8fad5b-d9cb-469f-a165-70867728950e", ["0f8fad5b"], []),
    ("agent.exe /siteToken 0f8fad5b-d9cb-469f-a165-70867728950e", ["0f8fad5b"], []),
    ("password reset to Autumn!175", ["Autumn!175"], []),
    ("reset to Autumn!175 for bob", ["Autumn!175"], []),
    ("mstsc /u:bob /p:Orchid2021!", ["Orchid2021!"], []),
    ("app.exe /user:bob /p:Orchid2021!", ["Orchid2021!"], []),
    ("CHAP secret Tundr@$490", ["Tundr@$490"], []),
    ("client: name@example.com / KK9jdGLqfay*S@", ["KK9jdGLqfay*S@"], []),
    ("guid 2b7ed6fc-1f0a-4c33-9b5d-0c9be2c7a0f1", [], ["2b7ed6fc-1f0a-4c33-9b5d-0c9be2c7a0f1"]),
    ('{"password":"your-real-pw", "port": 5432}', [], ['"port": 5432']),
    ("Password=P@ss w0rd;Database=x", ["w0rd"], ["Database=x"]),
    ("IBAN DE89 3704 0044 0532 0130 00 please", ["DE89 3704 0044"], ["please"]),
    ("x" * 60 + " " + "sk_" + "live_4eC39HqLyjWDarjtT\n1zdp7dc works", ["1zdp7dc"], ["works"]),
    ("see https://x.example/" + "a" * 60 + "\nworks", [], ["works"]),
    ("pass\x1b[1mword\x1b[0m: Winter-22", ["Winter-22"], []),
]


@pytest.mark.parametrize(
    ("text", "gone", "stays"), CASES, ids=[repr(text)[:40] for text, *_ in CASES]
)
def test_a_reported_case(text: str, gone: list[str], stays: list[str]) -> None:
    masked = mask(text)
    assert not [value for value in gone if value in masked], masked
    assert not [value for value in stays if value not in masked], masked
    assert mask(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Bearer l2tpd SRV-01 fe80::1",
        "bob l2tpd Winter-22 10.0.0.1/32",
        "ON757s9iNtjC/smSkF5WEsNmei73Q483CWJRokjyCP0=\n---\nGCJD\n",
        "| ON757s9iNtjC/smSkF5WEsNmei73Q483CWJRokjyCP0= | harbour |",
        "Password: \x1b]0;never ",
    ],
)
@pytest.mark.parametrize("hosts", [False, True])
def test_masking_twice_is_masking_once(text: str, hosts: bool) -> None:
    masked = mask(text, redact_hostnames=hosts)
    assert mask(masked, redact_hostnames=hosts) == masked
    both = mask(mask(text), redact_hostnames=True)
    assert mask(both, redact_hostnames=hosts) == both


@pytest.mark.req("R1")
@pytest.mark.parametrize("width", [60, 66, 72, 80, 100, 132])
def test_a_token_broken_by_the_end_of_the_line_goes_on_below(width: int) -> None:
    """A terminal of any width: no line is longer than the broken one."""
    label = "export API_KEY="
    key = "q8Zr4Lm2Nx7Tb9Wc3Vf6" * 10
    head, rest = key[: width - len(label)], key[width - len(label) : width - len(label) + 24]
    text = f"$ env\n{label}{head}\n{rest}\n$ exit"
    assert mask(text) == f"$ env\n{label}[TOKEN REDACTED]\n$ exit"


@pytest.mark.req("R1")
def test_a_web_token_broken_anywhere_goes_on_below() -> None:
    token = (
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0TH"
    )
    for at in (30, 40, 45):
        masked = mask(f"{token[:at]}\n{token[at:]} end")
        assert masked == "[TOKEN REDACTED] end", at


@pytest.mark.req("R1")
def test_the_line_below_a_short_one_is_its_own() -> None:
    assert mask("password: Winter-2024!\nSRV01 rebooted") == (
        "password: [TOKEN REDACTED]\nSRV01 rebooted"
    )
