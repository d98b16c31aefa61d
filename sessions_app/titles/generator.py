"""The local title maker: plain data in, a title out; no model, no database, no clock.

A technician writes what the session is about and what it was: “VPN certificate error”. So the
maker reads the flow's name for the subject, and the answers (at the end the solution reached,
too) for the fact that tells this session from others of the same flow. Each answer is taken
apart into statements, each statement is judged by a few plain rules (`_worth`), and the best one
stands behind the subject as far as three words and 30 characters go.

The client is never named: every list shows it beside the title, three words have no room for it,
and a title that names a client would be wrong when the client is corrected later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sessions_app.titles import lexicon
from sessions_app.titles.context import MAX_TEXT, TitleContext, TitleStep
from sessions_app.titles.phrases import (
    Phrase,
    faulty_thing,
    is_denial,
    is_name,
    question_phrases,
    same_word,
    statements,
)
from sessions_app.titles.subject import Subject, flow_words, subject_of
from sessions_app.titles.validation import MAX_WORDS, is_valid_title

# What a statement must be worth to stand in a title while the session runs.
DECISIVE = 1.5
UMLAUTS = frozenset("äöüß")
# At the end, when nothing better will come.
TELLING = 1.1


@dataclass(frozen=True)
class TitleCandidate:
    """A title ("" for none), and whether it says what was found or only which flow it was."""

    title: str
    is_decisive: bool


def generate_title(run: TitleContext) -> TitleCandidate:
    """The title that a person would write for this run; the caller dates it when there is none."""
    if run.is_routine:
        return TitleCandidate(flow_title(run), is_decisive=False)
    subject = subject_of(run.flow)
    least = TELLING if run.is_over else DECISIVE
    for worth, phrase in sorted(_candidates(run), key=lambda pair: -pair[0]):
        if worth > least and (title := _titled(subject, phrase, run)):
            return TitleCandidate(title, is_decisive=worth >= DECISIVE)
    return TitleCandidate(flow_title(run), is_decisive=False)


def flow_title(run: TitleContext) -> str:
    """What a run is called of which only the flow is known; "" when even that has no name."""
    for text in (run.flow, run.category):
        if is_valid_title(title := " ".join(flow_words(text))):
            first, _, rest = title.partition(" ")
            return " ".join(filter(None, (_capital(first), rest)))
    return ""


def _candidates(run: TitleContext) -> Iterable[tuple[float, Phrase]]:
    told = (*flow_words(run.flow), *subject_of(run.flow).long)
    known = [word for word in told if word.casefold() not in lexicon.TROUBLE | lexicon.PREDICATES]
    last = max(1, len(run.steps) - 1)
    for index, step in enumerate(run.steps):
        # The cause is found after the symptom was told.
        later = 0.8 * index / last if run.is_over else 0.0
        for phrase in _phrases(step):
            worth = _worth(phrase, known) - (0.3 if step.kind == "solution" else 0.0)
            if worth > 0:
                yield worth + later, phrase


def _phrases(step: TitleStep) -> Iterable[Phrase]:
    """The statements of a step. An action's own title is what was looked at, not what was found;
    a step of the engineer's own is named by what they did.
    """
    told = list(statements(step.answer))
    if step.kind == "solution":
        return statements(step.question)
    if step.kind == "custom":
        done = [replace(phrase, is_healthy=False) for phrase in statements(step.question)]
        return [*told, *done]
    if step.kind == "question" and not told:
        return question_phrases(step.question) if is_denial(step.answer) else []
    thing = faulty_thing(step.question)
    return [_about(thing, phrase) for phrase in told] if thing else told


def _about(thing: str, phrase: Phrase) -> Phrase:
    """“What is wrong with the mailbox?” “Full”: the mailbox is full."""
    if len(phrase.words) > 1 or not phrase.strong:
        return phrase
    word = phrase.words[0]
    said = (thing, word if is_name(word) else word.lower())
    return replace(phrase, words=said, strong=said)


def _worth(phrase: Phrase, known: Sequence[str]) -> float:
    """How much a statement tells: 2 for one telling word, 3 for two or more; less for the
    doubtful, nothing for what the flow's name (`known`) has told.
    """
    strong = [word for word in phrase.strong if not any(same_word(word, other) for other in known)]
    if not strong:
        return 0.0
    worth = 2.0 if len(strong) == 1 else 3.0
    worth -= 1.2 if phrase.is_cut else 0.0
    worth -= 0.5 if phrase.is_listed else 0.0
    worth -= 3.0 if phrase.is_healthy else 0.0
    worth -= 0.8 if phrase.is_question else 0.0
    worth -= 2.0 if phrase.is_handing else 0.0
    worth -= 0.6 if phrase.is_place else 0.0
    worth -= 2.5 if phrase.is_indefinite else 0.0
    worth -= 0.3 * phrase.place
    return worth + (0.4 if phrase.is_turn else 0.0)


def _titled(subject: Subject, phrase: Phrase, run: TitleContext) -> str:
    """Subject and finding together, in the first way that is_valid_title; "" when none does."""
    found = list(phrase.words)
    told = _lowered(found, run)
    own = [word for word in subject.long if not any(same_word(word, other) for other in found)]
    mentions = len(own) < len(subject.long) or any(same_word(subject.short, word) for word in found)
    first = subject.long[0] if subject.long and not phrase.is_equation else ""
    ways: list[list[str]] = []
    if len(found) == 1:
        if mentions and not own:
            return ""
        ways += [[subject.short, *own[:1], *told]] if subject.short not in subject.long else []
        ways += [[*own[-2:], *told], [subject.short, *told]]
    elif len(found) == 2 and not mentions:
        ways.append([subject.short, *told])
    elif len(found) == 2 and own and same_word(found[-1], first):
        ways.append([*found, own[-1]])
    elif len(found) == 2 and own and len(own) < len(subject.long):
        ways.append([*own[-1:], *told] if is_name(own[-1]) else found)
    ways.append(found[:MAX_WORDS])
    for way in ways:
        kept = [word for word in way if word]
        title = " ".join([_capital(kept[0]), *kept[1:]]) if kept else ""
        if is_valid_title(title):
            return title
    return ""


def _capital(word: str) -> str:
    """With a capital, but for a word that has its own, such as a code."""
    return word[:1].upper() + word[1:] if word.islower() and not word.startswith("0x") else word


def _lowered(found: list[str], run: TitleContext) -> list[str]:
    """The finding as it stands behind a subject: “Wrong password” goes on small, a name doesn't,
    and neither does a word where nouns have capitals.
    """
    first, *others = found
    texts = [run.flow]
    for step in run.steps:
        texts += [step.question[:MAX_TEXT], step.answer[:MAX_TEXT]]
    spoken = " ".join(texts).casefold().split()
    german = sum(word in lexicon.GERMAN or not UMLAUTS.isdisjoint(word) for word in spoken)
    if is_name(first) or german > sum(word in lexicon.OTHER_LANGUAGES for word in spoken):
        return found
    return [first.lower(), *others]
