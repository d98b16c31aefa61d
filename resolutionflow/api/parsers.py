"""Reading the JSON of a request."""

import math
from collections.abc import Mapping
from typing import Any

from rest_framework import exceptions
from rest_framework.parsers import JSONParser
from rest_framework.utils import json

from resolutionflow.api.errors import MAX_DEPTH, TOO_DEEP

NOT_UTF8 = (
    "The body isn't in UTF-8. Send its bytes as UTF-8; in Windows PowerShell: "
    "-Body ([Text.Encoding]::UTF8.GetBytes($json))."
)


class BoundedJSONParser(JSONParser):
    """JSON that can be stored and walked: no endless numbers, no bottomless nesting."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the parsed body, with or without a byte order mark; raise `ParseError` (400)."""
        try:
            data = json.loads(stream.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise exceptions.ParseError(NOT_UTF8) from None
        except ValueError as error:
            raise exceptions.ParseError(f"JSON parse error - {error}") from None
        except RecursionError:
            raise exceptions.ParseError(TOO_DEEP) from None
        level = [data]
        for _ in range(MAX_DEPTH):
            level = [part for item in level for part in _parts(item)]
            if not level:
                return data
        raise exceptions.ParseError(TOO_DEEP)


def _parts(item: Any) -> list[Any]:
    """Return the values inside `item`; text, which may be large, is not looked at."""
    if isinstance(item, dict):
        return [value for value in item.values() if not isinstance(value, str)]
    if isinstance(item, list):
        return [value for value in item if not isinstance(value, str)]
    # 1e400 is JSON, but no number of Python's or PostgreSQL's.
    if isinstance(item, float) and not math.isfinite(item):
        raise exceptions.ParseError("The JSON holds a number that is too large.")
    return []
