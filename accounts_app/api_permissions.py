"""Which calls a key may be used for ([I4])."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts_app.models import ApiKey
from resolutionflow.api.scopes import required_scope, scope_message


class HasScope(BasePermission):
    """The key has the scope that the call needs; a browser's sign-in may do all that its user may.

    A method that the address lacks is left to be refused as such (405).
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        key, method = request.auth, request.method or ""
        if not isinstance(key, ApiKey) or not hasattr(view, method.lower()):
            return True
        scope = required_scope(view, method)
        self.message = scope_message(scope)
        return key.has_scope(scope)
