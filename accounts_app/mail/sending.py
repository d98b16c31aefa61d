"""Addressing a letter and handing it to the mail server (`EMAIL_URL`)."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accounts_app.mail.letters import Letter


def send_letter(letter: Letter, *, to: str) -> None:
    """Send a letter to one address, as text with an HTML alternative.

    Errors of the mail server are the caller's: a job tries again.
    """
    context = {"letter": letter}
    subject = " ".join(letter.subject.split())
    message = EmailMultiAlternatives(
        subject, render_to_string("mail/letter.txt", context).strip() + "\n", to=[to]
    )
    message.attach_alternative(render_to_string("mail/letter.html", context), "text/html")
    # No out-of-office answers to these.
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    message.send()
