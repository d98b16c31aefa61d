"""Sessions as plain data for the export tests: one rich VPN call, and ways to vary it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from exports_app.builder import build_document
from exports_app.document import ExportDocument
from exports_app.options import ExportOptions
from exports_app.renderers import RENDERERS
from exports_app.session_data import IntakeField, SessionData, StepData

STARTED = datetime(2026, 3, 4, 8, 15, 2, tzinfo=UTC)

IPCONFIG = """
Windows IP Configuration

PPP adapter Contoso VPN:

   Connection-specific DNS Suffix  . : corp.contoso.example
   IPv4 Address. . . . . . . . . . . : 10.44.7.23
   Subnet Mask . . . . . . . . . . . : 255.255.255.255
   Default Gateway . . . . . . . . . :
"""

VPN_STEPS = (
    StepData(
        node_id="scope",
        question="Is it one user or everyone at {{ site }}?",
        answer="One user",
        notes="Anke Vogt only. Colleagues at the next desk connect fine.",
        timestamp=STARTED + timedelta(minutes=2),
    ),
    StepData(
        node_id="client-version",
        question="Is the VPN client up to date?",
        answer="No",
        action="Updated the client from 5.0.2 to 5.1.4",
        notes="Done over remote support:\n- closed Outlook\n- installed 5.1.4\n"
        "- restarted {{ host }}",
        timestamp=STARTED + timedelta(minutes=9, seconds=30),
    ),
    StepData(
        node_id="adapter",
        question="What does the adapter say?",
        answer="Address, but no gateway",
        command_output=IPCONFIG,
        timestamp=STARTED + timedelta(minutes=14),
    ),
    StepData(
        node_id="custom-6a1f0c1e-4a4e-4f7e-9e0e-2b1b7d2b7f10",
        question="Check the split-tunnel routes",
        answer="Route to 10.44.0.0/16 was missing",
        notes="Get-VpnConnectionRoute came back empty.\nThe *_old* profile had the routes.",
        command_output="PS C:\\> Get-VpnConnectionRoute\nPS C:\\>",
        attachments=(
            {"name": "routes.png", "url": "https://files.contoso.example/t/48213/routes.png"},
        ),
        timestamp=STARTED + timedelta(minutes=22, seconds=11),
    ),
    StepData(
        node_id="test",
        question="Can the user reach the file server?",
        answer="Yes",
        notes="\\\\FS01\\HR opens in 2 seconds.",
        timestamp=STARTED + timedelta(minutes=33),
    ),
)

VPN = SessionData(
    tree_name="VPN connection issues",
    steps=VPN_STEPS,
    step_count=len(VPN_STEPS),
    description="For users who cannot reach the office network from outside.",
    category="Network",
    version="7",
    ticket_number="T20260304.0112",
    client_name="Bäckerei Vogt & Söhne GmbH",
    title="VPN no gateway",
    engineer="Ana Ruiz",
    scratchpad="User on hotel Wi-Fi since Monday.\n\n"
    "1. Error 809 at first\n2. later none\n\nCall back: 14:00",
    variables={"site": "Hamburg", "host": "NB-ANKE-04", "asset": ""},
    intake=(IntakeField("site", "Site"), IntakeField("host", "Computer name")),
    started_at=STARTED,
    completed_at=STARTED + timedelta(minutes=34, seconds=10),
    outcome="Resolved",
    outcome_notes="Added the missing route to 10.44.0.0/16 and updated the client.\n"
    "The old profile was removed.",
    next_steps="- Roll the profile out to the other laptops\n- Close after two days without a call",
    time_zone="Europe/Berlin",
)


def active(source: SessionData = VPN) -> SessionData:
    """Return the same session while it still runs."""
    return replace(source, completed_at=None, outcome="", outcome_notes="", next_steps="")


def prepared() -> SessionData:
    """Return the same session before anyone started it."""
    return replace(active(), started_at=None, steps=(), step_count=0, scratchpad="")


def with_steps(*steps: StepData, **fields: Any) -> SessionData:
    """Return the VPN session with these steps instead of its own."""
    return replace(VPN, steps=steps, step_count=len(steps), **fields)


def document(source: SessionData = VPN, **options: Any) -> ExportDocument:
    """Return the document of `source`; `options` as the API takes them."""
    return build_document(source, ExportOptions.parse(options))


def rendered(source: SessionData = VPN, **options: Any) -> str:
    """Return the export's text; `options` as the API takes them."""
    parsed = ExportOptions.parse(options)
    return RENDERERS[parsed.format].render(build_document(source, parsed))
