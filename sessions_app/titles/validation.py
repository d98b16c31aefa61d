"""What a title is, whoever made it: the one check for the local maker and for a model's answer."""

import re
import unicodedata
from collections.abc import Callable

from sessions_app import limits
from sessions_app.titles import lexicon

MAX_WORDS = 3
# Letters of any script with what stands inside of words; figures of up to eight signs ("365",
# "0x0000011b"). Longer ones are serial numbers, keys and telephone numbers.
LETTERS = re.compile(r"[^\W\d_]+(?:['’&+/-][^\W\d_]+)*")
FIGURE = re.compile(r"(?=.{1,10}\Z)(?:0x)?[0-9A-Fa-f]*\d[0-9A-Fa-f]*|[A-Za-z]{1,4}-?\d{1,4}|C:")
# Their letters, as in "i", stand alone in no title.
REPLIES = lexicon.REPLIES | lexicon.NEGATIONS
DANGLING = (lexicon.PREPOSITIONS | lexicon.CONJUNCTIONS | lexicon.ARTICLES) - lexicon.PARTICLES


def is_title_word(token: str) -> bool:
    """Whether `token` may stand in a title: a word, or a short figure such as a code."""
    return bool(LETTERS.fullmatch(token) or FIGURE.fullmatch(token))


def is_valid_title(title: str) -> bool:
    """Whether `title` is one to three words on one line, at most 30 characters, of plain words."""
    tokens = title.split(" ")
    return (
        1 <= len(title) <= limits.TITLE
        and len(tokens) <= MAX_WORDS
        and all(is_title_word(token) for token in tokens)
        and any(token[0].isalpha() for token in tokens)
        and not all(token.casefold() in REPLIES for token in tokens)
        and not is_dangling(tokens[-1])
    )


def is_dangling(token: str) -> bool:
    """Whether a title must not end with this word; AD and IT are names, "ad" and "it" are not."""
    return token.casefold() in DANGLING and not (token.isupper() and len(token) > 1)


def clean_model_answer(answer: str, *, mask: Callable[[str], str]) -> str:
    """A model's answer as a title, or "" when it isn't one.

    Nothing is repaired but blanks around it and a full stop at its end: an answer that needs
    more is one that didn't understand the question. `mask` is the redaction, which must find
    nothing in it.
    """
    title = unicodedata.normalize("NFC", answer.strip().removesuffix("."))
    return title if is_valid_title(title) and mask(title) == title else ""
