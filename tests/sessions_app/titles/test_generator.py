"""Titles made locally: any text gives one or none; some cases, one by one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sessions_app.titles.assign import DATE_TITLE
from sessions_app.titles.context import TitleContext, TitleStep
from sessions_app.titles.generator import generate_title
from sessions_app.titles.validation import is_valid_title
from tests.growth import count_calls, ends_soon

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
STEPS = st.lists(st.builds(TitleStep, st.sampled_from(KINDS), TEXT, TEXT), max_size=6)


@given(flow=TEXT, category=TEXT, steps=STEPS, is_over=st.booleans())
@example(flow="", category="", steps=[], is_over=True)
@example(flow="no no", category="in", steps=[TitleStep("question", "Is?", "No")], is_over=True)
def test_any_text_gives_a_title_or_nothing(flow, category, steps, is_over):
    made = generate_title(TitleContext(flow, category, steps, is_over))
    assert made.title == "" or is_valid_title(made.title)
    assert "@" not in made.title and "10.0.0.1" not in made.title
    assert not made.is_decisive or made.title


@given(flow=TEXT, steps=STEPS)
def test_the_same_run_has_the_same_title(flow, steps):
    run = TitleContext(flow, "", steps)
    assert generate_title(run) == generate_title(run)


def test_a_long_text_is_read_from_its_beginning():
    """A pasted log as an answer costs what a line costs."""

    def cost(times):
        steps = [TitleStep("custom", "x y " * 5 * times, "Wrong password, " * times)]
        assert is_valid_title(generate_title(TitleContext("VPN", "", steps)).title)
        return count_calls(lambda: generate_title(TitleContext("VPN", "", steps)))

    with ends_soon():
        assert cost(100_000) < 2 * cost(500)


def title_of(flow, *steps, **more):
    return generate_title(TitleContext(flow, steps=steps, **more)).title


def asked(flow, answer, question="", **more):
    return title_of(flow, TitleStep("question", question, answer), **more)


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
    step = TitleStep("custom", "Replaced the toner cartridge", "Done")
    assert title_of("General", step) == "Replaced toner cartridge"


def test_the_cause_names_it_rather_than_the_symptom_once_it_is_known():
    symptom = TitleStep("question", "", "Certificate error")
    cause = TitleStep("question", "", "Clock was wrong")
    assert title_of("VPN", symptom) == "VPN certificate error"
    assert title_of("VPN", symptom, cause, is_over=True) == "VPN clock wrong"


def test_routine_work_is_called_what_it_is():
    step = TitleStep("question", "", "Domain controller")
    assert title_of("Monthly server patching", step) == "Patching domain controller"
    routine = title_of("Monthly server patching", step, is_routine=True)
    assert routine == "Monthly server patching"


def test_a_date_is_a_stopgap():
    assert DATE_TITLE.fullmatch("12 Nov 09:15")
    assert not DATE_TITLE.fullmatch("VPN full")
