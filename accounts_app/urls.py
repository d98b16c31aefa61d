"""Addresses of the account pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts_app import views

urlpatterns = [
    path("sign-in", views.SignIn.as_view(), name="login"),
    path("sign-in/user", views.signed_in_user, name="signed-in-user"),
    path("sign-out", LogoutView.as_view(), name="logout"),
    path("settings", views.account_settings, name="settings"),
    path("settings/account", views.save_account, name="account-settings"),
    path("settings/shortcuts", views.save_shortcuts, name="shortcut-settings"),
    path("settings/redaction", views.redaction_settings, name="redaction-settings"),
    path("settings/password", views.ChangePassword.as_view(), name="password_change"),
    path("settings/keys", views.create_api_key, name="api-key-create"),
    path("settings/keys/<id:pk>/revoke", views.revoke_api_key, name="api-key-revoke"),
]
