"""The calls of SCIM: users, groups, searches, and what the service says of itself."""

from abc import ABC, abstractmethod
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from scim2_models import Context, ListResponse, PatchOp, Schema, SearchRequest

from accounts_app.mail.tasks import send_invitation
from accounts_app.models import Team, User
from accounts_app.people.services import invite_provisioned
from accounts_app.scim import group_services, user_services
from accounts_app.scim.api_call import ScimView
from accounts_app.scim.errors import ScimNotFound, ScimNotImplemented
from accounts_app.scim.filters import as_id, condition, ordering
from accounts_app.scim.group_patch import GroupPatch
from accounts_app.scim.queries import (
    as_groups,
    as_users,
    provisioned_teams,
    provisioned_users,
)
from accounts_app.scim.resources import (
    CONFIG,
    DEFAULT_PAGE,
    GROUP_TYPE,
    MAX_PAGE,
    PROVIDER,
    USER_TYPE,
    ScimGroup,
    ScimUser,
)
from accounts_app.scim.user_services import writing

READ = Context.RESOURCE_QUERY_RESPONSE


class _Collection(ScimView, ABC):
    """The calls on all users, or all groups."""

    model: type[Any]

    @abstractmethod
    def rows(self) -> QuerySet[Any]:
        """Return all of the account's that may be searched."""

    @abstractmethod
    def written(self, rows: Any) -> list[Any]:
        """Return `rows` as SCIM has them."""

    def list_response(self, search: SearchRequest[Any]) -> Response:
        """Return a page of what was searched for."""
        rows = self.rows()
        if search.filter is not None:
            rows = rows.filter(condition(self.model, search.filter))
        descending = search.sort_order == SearchRequest.SortOrder.descending
        start = search.start_index or 1
        size = min(DEFAULT_PAGE if search.count is None else search.count, MAX_PAGE)
        total = rows.count()
        page = rows.order_by(*ordering(self.model, search.sort_by, descending=descending))
        found = self.written(page[start - 1 : start - 1 + size]) if size and start <= total else []
        body = ListResponse[self.model](  # type: ignore[name-defined]
            total_results=total, start_index=start, items_per_page=len(found), resources=[]
        ).model_dump(scim_ctx=READ)
        body["Resources"] = [
            one.model_dump(scim_ctx=READ, response_parameters=search) for one in found
        ]
        return Response(body)

    def search_of_address(self) -> SearchRequest[Any]:
        return SearchRequest[self.model].model_validate(  # type: ignore[name-defined]
            dict(self.request.query_params.items())
        )

    def search_of_body(self) -> SearchRequest[Any]:
        return SearchRequest[self.model].model_validate(  # type: ignore[name-defined]
            self.body, scim_ctx=Context.SEARCH_REQUEST
        )


class _Users(_Collection):
    model = ScimUser

    def rows(self) -> QuerySet[User]:
        return provisioned_users(self.account_id)

    def written(self, rows: Any) -> list[ScimUser]:
        return as_users(rows, self.base)

    def user(self, pk: str) -> User:
        """Return the user with this id; raise `ScimNotFound` where the account has none."""
        number = as_id(pk)
        user = self.rows().filter(pk=number).first() if number else None
        if user is None:
            raise ScimNotFound()
        return user

    def resource(self, pk: str) -> ScimUser:
        [resource] = self.written([self.user(pk)])
        return resource

    def invite(self, user: User) -> None:
        """Have a user choose a password, by a link of mail or of an admin, where they need one."""
        invitation = invite_provisioned(user)
        if invitation is not None and settings.SENDS_MAIL:
            site = self.request.build_absolute_uri("/")
            send_invitation.defer(invitation_id=str(invitation.pk), site=site)


class _Groups(_Collection):
    model = ScimGroup

    def rows(self) -> QuerySet[Team]:
        return provisioned_teams(self.account_id)

    def written(self, rows: Any) -> list[ScimGroup]:
        return as_groups(rows, self.base)

    def team(self, pk: str) -> Team:
        number = as_id(pk)
        team = self.rows().filter(pk=number).first() if number else None
        if team is None:
            raise ScimNotFound()
        return team

    def resource(self, pk: str) -> ScimGroup:
        [resource] = self.written([self.team(pk)])
        return resource


class Users(_Users):
    def get(self, request: Request) -> Response:
        return self.list_response(self.search_of_address())

    def post(self, request: Request) -> Response:
        sent = self.sent(ScimUser, Context.RESOURCE_CREATION_REQUEST)
        with writing(self.account_id) as account:
            user = user_services.create_user(account, sent)
            self.invite(user)
        made = self.resource(str(user.pk))
        return self.answer(made, Context.RESOURCE_CREATION_RESPONSE, status=201)


class UserSearch(_Users):
    def post(self, request: Request) -> Response:
        return self.list_response(self.search_of_body())


class OneUser(_Users):
    def get(self, request: Request, pk: str) -> Response:
        found = self.resource(pk)
        return Response(status=304) if self.not_modified(found) else self.answer(found, READ)

    def put(self, request: Request, pk: str) -> Response:
        sent = self.sent(ScimUser, Context.RESOURCE_REPLACEMENT_REQUEST)
        with writing(self.account_id):
            user = self._writable(pk)
            was_active = user.is_active
            user_services.replace_user(user, sent)
            if user.is_active and not was_active:
                self.invite(user)
        return self.answer(self.resource(pk), Context.RESOURCE_REPLACEMENT_RESPONSE)

    def patch(self, request: Request, pk: str) -> Response:
        sent = PatchOp[ScimUser].model_validate(self.body, scim_ctx=Context.RESOURCE_PATCH_REQUEST)
        with writing(self.account_id):
            user = self._writable(pk)
            was_active = user.is_active
            user_services.patch_user(user, sent)
            if user.is_active and not was_active:
                self.invite(user)
        return self.answer(self.resource(pk), Context.RESOURCE_PATCH_RESPONSE)

    def delete(self, request: Request, pk: str) -> Response:
        with writing(self.account_id) as account:
            user_services.remove_user(account, self._writable(pk))
        return Response(status=204)

    def _writable(self, pk: str) -> User:
        user = self.user(pk)
        if "If-Match" in self.request.headers:
            self.require_version(self.written([user])[0])
        return user


class Groups(_Groups):
    def get(self, request: Request) -> Response:
        return self.list_response(self.search_of_address())

    def post(self, request: Request) -> Response:
        sent = self.sent(ScimGroup, Context.RESOURCE_CREATION_REQUEST)
        with writing(self.account_id) as account:
            team = group_services.create_group(account, sent)
        made = self.resource(str(team.pk))
        return self.answer(made, Context.RESOURCE_CREATION_RESPONSE, status=201)


class GroupSearch(_Groups):
    def post(self, request: Request) -> Response:
        return self.list_response(self.search_of_body())


class OneGroup(_Groups):
    def get(self, request: Request, pk: str) -> Response:
        found = self.resource(pk)
        return Response(status=304) if self.not_modified(found) else self.answer(found, READ)

    def put(self, request: Request, pk: str) -> Response:
        sent = self.sent(ScimGroup, Context.RESOURCE_REPLACEMENT_REQUEST)
        with writing(self.account_id) as account:
            group_services.replace_group(account, self._writable(pk), sent)
        return self.answer(self.resource(pk), Context.RESOURCE_REPLACEMENT_RESPONSE)

    def patch(self, request: Request, pk: str) -> Response:
        sent = GroupPatch.read(self.body)
        with writing(self.account_id) as account:
            group_services.patch_group(account, self._writable(pk), sent)
        return self.answer(self.resource(pk), Context.RESOURCE_PATCH_RESPONSE)

    def delete(self, request: Request, pk: str) -> Response:
        with writing(self.account_id) as account:
            group_services.delete_group(account, self._writable(pk))
        return Response(status=204)

    def _writable(self, pk: str) -> Team:
        team = self.team(pk)
        if "If-Match" in self.request.headers:
            self.require_version(self.written([team])[0])
        return team


# -- discovery ---------------------------------------------------------------------------------


class ServiceConfig(ScimView):
    def get(self, request: Request) -> Response:
        return Response(_with_meta(CONFIG, f"{self.base}/ServiceProviderConfig"))


class ResourceTypes(ScimView):
    def get(self, request: Request, name: str = "") -> Response:
        kinds = {
            str(kind.id): _with_meta(kind, f"{self.base}/ResourceTypes/{kind.id}")
            for kind in (USER_TYPE, GROUP_TYPE)
        }
        return _described(kinds, name, request)


class Schemas(ScimView):
    def get(self, request: Request, name: str = "") -> Response:
        schemas = {}
        for schema in PROVIDER.schemas:
            named = schema.model_copy(update={"name": str(schema.id).rpartition(":")[2]})
            schemas[str(schema.id)] = _with_meta(named, f"{self.base}/Schemas/{schema.id}")
        return _described(schemas, name, request)


def _with_meta(resource: Any, location: str) -> dict[str, Any]:
    body: dict[str, Any] = resource.model_dump(scim_ctx=READ)
    kind = "Schema" if isinstance(resource, Schema) else type(resource).__name__
    return {**body, "meta": {"resourceType": kind, "location": location}}


def _described(known: dict[str, dict[str, Any]], name: str, request: Request) -> Response:
    """Return one description, or all of them; they can't be searched (RFC 7644, section 4)."""
    if "filter" in request.query_params:
        raise exceptions.PermissionDenied("Descriptions can't be filtered.")
    if name:
        found = {key.lower(): value for key, value in known.items()}.get(name.lower())
        if found is None:
            raise ScimNotFound()
        return Response(found)
    return Response(
        {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": len(known),
            "startIndex": 1,
            "itemsPerPage": len(known),
            "Resources": list(known.values()),
        }
    )


class NotSupported(ScimView):
    """Bulk, `/Me` and a search of everything at once: none of them is announced."""

    def handle(self, request: Request) -> Response:
        raise ScimNotImplemented()

    get = post = put = patch = delete = handle
