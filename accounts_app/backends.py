"""Sign-in by name and password, and the user of a browser session."""

from uuid import UUID

from django.contrib.auth.backends import ModelBackend

from accounts_app.models import User


class AccountBackend(ModelBackend):
    """Django's backend, but the user is read with the account, which every page of the product
    names.
    """

    def get_user(self, user_id: UUID) -> User | None:
        user = User.objects.select_related("account").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
