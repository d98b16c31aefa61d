"""What a session is about, from the name of its flow."""

import re
from dataclasses import dataclass

from sessions_app.titles import lexicon
from sessions_app.titles.phrases import STANDING_APART, plain_text
from sessions_app.titles.validation import MAX_WORDS, is_dangling, is_title_word, is_valid_title

# “VPN-Verbindung”
ABBREVIATED = re.compile(r"([A-Z]{2,}\d*)-\w")


@dataclass(frozen=True)
class Subject:
    """`short` is one word, or "" where the flow's name gives none; `long` is one or two."""

    short: str = ""
    long: tuple[str, ...] = ()


def subject_of(flow: str) -> Subject:
    """The subject: “VPN connection failure” is about VPN, “Monthly server patching” patching."""
    thing = _thing(flow)
    if not thing or all(word.casefold() in lexicon.GENERIC for word in thing):
        return Subject()
    if compound := ABBREVIATED.match(thing[0]):
        return Subject(compound[1], (compound[1],))
    shortened = [word for word in thing if (word.isupper() and len(word) > 1) or _has_figure(word)]
    if shortened and len(thing) > 1 and thing[0] != shortened[0]:
        shortened = []
    if shortened and len(thing) <= 2:
        return Subject(shortened[0], tuple(thing[:2]))
    if shortened:
        return Subject(shortened[0], tuple(thing[-2:]))
    return Subject(thing[-1], tuple(thing[-2:]))


def flow_words(flow: str) -> list[str]:
    """The flow's name in at most three words that end well; what a person would call it."""
    head = _head(flow)
    kept = head if is_valid_title(" ".join(head)) else _thing(flow)[-MAX_WORDS:]
    if len(kept) < min(MAX_WORDS, len(head)) and head[-1].casefold() in lexicon.TROUBLE:
        kept = [*kept, head[-1]]
    elif len(head) == 1:
        # “Remote Desktop: cannot connect …”, “Outlook and Exchange Online”: one word is too few.
        bare = map(_bare, plain_text(flow).split())
        kept = [word for word in bare if is_title_word(word)][:MAX_WORDS]
    while kept and (is_dangling(kept[-1]) or not is_valid_title(" ".join(kept))):
        kept = kept[1:] if len(" ".join(kept)) > 30 else kept[:-1]
    return kept


def _bare(raw: str) -> str:
    return raw.strip("\"'“”„«»()[]*`,;:.!?…")


def _head(flow: str) -> list[str]:
    """The words before the first sign, “or” or “and”."""
    found: list[str] = []
    for raw in plain_text(flow).split():
        bare = _bare(raw)
        if raw in STANDING_APART or bare.casefold() in lexicon.CONJUNCTIONS:
            break
        if is_title_word(bare):
            found.append(bare)
        if raw[-1] in ",;:.!?…)" and found:
            break
    return found


def _thing(flow: str) -> list[str]:
    """The head without articles, cut before its verb and before the words for trouble."""
    thing: list[str] = []
    for word in _head(flow):
        folded = word.casefold()
        is_function = not (word.isupper() and len(word) > 1)
        if (
            thing
            and is_function
            and (folded in lexicon.PREDICATES or folded in lexicon.PREPOSITIONS)
        ):
            break
        if not (is_function and folded in lexicon.ARTICLES | lexicon.PREPOSITIONS):
            thing.append(word)
    while len(thing) > 1 and thing[-1].casefold() in lexicon.TROUBLE:
        thing.pop()
    while len(thing) > 1 and thing[0].casefold() in lexicon.NEGATIONS:
        thing.pop(0)
    return thing if any(word[0].isalpha() for word in thing) else []


def _has_figure(word: str) -> bool:
    return any(sign.isdigit() for sign in word)
