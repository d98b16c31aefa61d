"""What a title is, whoever made it: the check for the local generator and a model's answer."""

import re

from sessions_app import limits
from sessions_app.titles import lexicon

MAX_WORDS = 3
# Letters of any script with what stands inside of words; figures of up to ten signs ("365",
# "0x0000011b"). Longer ones are serial numbers, keys and telephone numbers.
LETTERS = re.compile(r"[^\W\d_]+(?:['’&+/-][^\W\d_]+)*")
FIGURE = re.compile(r"(?=.{1,10}\Z)(?:0x)?[0-9A-Fa-f]*\d[0-9A-Fa-f]*|[A-Za-z]{1,4}-?\d{1,4}|C:")
REPLIES = lexicon.REPLIES | lexicon.NEGATIONS
DANGLING = lexicon.BOUNDARIES | lexicon.CONJUNCTIONS | lexicon.STOP_WORDS | lexicon.GLUE


def is_title_word(token: str) -> bool:
    """Return whether `token` may stand in a title: a word, or a short figure such as a code."""
    return bool(LETTERS.fullmatch(token) or FIGURE.fullmatch(token))


def is_dangling(token: str) -> bool:
    """Return whether no title may end with this word; AD and IT are names, "ad" and "it" not."""
    return token.casefold() in DANGLING and not (token.isupper() and len(token) > 1)


def is_valid_title(title: str) -> bool:
    """Return whether `title` is one to three plain words on one line, at most 30 characters."""
    tokens = title.split(" ")
    return (
        1 <= len(title) <= limits.TITLE
        and len(tokens) <= MAX_WORDS
        and all(is_title_word(token) for token in tokens)
        and any(token[0].isalpha() for token in tokens)
        and not all(token.casefold() in REPLIES for token in tokens)
        and not is_dangling(tokens[-1])
    )
