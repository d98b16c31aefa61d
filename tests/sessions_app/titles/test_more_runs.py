"""Thirty more runs, each title judged by reading it: flows in German and French, steps of the
engineer's own, runs that stopped early, answers whose first words mislead.
"""

import pytest

from sessions_app.titles.context import TitleContext, TitleStep
from sessions_app.titles.generator import generate_title

pytestmark = pytest.mark.req("H4")

# flow | question or own step (“+ …”): answer | … | solution reached (“= …”), where it is over
TABLE = """\
VPN-Verbindung schlägt fehl                       | VPN-Verbindung schlägt fehl    | Wer?: Nur ein Benutzer
VPN-Verbindung schlägt fehl                       | VPN Zertifikat abgelaufen      | Wer?: Nur ein Benutzer | Was meldet der Client?: Zertifikat abgelaufen
VPN-Verbindung schlägt fehl                       | VPN Kennwort zurückgesetzt     | Was meldet der Client?: Anmeldung abgelehnt, Kennwort falsch | = Kennwort zurückgesetzt
Drucker druckt nicht                              | Drucker Papierstau             | Wer ist betroffen?: Alle an diesem Drucker | Was zeigt das Display?: Papierstau im Fach 2
Drucker druckt nicht                              | Drucker Dienst gestoppt        | Was macht die Warteschlange?: Dienst war gestoppt | = Druckt wieder
Outlook öffnet nicht                              | Outlook Kennwort               | Was passiert beim Start?: Fragt immer wieder nach dem Kennwort
Netzlaufwerk fehlt                                | Netzlaufwerk kein Ping         | Ist der Server erreichbar?: Nein, auch kein Ping
Netzlaufwerk fehlt                                | Zugriff verweigert             | Was zeigt der Explorer?: Zugriff verweigert
Monatliches Server-Patching                       | Monatliches Server-Patching    | Läuft die Sicherung?: Ja
Rechner ist langsam                               | Antivirus-Suchlauf abgebrochen | Was ist ausgelastet?: Festplatte zu 100 % | + Antivirus-Suchlauf abgebrochen: Danach schnell
Internet langsam am Standort                      | Internet Paketverlust          | Wer?: Der ganze Standort | Was zeigt der Test?: Paketverlust beim Provider | = Übergabe an den Provider
Teams startet nicht                               | Teams Cache geleert            | Was hilft?: Cache geleert, startet wieder
Telefonanlage: kein Amt                           | SIP-Trunk nicht registriert    | Was zeigt die Anlage?: SIP-Trunk nicht registriert
Microsoft 365: Anmeldung nicht möglich            | M365 Anmeldung unmöglich       | Wer?: Ein Benutzer
Server nicht erreichbar                           | Server VM aus                  | Antwortet der Server?: Nein | Ist der Host an?: Ja, aber VM ist aus
Datensicherung prüfen                             | Datensicherung Job rot         | Sind alle Jobs grün?: Nein, ein Job ist rot
Impression impossible                             | Plus de papier                 | Qui ?: Une seule personne | Qu'affiche l'imprimante ?: Plus de papier
VPN connection failure                            | Rebooted branch router         | + Rebooted the branch router: Works now
VPN connection failure                            | MTU 1400 needed                | + Checked MTU with the provider: MTU 1400 needed
Printing problem                                  | Replaced fuser unit            | + Called vendor, replaced fuser unit: Prints
Microsoft 365: cannot sign in or complete MFA     | M365 sign-in fails             | Who?: Only this user
Microsoft 365: cannot sign in or complete MFA     | M365 sign-in fails             | Who?: Only this user | Confirmed?: Not yet: only looking, nothing is reset
Remote Desktop: cannot connect or stay connected  | RDP can't connect              | Who?: Only this user
Remote Desktop: cannot connect or stay connected  | Signs of intruder              | Who?: Signs of an intruder
Remote Desktop: cannot connect or stay connected  | RDP switched off               | What is wrong with the target?: Switched off, or firewall rules are off
Outlook and Exchange Online                       | Outlook and Exchange           | Who?: Only mail to or from one outside company
Active Directory account lockout                  | AD account lockout             | Which account?: Administrator account, nobody at the keyboard
DNS name resolution failure                       | DNS failure                    | Where?: Only people on the VPN
DNS name resolution failure                       | DNS failure                    | Which?: The right ones, and asked directly they answer
Printing problem                                  | Printing problem               | Where?: Only from one program or document
Windows server restarted or shut down             | Server restarted               | How is it?: Up, but something does not work
Slow workstation                                  | Server slow                    | Who else?: Yes | = Program or server is slow, not the PC
"""  # noqa: E501
ROWS = [tuple(cell.strip() for cell in line.split("|", 2)) for line in TABLE.strip().splitlines()]


def step(text):
    if text.startswith("= "):
        return TitleStep("solution", text[2:])
    if text.startswith("+ "):
        return TitleStep("custom", *text[2:].split(": ", 1))
    return TitleStep("question", *text.split(": ", 1))


@pytest.mark.parametrize(("flow", "title", "steps"), ROWS)
def test_what_the_session_is_called(flow, title, steps):
    steps = [step(text.strip()) for text in steps.split("|")]
    run = TitleContext(flow, steps=steps, is_over=steps[-1].kind == "solution")
    assert generate_title(run).title == title
