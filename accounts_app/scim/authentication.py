"""`Authorization: Bearer <key>`: how the directory of an account signs in."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts_app.models import ApiKey, User
from resolutionflow.api.scopes import SCIM_SCOPE
from resolutionflow.web.client_address import client_address


class ScimKeyAuthentication(BaseAuthentication):
    """Sign in by a key whose scope is `scim`. Whatever is wrong with another answers the same."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiKey]:
        words = get_authorization_header(request).split()
        if len(words) != 2 or words[0].lower() != self.keyword.lower().encode():
            raise AuthenticationFailed("Send the header as “Authorization: Bearer <key>”.")
        key = ApiKey.objects.with_digest(ApiKey.digest_of(words[1].decode("latin-1")))
        if key is None or not self._is_good(key):
            raise AuthenticationFailed("This key isn't valid, or not any more.")
        key.touch(client_address(request))
        return key.user, key

    def _is_good(self, key: ApiKey) -> bool:
        return (
            key.is_usable
            and key.user.is_active
            and key.user.account_id is not None
            and key.has_scope(SCIM_SCOPE)
        )

    def authenticate_header(self, request: Request) -> str:
        return self.keyword
