"""What SCIM calls are refused with, in its own form (RFC 7644, section 3.12)."""

from typing import Any

from django.core.exceptions import ValidationError
from pydantic import ValidationError as ShapeError
from scim2_models import Error, InvalidValueException, SCIMException, UniquenessException

from resolutionflow.web.text import UNSTORABLE


class ScimNotFound(SCIMException):
    """There is no such resource in the account, whatever exists elsewhere (404, [A1])."""

    status = 404
    _default_detail = "There is no such resource in this account."


class ScimStale(SCIMException):
    """`If-Match` names another version than the one that is stored (412)."""

    status = 412
    _default_detail = "The resource has changed since it was read. Read it again."


class ScimNotImplemented(SCIMException):
    """This service doesn't do that (501)."""

    status = 501
    _default_detail = "This service does not support that; see ServiceProviderConfig."


class LastAdmin(SCIMException):
    """The account would be left without an admin who can sign in (409)."""

    status = 409
    _default_detail = (
        "This would leave the account without an admin. Make somebody else an admin first."
    )


def already_taken(name: str) -> UniquenessException:
    return UniquenessException(detail=f"{name} is taken in this account already.")


def from_invalid_model(error: ValidationError) -> InvalidValueException:
    """Return the error for what a model refuses, with the names that SCIM has for fields."""
    named = getattr(error, "message_dict", None) or {"": error.messages}
    names = {"username": "userName", "email": "emails", "first_name": "name.givenName",
             "last_name": "name.familyName", "name": "displayName"}  # fmt: skip
    parts = [
        f"{names.get(name, name)}: {' '.join(messages)}".removeprefix(": ")
        for name, messages in named.items()
    ]
    return InvalidValueException(detail=" ".join(parts))


def error_body(status: int, detail: str, scim_type: str | None = None) -> dict[str, Any]:
    """Return the body of an error; half a character pair, which UTF-8 can't hold, is replaced."""
    error = Error(status=status, detail=UNSTORABLE.sub("\ufffd", detail), scim_type=scim_type)
    return error.model_dump()


def from_shape_error(error: ShapeError) -> tuple[int, dict[str, Any]]:
    """Return status and body for the first thing that is wrong with what was sent."""
    first = Error.from_validation_errors(error)[0]
    status = first.status or 400
    return status, error_body(status, first.detail or "", first.scim_type)
