"""What every call of SCIM shares: who calls, JSON of SCIM, errors of SCIM, versions."""

from typing import Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from pydantic import ValidationError as ShapeError
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback
from scim2_models import Context, ResponseParameters, SCIMException

from accounts_app.api_limits import CallLimits
from accounts_app.authentication import caller
from accounts_app.scim.authentication import ScimKeyAuthentication
from accounts_app.scim.errors import ScimNotFound, ScimStale, error_body, from_shape_error
from accounts_app.scim.resources import POLICY, ScimGroup, ScimUser
from resolutionflow.api.base import JSONOnlyNegotiation, Utf8JSONRenderer
from resolutionflow.api.parsers import BoundedJSONParser
from resolutionflow.web.errors import Busy, DomainError
from resolutionflow.web.outages import find_outage
from resolutionflow.web.text import unstorable_message

MEDIA_TYPE = "application/scim+json"
# What the service alone writes; directories send it back, and it is not read (RFC 7644, 3.5.1).
READ_ONLY = frozenset({"id", "meta", "groups"})
AnyShape = ScimUser | ScimGroup


class ScimParser(BoundedJSONParser):
    media_type = MEDIA_TYPE


class ScimRenderer(Utf8JSONRenderer):
    media_type = MEDIA_TYPE


class ScimView(APIView):
    """JSON of SCIM in and out, for the account of the key."""

    authentication_classes = (ScimKeyAuthentication,)
    permission_classes = ()
    throttle_classes = (CallLimits,)
    parser_classes = (ScimParser, BoundedJSONParser)
    renderer_classes = (ScimRenderer,)
    content_negotiation_class = JSONOnlyNegotiation
    metadata_class = None
    schema = None

    @property
    def account_id(self) -> UUID:
        """The account of the key; every query begins with it."""
        return caller(self.request).own_account_id

    @property
    def base(self) -> str:
        """The address of the service, as the caller knows it."""
        return self.request.build_absolute_uri("/scim/v2")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with POLICY:
            return super().dispatch(request, *args, **kwargs)

    # -- reading what was sent -----------------------------------------------------------------

    @property
    def body(self) -> dict[str, Any]:
        """The object that was sent; raise `ParseError` for what is none or can't be stored."""
        data = self.request.data
        if not isinstance(data, dict):
            raise exceptions.ParseError("Send a JSON object.")
        if message := unstorable_message(data):
            raise exceptions.ParseError(message)
        return data

    def sent(self, model: type[Any], context: Context) -> Any:
        """Return the resource that was sent."""
        writable = {
            name: value for name, value in self.body.items() if name.lower() not in READ_ONLY
        }
        return model.model_validate(writable, scim_ctx=context)

    def require_version(self, resource: AnyShape) -> None:
        """Raise `ScimStale` if `If-Match` names another version than this."""
        wanted = self.request.headers.get("If-Match")
        if wanted is not None and not _names(wanted, _version(resource)):
            raise ScimStale()

    # -- answering -----------------------------------------------------------------------------

    def answer(self, resource: AnyShape, context: Context, status: int = 200) -> Response:
        """Return a resource, with what was asked for of it, and its version."""
        body = resource.model_dump(
            scim_ctx=context, response_parameters=self.chosen(type(resource))
        )
        headers = {"ETag": _version(resource)}
        if resource.meta and resource.meta.location:
            headers["Location" if status == 201 else "Content-Location"] = resource.meta.location
        return Response(body, status=status, headers=headers)

    def not_modified(self, resource: AnyShape) -> bool:
        known = self.request.headers.get("If-None-Match")
        return known is not None and _names(known, _version(resource))

    def chosen(self, model: type[Any]) -> ResponseParameters[Any]:
        """Return which attributes were asked for."""
        query = self.request.query_params
        names = {
            name: query[name] for name in ("attributes", "excludedAttributes") if name in query
        }
        found: ResponseParameters[Any] = ResponseParameters[model].model_validate(names)  # type: ignore[valid-type]
        return found

    # -- errors --------------------------------------------------------------------------------

    def handle_exception(self, exc: Exception) -> Response:
        """Return any error in the form of SCIM (RFC 7644, section 3.12)."""
        status, body, headers = _error(exc)
        if body is None:
            return super().handle_exception(exc)
        set_rollback()
        if status == 401:
            headers["WWW-Authenticate"] = ScimKeyAuthentication.keyword
        response = Response(body, status=status, headers=headers)
        response.exception = True
        return response


def _error(exc: Exception) -> tuple[int, dict[str, Any] | None, dict[str, str]]:
    if isinstance(exc, ShapeError):
        return *from_shape_error(exc), {}
    if isinstance(exc, SCIMException):
        return exc.status, error_body(exc.status, str(exc), exc.scim_type or None), {}
    if isinstance(exc, exceptions.APIException):
        scim_type = "invalidSyntax" if isinstance(exc, exceptions.ParseError) else None
        headers = {"Retry-After": str(int(wait))} if (wait := getattr(exc, "wait", None)) else {}
        return exc.status_code, error_body(exc.status_code, str(exc.detail), scim_type), headers
    if isinstance(exc, DomainError):
        headers = {"Retry-After": exc.retry_after} if isinstance(exc, Busy) else {}
        return exc.status, error_body(exc.status, exc.message), headers
    if isinstance(exc, RequestDataTooBig):
        return 413, error_body(413, "The body is too large."), {}
    if isinstance(exc, RecursionError):
        return 400, error_body(400, "That is nested too deeply.", "invalidSyntax"), {}
    if (outage := find_outage(exc)) is not None:
        return (
            outage.status,
            error_body(outage.status, outage.detail),
            {"Retry-After": outage.retry_after},
        )
    return 500, None, {}


def _version(resource: AnyShape) -> str:
    return (resource.meta and resource.meta.version) or ""


def _names(header: str, version: str) -> bool:
    """Return whether a list of entity tags, compared weakly, has this version."""
    tags = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in tags or version.removeprefix("W/") in tags


class ScimUnknown(ScimView):
    """Any other address below `/scim/v2`."""

    def handle(self, request: Request, **path: Any) -> Response:
        raise ScimNotFound(detail="There is no such address.")

    get = post = put = patch = delete = handle
