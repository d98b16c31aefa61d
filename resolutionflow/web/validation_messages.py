"""What Pydantic finds wrong, in the product's own sentences."""

from collections.abc import Callable, Iterator
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from resolutionflow.web.text import UNSTORABLE, shorten, unstorable_message

#: The type of problems whose sentence was written where the rule stands.
REFUSED = "refused"
MAX_QUOTED = 64

Sentence = Callable[[ErrorDetails], str]


def _too_long(error: ErrorDetails) -> str:
    return too_long(len(error["input"]), error["ctx"]["max_length"])


def _not_text(error: ErrorDetails) -> str:
    return "Send text; an empty one is “”." if error["input"] is None else "Send text."


def _not_a_choice(error: ErrorDetails) -> str:
    return f'"{shorten(str(error["input"]), MAX_QUOTED)}" is not a valid choice.'


def _unstorable(error: ErrorDetails) -> str:
    return unstorable_message(error["input"])


SENTENCES: dict[str, Sentence] = {
    REFUSED: lambda error: error["msg"],
    "missing": lambda error: "This is needed." if error["loc"][1:] else "This field is required.",
    "model_type": lambda error: "Send an object.",
    "dict_type": lambda error: "Send an object.",
    "list_type": lambda error: "Send a list.",
    "bool_type": lambda error: "Send true or false.",
    "string_type": _not_text,
    "string_too_long": _too_long,
    "string_unicode": _unstorable,
    "literal_error": _not_a_choice,
}


def too_long(length: int, most: int, unit: str = "characters") -> str:
    """Return the sentence for a text or list of `length` where `most` fit."""
    return f"{length:,} {unit}; at most {most:,} fit here."


def sentence_of(problem: ErrorDetails) -> str:
    """Return what is wrong with a value, in a sentence."""
    return SENTENCES[problem["type"]](problem)


def messages_of(
    error: ValidationError, model: type[BaseModel], data: Any
) -> Iterator[tuple[str, str]]:
    """Yield each problem of `data` as a dotted path and a sentence."""
    for problem in error.errors(include_url=False):
        place, kind = problem["loc"], problem["type"]
        if kind == "string_unicode" and isinstance(_value_at(data, place), dict):
            # It is the name that can't be read, not the value.
            place, kind = (*place, problem["input"]), "extra_forbidden"
        if kind == "extra_forbidden":
            name = UNSTORABLE.sub("\ufffd", str(place[-1])[: MAX_QUOTED + 1])
            message = _unknown_name(model, place)
            place = (*place[:-1], shorten(name, MAX_QUOTED))
        else:
            message = sentence_of(problem)
        yield ".".join(str(part) for part in place), message


def _value_at(data: Any, place: tuple[int | str, ...]) -> Any:
    for part in place:
        data = data[part]
    return data


def _unknown_name(model: type, place: tuple[int | str, ...]) -> str:
    hints = get_type_hints(model)
    for name in place[:-1]:
        if isinstance(name, str) and name in hints:
            hints = next(_shapes_in(hints[name]))
    if place[1:]:
        return f"Not known here; use {', '.join(hints)}."
    return f"This can't be set here. Known are: {', '.join(hints)}."


def _shapes_in(annotation: Any) -> Iterator[dict[str, Any]]:
    """Yield the fields of each shape that a field's type mentions."""
    if isinstance(annotation, type) and hasattr(annotation, "__pydantic_config__"):
        yield get_type_hints(annotation)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield {name: field.annotation for name, field in annotation.model_fields.items()}
    for part in get_args(annotation):
        yield from _shapes_in(part)
