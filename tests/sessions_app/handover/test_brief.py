"""The brief of a hand-over: at most eight lines, the same on the page and in the export."""

import itertools

import pytest

from exports_app.service import ExportOptions, export_session
from sessions_app.completion import services as completion_services
from sessions_app.handover.brief import MAX_LINES, Brief, FoundLine, make_brief
from sessions_app.handover.services import hand_over
from sessions_app.handover.summary import HandoverSummary, RuledOut, UntriedBranch
from sessions_app.models import Session
from tests.factories import TeamFactory, UserFactory
from tests.sessions_app.run.browser_driver import text
from tests.sessions_app.run_driver import Run

FORMATS = ("markdown", "text", "html", "psa")


def brief_of(found=0, open_here=0, unconfirmed=0):
    return make_brief(
        HandoverSummary(
            tuple(RuledOut(f"Q{n}?", f"A{n}") for n in range(1, found + 1)),
            tuple(UntriedBranch(f"B{n}?", ("yes", "no")) for n in range(1, open_here + 1)),
            tuple(f"Step {n}: done." for n in range(1, unconfirmed + 1)),
        )
    )


def test_never_more_than_eight_lines_and_all_of_them_where_there_is_as_much():
    for counts in itertools.product((0, 1, 2, 5, 9, 40), repeat=3):
        made = brief_of(*counts)
        lines = len(made.found) + len(made.open_here) + len(made.unconfirmed)
        assert lines == min(MAX_LINES, sum(counts))
        for count, shown in zip(
            counts, (made.found, made.open_here, made.unconfirmed), strict=True
        ):
            assert bool(count) == bool(shown)


def test_the_latest_answers_the_nearest_branches_and_what_is_left_out_is_counted():
    made = brief_of(found=10, open_here=3, unconfirmed=4)
    assert made == Brief(
        found=(
            FoundLine("8 earlier answers on the path"),
            FoundLine("Q9?", "A9"),
            FoundLine("Q10?", "A10"),
        ),
        open_here=("B1? yes · no", "B2? yes · no", "B3? yes · no"),
        unconfirmed=("Step 4: done.", "and 3 more"),
    )


def test_a_long_line_is_cut_on_the_page():
    summary = HandoverSummary((RuledOut("Q" * 400, "A" * 400),), (), ())
    line = make_brief(summary).found[0]
    assert len(line.question) == len(line.answer) == 200
    assert make_brief(summary, max_line=1_000).found[0].question == "Q" * 400


@pytest.fixture
def handed(account):
    team = TeamFactory(account=account)
    giver = UserFactory(account=account, team=team, first_name="Ana", last_name="Ruiz")
    mate = UserFactory(account=account, team=team, first_name="Bo", last_name="Lind")
    run = Run(giver, session_variables={"contact": "Kim", "gateway": ""})
    run.answer(0)
    run.answer()
    hand_over(user=giver, pk=run.pk, to=mate.pk, note="Call Kim by 5. password=Tulip-Cargo-58")
    return Session.objects.get(pk=run.pk)


def exported(handed, **options):
    session = Session.objects.get(pk=handed.pk)
    return export_session(session, ExportOptions.parse(options), actor=session.user).content


@pytest.mark.django_db
@pytest.mark.req("X1")
@pytest.mark.parametrize("format_name", FORMATS)
def test_the_export_has_what_the_receiver_reads(page, handed, format_name):
    shown = exported(handed, format=format_name)
    heading = {"html": "Hand-over", "markdown": "## Hand-over"}.get(format_name, "HAND-OVER")
    assert heading in shown
    for part in (
        "Ana Ruiz to Bo Lind",
        "Call Kim by 5.",
        "Found:",
        "Is one user affected, or everyone? One user",
        "Open here:",
        "Unconfirmed:",
        "marked done, with no notes and no output",
    ):
        assert part in shown
    run = text(page(handed.user).get(f"/sessions/{handed.pk}/run"))
    for part in ("Found", "Open here", "Unconfirmed", "marked done, with no notes and no output"):
        assert part in run


@pytest.mark.django_db
@pytest.mark.req("X10")
@pytest.mark.parametrize(
    "options", [{"audience": "client"}, {"audience": "resolution"}, {"detail_level": "summary"}]
)
def test_who_is_no_colleague_reads_nothing_of_it(handed, options):
    for format_name in FORMATS:
        shown = exported(handed, format=format_name, **options).lower()
        assert "hand-over" not in shown and "call kim" not in shown


@pytest.mark.django_db
@pytest.mark.req("R1", "R2")
@pytest.mark.parametrize("format_name", FORMATS)
def test_it_is_masked_as_everything_else(handed, format_name):
    shown = exported(handed, format=format_name, redaction_mode="mask")
    assert "Tulip-Cargo-58" not in shown and "Call Kim by 5." in shown


@pytest.mark.django_db
def test_once_it_is_over_the_notes_say_it_all(handed):
    completion_services.complete(user=handed.user, pk=handed.pk, outcome="resolved")
    assert "Hand-over" not in exported(handed)
