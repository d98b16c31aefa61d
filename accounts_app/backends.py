"""Signing in by name and password, and who a browser session belongs to."""

from django.contrib.auth.backends import ModelBackend

from accounts_app.models import User


class AccountBackend(ModelBackend):
    """As Django's, but the person comes with their account in the same query: every page of the
    product names it.
    """

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("account").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
