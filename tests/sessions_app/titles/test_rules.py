"""What a title is, whoever made it and of whatever text."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resolutionflow import redaction
from sessions_app.titles import maker, making
from sessions_app.titles.maker import Run, Step
from sessions_app.titles.rules import cleaned, fits

pytestmark = pytest.mark.req("H4")

KINDS = ("question", "action", "solution", "custom")
SIGNS = """
VPN No Yes, not the or but: wrong Password full of des Drucker nicht AD … 10.0.0.1 — (C: doesn't
ana@example.com [IP REDACTED] {{ host }} 0x11b user's 2024 “Wait” same
"""
TEXT = st.text(max_size=80) | st.lists(
    st.sampled_from(SIGNS.split()),
    max_size=12,
).map(" ".join)
STEPS = st.lists(st.builds(Step, st.sampled_from(KINDS), TEXT, TEXT), max_size=6)


@given(flow=TEXT, category=TEXT, steps=STEPS, is_over=st.booleans())
@example(flow="", category="", steps=[], is_over=True)
@example(flow="no no", category="in", steps=[Step("question", "Is?", "No")], is_over=True)
def test_any_text_gives_a_title_or_nothing(flow, category, steps, is_over):
    made = maker.make(Run(flow, category, steps, is_over))
    assert made.title == "" or fits(made.title)
    assert "@" not in made.title and "10.0.0.1" not in made.title
    assert not made.is_decisive or made.title


@given(flow=TEXT, steps=STEPS)
def test_the_same_run_has_the_same_title(flow, steps):
    run = Run(flow, "", steps)
    assert maker.make(run) == maker.make(run)


def test_a_long_text_is_read_from_its_beginning():
    """A pasted log as an answer costs what a line costs."""

    def cost(times):
        steps = [Step("custom", "x y " * 5 * times, "Wrong password, " * times)]
        began = time.process_time()
        assert fits(maker.make(Run("VPN", "", steps)).title)
        return time.process_time() - began

    page, log = (min(cost(times) for _ in range(5)) for times in (500, 100_000))
    assert log < 20 * max(page, 0.001)


GOOD = ("VPN", "VPN wrong password", "Druckerspooler hängt", "Mot de passe", "M365 50053",
        "C: full", "Entra smart lockout", "Wi-Fi adapter", "プリンター",
        "AD", "User's PC")  # fmt: skip
BAD = ("", " ", "No", "Yes", "no no", "Not yet in", "VPN for", "Wrong password for", "VPN, wrong",
       "one two three four", "x" * 31, "VPN\nwrong", "VPN  wrong", "<b>VPN</b>", '"VPN wrong"',
       "**VPN**", "VPN\u202ewrong", "VPN\x00", "10.1.2.3", "ana@example.com", "call 0151234567890",
       "50053", "Title: VPN", "🔥 VPN", "VPN.wrong", "https://x", "a_b", "-")  # fmt: skip


@pytest.mark.parametrize("title", GOOD)
def test_a_title(title):
    assert fits(title)


@pytest.mark.parametrize("title", BAD)
def test_no_title(title):
    assert not fits(title)


@pytest.mark.parametrize(
    ("answer", "title"),
    [("VPN certificate expired", "VPN certificate expired"), ("  VPN full.\n", "VPN full"),
     ("Cafe\u0301 Wi-Fi", "Café Wi-Fi"), ("I can't help with that.", ""), ("VPN: full", ""),
     ("VPN full\nBecause the", ""), ("“VPN full”", ""), ("None", "")],
)  # fmt: skip
def test_an_answer_is_taken_or_not(answer, title):
    assert cleaned(answer, mask=redaction.mask) == title


def test_an_answer_in_which_redaction_finds_something_is_not_taken():
    assert cleaned("VPN full", mask=lambda text: text.replace("full", "[X]")) == ""


# -- the maker, case by case -------------------------------------------------------------------


def asked(flow, answer, question="", **run):
    return maker.make(Run(flow, steps=[Step("question", question, answer)], **run)).title


@pytest.mark.parametrize(
    ("flow", "answer", "title"),
    [
        ("VPN connection fails", "Wrong password", "VPN wrong password"),
        ("Printer offline", "Spooler stuck", "Printer spooler stuck"),
        ("VPN-Verbindung schlägt fehl", "Kennwort falsch oder abgelaufen", "VPN Kennwort falsch"),
        ("Outlook startet nicht", "Nein, Profil ist beschädigt", "Outlook Profil beschädigt"),
        ("Imprimante hors ligne", "Bourrage papier", "Imprimante bourrage papier"),
        ("Le VPN ne se connecte pas", "Mot de passe expiré", "Mot de passe"),
        ("Impresora sin conexión", "Atasco de papel", "Atasco de papel"),
        ("プリンター", "紙詰まり", "プリンター 紙詰まり"),
        ("Printer offline", "Connected, but the tray is empty", "Printer tray empty"),
    ],
)
def test_subject_and_finding_in_the_language_of_the_flow(flow, answer, title):
    assert asked(flow, answer) == title


@pytest.mark.parametrize("answer", ["Yes", "No", "Done", "", "Only this user", "Not known", "N/A"])
def test_an_answer_that_tells_nothing_leaves_the_flows_name(answer):
    assert asked("VPN connection failure", answer) == "VPN connection failure"


def test_a_no_is_about_what_was_asked():
    assert asked("VPN connection failure", "No", "Is the certificate valid?", is_over=True) == (
        "VPN certificate"
    )


def test_a_full_thing_is_named():
    assert asked("Outlook", "Full", "What is wrong with the mailbox?") == "Outlook mailbox full"


def test_steps_of_ones_own_name_a_run_that_has_nothing_else():
    steps = [Step("custom", "Replaced the toner cartridge", "Done")]
    assert maker.make(Run("General", steps=steps)).title == "Replaced toner cartridge"


def test_the_cause_is_told_rather_than_the_symptom_once_it_is_known():
    steps = [Step("question", "", "Certificate error"), Step("question", "", "Clock was wrong")]
    assert maker.make(Run("VPN", steps=steps[:1])).title == "VPN certificate error"
    assert maker.make(Run("VPN", steps=steps, is_over=True)).title == "VPN clock wrong"


def test_routine_work_is_called_what_it_is():
    run = Run("Monthly server patching", steps=[Step("question", "", "Domain controller")])
    assert maker.make(run).title == "Patching domain controller"
    routine = Run(run.flow, steps=run.steps, is_routine=True)
    assert maker.make(routine).title == "Monthly server patching"


def test_a_date_is_a_stopgap():
    assert making.DATED.fullmatch("12 Nov 09:15")
    assert not making.DATED.fullmatch("VPN full")
