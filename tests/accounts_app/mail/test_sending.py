"""Letters, sent to a mail server on this machine."""

import email
from email import policy

import pytest
from aiosmtpd.controller import Controller

from accounts_app.mail.letters import Letter
from accounts_app.mail.sending import send_letter
from resolutionflow.identity_settings import read_mail_server
from tests.e2e.server import free_port

pytestmark = pytest.mark.req("I1")
LETTER = Letter(
    subject="Set a new\npassword: “größer”",
    paragraphs=("Hello <b>Ana & Co</b>,", "read this."),
    facts=(("Signs in as", "ana@northwind"),),
    button="Open",
    link="https://flows.example.com/x?a=1&b=2",
    closing="That is all.",
)


class Mailbox:
    """Keeps what arrives."""

    def __init__(self):
        self.received = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd's name)
        self.received.append(envelope)
        return "250 OK"


@pytest.fixture
def mailbox(settings):
    handler = Mailbox()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    for name, value in read_mail_server(f"smtp://127.0.0.1:{controller.port}").items():
        if name.startswith("EMAIL_"):
            setattr(settings, name, value)
    settings.DEFAULT_FROM_EMAIL = "ResolutionFlow <flows@example.com>"
    yield handler.received
    controller.stop()


def test_a_letter_arrives_as_text_and_html(mailbox):
    send_letter(LETTER, to="ana@example.com")
    [envelope] = mailbox
    assert envelope.rcpt_tos == ["ana@example.com"]
    message = email.message_from_bytes(envelope.content, policy=policy.default)
    assert message["Subject"] == "Set a new password: “größer”"
    assert message["From"] == "ResolutionFlow <flows@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.split("\n\n") == [
        "Hello <b>Ana & Co</b>,",
        "read this.",
        "  Signs in as: ana@northwind",
        "Open:\nhttps://flows.example.com/x?a=1&b=2",
        "That is all.\n",
    ]
    html = message.get_body(("html",)).get_content()
    assert "Hello &lt;b&gt;Ana &amp; Co&lt;/b&gt;," in html
    assert 'href="https://flows.example.com/x?a=1&amp;b=2"' in html
    assert "http" not in html.replace("https://flows.example.com", "")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://mail.example.com", {"EMAIL_HOST": "mail.example.com"}),
        ("smtp+tls://u:p%40ss@h:587", {"EMAIL_USE_TLS": True, "EMAIL_HOST_PASSWORD": "p@ss"}),
        ("smtp+ssl://u:p@h:465", {"EMAIL_USE_SSL": True, "EMAIL_PORT": 465}),
    ],
)
def test_a_mail_server_is_read_from_its_address(address, expected):
    assert read_mail_server(address).items() >= expected.items()
