"""The addresses of SCIM, below `/scim/v2`."""

from django.urls import path, re_path

from accounts_app.scim import api
from accounts_app.scim.api_call import ScimUnknown

urlpatterns = [
    path("ServiceProviderConfig", api.ServiceConfig.as_view(), name="scim-config"),
    path("ResourceTypes", api.ResourceTypes.as_view(), name="scim-resource-types"),
    path("ResourceTypes/<str:name>", api.ResourceTypes.as_view(), name="scim-resource-type"),
    path("Schemas", api.Schemas.as_view(), name="scim-schemas"),
    path("Schemas/<str:name>", api.Schemas.as_view(), name="scim-schema"),
    path("Users", api.Users.as_view(), name="scim-users"),
    path("Users/.search", api.UserSearch.as_view(), name="scim-user-search"),
    path("Users/<str:pk>", api.OneUser.as_view(), name="scim-user"),
    path("Groups", api.Groups.as_view(), name="scim-groups"),
    path("Groups/.search", api.GroupSearch.as_view(), name="scim-group-search"),
    path("Groups/<str:pk>", api.OneGroup.as_view(), name="scim-group"),
    path("Bulk", api.NotSupported.as_view(), name="scim-bulk"),
    path("Me", api.NotSupported.as_view(), name="scim-me"),
    path(".search", api.NotSupported.as_view(), name="scim-search"),
    re_path(r"^(?P<rest>.*)$", ScimUnknown.as_view(), name="scim-unknown"),
]
