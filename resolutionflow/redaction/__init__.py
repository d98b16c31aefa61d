"""Finding and masking what must not leave the house in an export ([R1] to [R3]).

Pure functions over text, linear in its length, standard library only. `find` is the one search:
highlights, counts and masks all come from it. Each family of secrets has a module; `engine` runs
them, joins their spans and repeats until a masked text holds nothing more to find.
"""

from .document_search import find_in_texts, password_like_lines, propagate_secrets
from .engine import find, mask
from .keywords import is_secret_label
from .model import KINDS, PLACEHOLDERS, Finding

__all__ = [
    "KINDS",
    "PLACEHOLDERS",
    "Finding",
    "find",
    "find_in_texts",
    "is_secret_label",
    "mask",
    "password_like_lines",
    "propagate_secrets",
]
