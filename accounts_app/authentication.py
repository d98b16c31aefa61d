"""`Authorization: Token <key>`: how ticket systems and scripts sign in to the API."""

from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts_app.models import ApiKey, User
from resolutionflow.api.scopes import required_scope
from resolutionflow.web.client_address import client_address


def caller(request: Request) -> User:
    """Return the user who makes this call; every call but that of the document is signed in."""
    return cast(User, request.user)


class ApiKeyAuthentication(BaseAuthentication):
    """Sign in by an API key, in one query.

    A key that is unknown, revoked, expired, or of somebody who was deactivated answers the same
    401, so that nobody learns which of these it was. A request without such a header is left to
    the next way of signing in.
    """

    keyword = "Token"

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != self.keyword.lower().encode():
            return None
        if len(words) != 2:
            raise AuthenticationFailed("Send the header as “Authorization: Token <key>”.")
        digest = ApiKey.digest_of(words[1].decode("latin-1"))
        key = ApiKey.objects.with_digest(digest)
        if key is None or not key.is_usable or not key.user.is_active:
            raise AuthenticationFailed("This API key isn't valid, or not any more.")
        key.touch(client_address(request))
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document describes the header."""

    target_class = "accounts_app.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "The word `Token`, a space, and the key: `Token rf_…`. Each operation "
            "names the scope that the key needs for it: `read`, `export` or `write`.",
        }

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        return {self.name: [required_scope(auto_schema.view, auto_schema.method)]}
