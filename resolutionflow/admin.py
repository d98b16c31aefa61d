"""Django's admin site, for the operator and for the admins of an account."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.http import HttpRequest


class AdminSite(admin.AdminSite):
    site_header = site_title = "ResolutionFlow admin"
    index_title = "Account"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "may_use_admin_site", False))


class AdminConfig(DjangoAdminConfig):
    default_site = "resolutionflow.admin.AdminSite"
