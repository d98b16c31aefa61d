"""Texts of flows taken apart into statements of a few telling words."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sessions_app.titles import lexicon
from sessions_app.titles.context import MAX_TEXT
from sessions_app.titles.validation import MAX_WORDS, is_dangling, is_title_word
from trees_app.variables import PLACEHOLDER

MASKED = re.compile(r"\[[A-Z]{2,12} REDACTED\]")
QUOTES = "\"'“”„‚‘«»‹›*`_()[]{}<>"
ENDS = ",;:.!?…)]"
STANDING_APART = frozenset(["–", "—", "-", "/", "|", "+", "→", "&", "=", "*"])
DRIVE = re.compile(r"[A-Z]:")
SHORTENED = re.compile(
    r"\b(?:" + "|".join(re.escape(long) for long, _ in lexicon.SHORT_FORMS) + r")\b", re.IGNORECASE
)
SHORT_FORM = dict(lexicon.SHORT_FORMS)
LEADING = lexicon.DETERMINERS | lexicon.FILLERS | lexicon.GLUE | lexicon.LINKING
HOLE = "\ufffc"  # where a value stood


@dataclass(frozen=True)
class Phrase:
    """The words of one statement that can stand in a title, and what is known about it.

    `strong` are the telling ones; `place` counts the statements before it in its text;
    `is_cut`: it had more to say; `is_listed`: it is one of several cases;
    `is_turn`: it followed a “but”; `is_place`: it is only where or with what something vague is
    (“nobody at the keyboard”); `is_indefinite`: it is said of something or somebody;
    `is_equation`: it says what a thing is.
    """

    words: tuple[str, ...]
    strong: tuple[str, ...]
    place: int = 0
    is_cut: bool = False
    is_listed: bool = False
    is_turn: bool = False
    is_healthy: bool = False
    is_handing: bool = False
    is_question: bool = False
    is_place: bool = False
    is_indefinite: bool = False
    is_equation: bool = False


def plain_text(text: str) -> str:
    """`text` on one line without placeholders and masks, common long forms made short."""
    text = unicodedata.normalize("NFC", text[:MAX_TEXT]).replace("’", "'")
    text = MASKED.sub(f" {HOLE} ", PLACEHOLDER.sub(f" {HOLE} ", text))
    return SHORTENED.sub(lambda match: SHORT_FORM[match[0].casefold()], text)


def statements(text: str) -> Iterator[Phrase]:
    """The statements of an answer or a title, in their order."""
    clauses = list(_clauses(plain_text(text)))
    # “Hand over: storage or network” names who takes it, not what it was.
    is_handing = any(word.casefold() in lexicon.HANDING for tokens, _ in clauses for word in tokens)
    # “Yes, by the usual procedure” says how, “Yes, or files are gone” says what.
    first = clauses[0][0] if clauses else []
    is_affirmed = len(first) == 1 and first[0].casefold() in lexicon.AFFIRMATIVE
    is_place = False
    for place, (tokens, joint) in enumerate(clauses):
        # “Only from one program or document”: the other case is of the same kind.
        is_place = _is_place(tokens) or (is_place and joint == "or")
        if is_affirmed and joint in ("", "and"):
            continue
        if phrase := _phrase(tokens, place=place, is_turn=joint == "but"):
            is_listed = len(clauses) > 2
            yield replace(phrase, is_handing=is_handing, is_listed=is_listed, is_place=is_place)


def question_phrases(text: str) -> list[Phrase]:
    """What a question is about, for an answer of no."""
    first = next(iter(_clauses(plain_text(text))), None)
    phrase = _phrase(first[0], place=0, is_turn=False) if first else None
    if phrase is None:
        return []
    kept = [word for word in phrase.words if word.casefold() not in lexicon.HEALTHY][:2]
    # “Is the certificate valid?” is about the certificate; whether it is, is the answer.
    if len(kept) > 1 and kept[-1] == phrase.words[-1] and _is_yes_or_no(text):
        kept.pop()
    strong = tuple(filter(_is_strong, kept))
    return [Phrase(tuple(kept), strong, is_question=True)] if strong else []


def is_denial(answer: str) -> bool:
    """Whether the answer is a plain no: then what the question is about is the matter."""
    first = next(iter(_clauses(plain_text(answer))), None)
    return first is not None and first[0][0].casefold() in lexicon.DENIALS


def _is_yes_or_no(question: str) -> bool:
    return question.split()[0].casefold() in lexicon.AUXILIARIES


def faulty_thing(question: str) -> str:
    """The one thing that “What is wrong with the mailbox?” asks about, or ""."""
    tokens = [raw.strip(QUOTES + ENDS) for raw in plain_text(question).split()]
    if not any(token.casefold() in lexicon.WRONG for token in tokens):
        return ""
    things = [
        token
        for token in tokens
        if is_title_word(token)
        and _is_strong(token)
        and token.casefold() not in lexicon.WRONG | lexicon.ARTICLES | lexicon.PREPOSITIONS
    ]
    return things[0] if len(things) == 1 else ""


def is_name(word: str) -> bool:
    """Whether the word keeps its capitals: an abbreviation, a code, the name of a product."""
    has_figure = any(sign.isdigit() for sign in word)
    return word[1:] != word[1:].lower() or has_figure or word.casefold() in lexicon.NAMES


def same_word(one: str, other: str) -> bool:
    """Whether two words say the same: “lockout” and “locked”, but not “server” and “service”."""
    return _stem(one) == _stem(other)


def _stem(word: str) -> str:
    folded = word.casefold()
    for ending in lexicon.ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= 4:
            return folded.removesuffix(ending)
    return folded


def _clauses(text: str) -> Iterator[tuple[list[str], str]]:
    """The statements as lists of bare tokens, each with what joins it to the one before: "but",
    "or", "and", or "" for a sign alone.
    """
    clause: list[str] = []
    joint = following = ""
    for raw in text.split():
        bare = raw.strip(QUOTES + ENDS)
        is_drive = bool(DRIVE.fullmatch(raw.strip(QUOTES)))
        is_break = raw in STANDING_APART or bare.casefold() in lexicon.CONJUNCTIONS
        turning = bare.casefold() in lexicon.TURNING
        if is_break or turning or raw.startswith("("):
            if clause:
                yield clause, joint
                clause = []
            if turning:
                following = "but"
            elif is_break and following != "but":
                following = "or" if bare.casefold() in lexicon.ALTERNATIVES else "and"
            joint = following
        if bare and not is_break and not turning:
            clause.append(raw.strip(QUOTES) if is_drive else bare)
        if raw[-1] in ENDS and not is_drive and clause:
            yield clause, joint
            clause, joint, following = [], "", ""
        elif clause:
            following = ""
    if clause:
        yield clause, joint


def _phrase(tokens: list[str], *, place: int, is_turn: bool) -> Phrase | None:
    # “External names yes, internal names no”: the reply is about what stands before it.
    reply = tokens[-1].casefold() if len(tokens) > 1 else ""
    if reply in ("yes", "ja", "oui", "sí"):
        return None
    if reply in ("no", "nein", "non"):
        tokens, is_turn = tokens[:-1], True
        if reply == "no" and len(tokens) < MAX_WORDS:
            tokens = [*tokens, "fail" if tokens[-1].endswith("s") else "fails"]
    telling = (_fitted(part) for part in _parts(tokens) if any(map(_is_strong, part)))
    kept, is_cut = next((found for found in telling if found[0]), ([], False))
    if not kept:
        return None
    folded = [word.casefold() for word in tokens]
    is_negated = any(word in lexicon.NEGATIONS for word in folded)
    is_healthy = any(word in lexicon.HEALTHY for word in folded) and not is_negated
    # “asked directly they answer”: two statements, of which neither is whole.
    said = filter(_is_function, tokens[tokens.index(kept[0]) :])
    is_broken = any(word.casefold() in lexicon.PRONOUNS for word in said)
    return Phrase(
        words=tuple(kept),
        strong=tuple(word for word in kept if _is_strong(word) or "n't" in word),
        place=place,
        is_cut=is_cut or is_broken,
        is_turn=is_turn,
        is_equation=any(word in lexicon.COPULAS for word in folded),
        is_healthy=is_healthy,
        is_indefinite=any(word in lexicon.INDEFINITE for word in folded),
    )


def _is_place(tokens: list[str]) -> bool:
    """Whether what tells something stands behind words that tell nothing and a preposition."""
    parts = [part for part in _parts(tokens) if any(word.isalpha() for word in part)]
    return len(parts) > 1 and not any(map(_is_strong, parts[0]))


def _parts(tokens: list[str]) -> list[list[str]]:
    """The statement cut at its prepositions and at what can't stand in a title."""
    parts: list[list[str]] = [[]]
    for place, token in enumerate(tokens):
        folded = token.casefold()
        is_last = place == len(tokens) - 1
        if parts[-1] and (folded in lexicon.GLUE or (is_last and folded in lexicon.PARTICLES)):
            parts[-1].append(token)
        elif (
            folded in lexicon.RELATIVES
            or not is_title_word(token)
            or (_is_function(token) and folded in lexicon.PREPOSITIONS)
        ):
            parts.append([])
        elif not (_is_function(token) and folded in lexicon.ARTICLES):
            parts[-1].append(token)
    return parts


def _is_function(token: str) -> bool:
    """Whether a word of the lists is meant: AD and IT are names, "ad" and "it" are not."""
    return not (token.isupper() and len(token) > 1)


def _is_strong(token: str) -> bool:
    folded = token.casefold()
    is_spoken = len(token) > 1 and any(sign.isalpha() for sign in token)
    return is_spoken and not any(
        folded in known
        for known in (
            lexicon.GLUE,
            lexicon.VAGUE,
            lexicon.REPLIES,
            lexicon.FILLERS,
            lexicon.NEGATIONS,
            lexicon.HANDING,
        )
    )


def _fitted(part: list[str]) -> tuple[list[str], bool]:
    """The part in at most three words, and whether telling words had to go."""
    kept = _without_leading(part)
    if len(kept) > MAX_WORDS:
        kept = [word for word in kept if word.casefold() not in lexicon.FILLERS]
    is_cut = len(kept) > MAX_WORDS
    if is_cut:
        kept = kept[: 3 if kept[1].casefold() in lexicon.GLUE else 2]
    while kept and (is_dangling(kept[-1]) or _is_open(kept[-1])):
        kept = kept[:-1]
    return kept, is_cut


def _without_leading(part: list[str]) -> list[str]:
    """“All places taken” as “places taken”: a number tells nothing without its list."""
    kept = list(part)
    while len(kept) > 1 and kept[0].casefold() in LEADING:
        kept = kept[1:]
    return kept


def _is_open(word: str) -> bool:
    """Whether more must follow: “doesn't …”, “still …”. German puts its “nicht” at the end."""
    folded = word.casefold()
    return folded in lexicon.FILLERS | lexicon.LINKING or (
        folded in lexicon.NEGATIONS and folded not in ("nicht", "pas", "niet", "nothing", "nichts")
    )
