"""The local title generator: plain data in, a title out; no model, no database, no clock.

A title is the flow's short name and the decisive answer: “VPN certificate error”. Answers (at the
end the solution, too) are cut into statements of up to three words; the one that says most stands
behind the short name, as far as three words and 30 characters go.

The client is never named: every list shows it beside the title, and a title that names a client
would be wrong when the client is corrected later.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sessions_app.titles import lexicon
from sessions_app.titles.context import MAX_TEXT, TitleContext, TitleStep
from sessions_app.titles.validation import MAX_WORDS, is_dangling, is_title_word, is_valid_title
from trees_app.variables import PLACEHOLDER

DECISIVE = 1.5  # what a statement must be worth
GAP = " \ufffc "  # where a value stood, or a secret
HIDDEN = re.compile(rf"{PLACEHOLDER.pattern}|\[[A-Z]{{2,12}} REDACTED\]")
LONG_FORM = re.compile(rf"\b(?:{'|'.join(lexicon.SHORT_FORMS)})\b", re.IGNORECASE)
# Signs between statements. The colon of a drive (“C:”) is none.
BREAK = re.compile(r"[,;!?()\[\]{}|→„“”\"…]+|\.(?=\s|$)|(?<!\b[A-Z]):(?=\s|$)|\s[-–—/+=&]+\s")
AROUND = ".'‚‘«»‹›*`_<>"
# “What is wrong with the mailbox?”; “Is the certificate valid?”
FAULTY = re.compile(r"\b(?:with|mit|avec)\s+(?:the|dem|der|den|le|la)\s+(\w+)\W*$", re.IGNORECASE)
THING = re.compile(r"\b(?:the|der|die|das|le|la)\s+(\w+)", re.IGNORECASE)
COMPOUND = re.compile(r"([A-Z]{2,}\d*)-\w")  # “VPN-Verbindung”

# Up to three words that a text says, and how much they say: from 2 up, less where doubtful.
Statement = tuple[tuple[str, ...], float]


@dataclass(frozen=True)
class TitleCandidate:
    """A title ("" for none), and whether it says what was found or only which flow it was."""

    title: str
    is_decisive: bool


def generate_title(context: TitleContext) -> TitleCandidate:
    """Return the title for this session; the caller dates it when there is none."""
    if not context.is_routine:
        for words, worth in sorted(_candidates(context), key=lambda found: -found[1]):
            if worth > DECISIVE and (title := _compose(words, context)):
                return TitleCandidate(title, is_decisive=True)
    return TitleCandidate(flow_title(context), is_decisive=False)


def flow_title(context: TitleContext) -> str:
    """Return the title of a session of which only the flow is known, "" if that has no name."""
    titles = (_as_title(_flow_words(text)) for text in (context.flow, context.category))
    return next(filter(None, titles), "")


# -- the flow's name -------------------------------------------------------------------------------


def _flow_words(flow: str) -> list[str]:
    """Return the flow's name in at most three words, as a person would call it."""
    head, thing = _head(flow), _thing(flow)
    if len(head) == 1:
        # “Remote Desktop: cannot connect …”, “Outlook and Exchange Online”: one word is too few.
        bare = (raw.strip(AROUND + ',;:!?()[]"“”„') for raw in _plain(flow).split())
        head = [word for word in bare if is_title_word(word)]
    elif len(head) > MAX_WORDS and thing:
        is_trouble = head[-1].casefold() in lexicon.TROUBLE
        head = [*thing[-2:], head[-1]] if is_trouble else thing[-MAX_WORDS:]
    kept = head[:MAX_WORDS]
    while kept and not is_valid_title(" ".join(kept)):
        kept.pop()
    return kept


def _head(flow: str) -> list[str]:
    """Return the words of the flow's name before the first sign, “or” or “and”."""
    clauses = ([word for word in words if is_title_word(word)] for _, words in _clauses(flow))
    return next(filter(None, clauses), [])


def _thing(flow: str) -> list[str]:
    """Return what the flow is about: the head up to its verb, and to the words for trouble."""
    thing: list[str] = []
    for word in _head(flow):
        folded = _folded(word)
        if thing and folded in lexicon.TROUBLE | lexicon.BOUNDARIES:
            break
        if folded not in lexicon.STOP_WORDS | lexicon.BOUNDARIES:
            thing.append(word)
    is_named = any(word[0].isalpha() and word.casefold() not in lexicon.GENERIC for word in thing)
    return thing if is_named else []


# -- what the steps say ----------------------------------------------------------------------------


def _candidates(context: TitleContext) -> Iterator[Statement]:
    names = (*_flow_words(context.flow), *_thing(context.flow))
    known = {_stem(word) for word in names if word.casefold() not in lexicon.TROUBLE}
    last = max(1, len(context.steps) - 1)
    for index, step in enumerate(context.steps):
        # The cause is found after the symptom.
        later = 0.8 * index / last if context.is_over else 0.0
        yield from ((words, worth + later) for words, worth in _step_statements(step, known))
        # A plain no: what the question is about is the matter, if nothing better is found.
        thing = THING.search(_plain(step.question))
        is_denied = step.answer[:MAX_TEXT].strip(" .").casefold() in lexicon.DENIALS
        if context.is_over and is_denied and thing and _is_telling(thing[1], known):
            yield (thing[1],), DECISIVE + 0.1


def _step_statements(step: TitleStep, known: set[str]) -> Iterable[Statement]:
    """Return what a step says. An action's own title is what was looked at, not what was found;
    a step of the engineer's own is named by what they did.
    """
    if step.kind == "solution":
        return ((words, worth - 0.3) for words, worth in _statements(step.question, known))
    found = list(_statements(step.answer, known))
    if step.kind == "custom":
        return [*found, *_statements(step.question, known, is_work=True)]
    thing = FAULTY.search(_plain(step.question))
    if thing and all(len(words) == 1 for words, _ in found):
        return [((thing[1], words[0].lower()), worth + 1) for words, worth in found]
    return found


def _statements(text: str, known: set[str], *, is_work: bool = False) -> Iterator[Statement]:
    """Yield what a text says. `is_work`: it is what somebody did, however it went."""
    clauses = list(_clauses(text))
    first = clauses[0][1][0].casefold() if clauses else ""
    if first in lexicon.HANDED_OVER:
        return
    for place, (joint, clause) in enumerate(clauses):
        # “Yes, by the usual procedure” says how; “Yes, or files are gone” says what.
        if first in lexicon.AFFIRMATIVE and joint not in lexicon.ALTERNATIVES | lexicon.CONTRASTS:
            continue
        words, is_place = _part(clause, known)
        says_no = not lexicon.NEGATIONS.isdisjoint(map(str.casefold, words))
        if is_work or not _is_dismissed(clause, says_no=says_no):
            telling = sum(_is_telling(word, known) for word in words)
            doubt = 0.3 * place + 0.6 * is_place + 0.8 * (len(clauses) > 2)
            if telling:
                yield tuple(words), min(3.0, 1 + telling + 0.5 * says_no) - doubt


def _is_dismissed(clause: list[str], *, says_no: bool) -> bool:
    """Return whether a clause isn't the matter: all is well there, or it names nothing."""
    folded = {_folded(word) for word in clause}
    return (
        (not says_no and not folded.isdisjoint(lexicon.HEALTHY))
        or not folded.isdisjoint(lexicon.UNNAMED)
        or clause[-1].casefold() in lexicon.ELSEWHERE
    )


def _part(clause: list[str], known: set[str]) -> tuple[list[str], bool]:
    """Return the first part of a clause that says something, in up to three words.

    Parts end at prepositions, and at what can't stand in a title. The second value is whether
    another part came before, so that this is only where or with what (“people on the VPN”).
    """
    part: list[str] = []
    is_place = False
    for word in clause:
        folded = _folded(word)
        if folded in lexicon.BOUNDARIES or not is_title_word(word):
            if any(_is_telling(word, known) for word in part):
                break
            is_place = is_place or bool(part)
            part = []
        elif folded not in lexicon.STOP_WORDS and (part or folded not in lexicon.GLUE):
            part.append(word)
    if part[1:] and part[-1] == "no":  # “external names no”
        part[-1] = "fail" if part[-2].endswith("s") else "fails"
    if len(part) > MAX_WORDS:
        part = part[: 3 if part[1].casefold() in lexicon.GLUE else 2]
    while part and (is_dangling(part[-1]) or part[-1].casefold() in lexicon.OPEN_WORDS):
        part.pop()
    return part, is_place


# -- words -----------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Return `text` on one line without placeholders and masks, common long forms made short."""
    text = unicodedata.normalize("NFC", text[:MAX_TEXT]).replace("’", "'")
    text = HIDDEN.sub(GAP, text)
    return LONG_FORM.sub(lambda match: lexicon.SHORT_FORMS[match[0].casefold()], text)


def _clauses(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the clauses of a text as bare words, each with the conjunction before it, or ""."""
    for part in BREAK.split(_plain(text)):
        joint, clause = "", list[str]()
        for word in filter(None, (raw.strip(AROUND) for raw in part.split())):
            if word.casefold() not in lexicon.CONJUNCTIONS:
                clause.append(word)
                continue
            if clause:
                yield joint, clause
            joint, clause = word.casefold(), []
        if clause:
            yield joint, clause


def _is_telling(word: str, known: set[str]) -> bool:
    is_spoken = len(word) > 1 and any(sign.isalpha() for sign in word)
    return is_spoken and word.casefold() not in lexicon.SAY_NOTHING and _stem(word) not in known


def _folded(word: str) -> str:
    """Return the word as the lists have it; AD and IT are names, "ad" and "it" are not."""
    return word if word.isupper() and len(word) > 1 else word.casefold()


def _stem(word: str) -> str:
    """Return what is alike in “lockout” and “locked”, but not in “server” and “service”."""
    folded = word.casefold()
    endings = (
        end for end in lexicon.ENDINGS if folded.endswith(end) and len(folded) > 3 + len(end)
    )
    return folded.removesuffix(next(endings, ""))


def _is_name(word: str) -> bool:
    """Return whether the word keeps its capitals: an abbreviation, a code, a product's name."""
    has_digit = any(sign.isdigit() for sign in word)
    return word[1:] != word[1:].lower() or has_digit or word.casefold() in lexicon.NAMES


def _is_german(context: TitleContext) -> bool:
    """Return whether nouns have capitals in the texts of this session."""
    texts = [context.flow]
    for step in context.steps:
        texts += [step.question[:MAX_TEXT], step.answer[:MAX_TEXT]]
    return not lexicon.GERMAN.isdisjoint(" ".join(texts).casefold().split())


# -- the title -------------------------------------------------------------------------------------


def _compose(found: tuple[str, ...], context: TitleContext) -> str:
    """Return short name and finding together, in the first way that is a valid title, or ""."""
    thing = _thing(context.flow)
    if not thing:
        return _as_title(found)
    compound = COMPOUND.match(thing[0])
    is_short = _is_name(thing[0]) and len(thing[0]) > 1
    short = compound[1] if compound else thing[0] if is_short else thing[-1]
    long = thing[-2:]
    said = {_stem(word) for word in found}
    own = [word for word in long if _stem(word) not in said]
    after = found if _is_name(found[0]) or _is_german(context) else (found[0].lower(), *found[1:])
    ways: list[Iterable[str]] = []
    if len(found) == 1 and own:
        ways = [[*(own if short in own else [short, own[0]]), *after], [short, *after]]
    elif _stem(found[-1]) == _stem(long[0]) and long[0].casefold() not in lexicon.TROUBLE:
        ways = [[*found, *long[1:]]]  # “Service account” of “AD account lockout”
    elif own == long and _stem(short) not in said:
        ways = [[short, *after]]
    return next(filter(None, map(_as_title, [*ways, found])), "")


def _as_title(words: Iterable[str]) -> str:
    """Return the words as a title with a capital, "" when it isn't a valid one."""
    first, *others = words or [""]
    if first.islower() and not first.startswith("0x"):
        first = first[0].upper() + first[1:]
    title = " ".join([first, *others])
    return title if is_valid_title(title) else ""
