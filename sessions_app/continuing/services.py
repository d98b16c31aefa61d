"""Starting a session of another flow with what an earlier one knows of the ticket."""

from typing import Any

from django.http import Http404

from accounts_app.models import User
from resolutionflow.web.errors import Invalid
from sessions_app import permissions, services
from sessions_app.models import Session
from sessions_app.variable_validation import clean_values
from trees_app.models import Tree


def continue_in_flow(*, user: User, pk: Any, tree_id: Any) -> Session:
    """Start a session of the flow with ticket, client and values of the session `pk`, which stays
    as it is; whoever may write that session may.

    Raises `Http404` for a flow that isn't shared with the user, else what
    `services.startable_tree` raises.
    """
    source = permissions.get_writable_session(user, pk)
    if not Tree.objects.visible_to(user).filter(pk=tree_id).exists():
        raise Http404("There is no such flow.")
    tree = services.startable_tree(user, tree_id)
    return services.create_and_start(
        user=user,
        tree=tree,
        ticket_number=source.ticket_number,
        client_name=source.client_name,
        variables=carried_values(source, tree),
        facts={"continued_from": str(source.pk)},
    )


def carried_values(source: Session, tree: Tree) -> dict[str, str]:
    """Return the values that the flow asks for by the same name and that fit it.

    A value that is sensitive in one flow is carried only where the other keeps it so, or an export
    would show it.
    """
    hidden = {field["name"] for field in source.intake_form if field.get("sensitive")}
    form = tree.published_content().intake_form
    found: dict[str, str] = {}
    for field in form:
        name = field["name"]
        value = source.session_variables.get(name)
        if not value or (name in hidden and not field.get("sensitive")):
            continue
        try:
            found |= clean_values(form, {name: value})
        except Invalid:
            continue
    return found
