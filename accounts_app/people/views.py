"""Settings › People, and the page behind an invitation."""

from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts_app.addresses.queries import users_with_confirmed_address
from accounts_app.audit_events import log_user_event
from accounts_app.http import PageRequest
from accounts_app.mail.tasks import send_invitation
from accounts_app.models import Account, Action, Invitation, User
from accounts_app.passwords.reset_links import make_reset_link
from accounts_app.people import services
from accounts_app.people.forms import FirstPasswordForm, InvitationForm, JoinForm
from accounts_app.people.queries import open_invitations, page_of_people
from accounts_app.submissions import creates_once
from resolutionflow.web.dates import display_time
from resolutionflow.web.forms import uuid_or_none
from resolutionflow.web.responses import redirect_after_post, search_param


def _own_account(request: PageRequest) -> Account:
    return request.user.administered_account("Only admins invite people and give out links.")


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/")


def _page(request: PageRequest, *, status: int = 200, **more: object) -> HttpResponse:
    account = _own_account(request)
    search = search_param(request)
    people, last = page_of_people(account, search=search, after=_requested_after(request))
    invitations, has_more_invitations = open_invitations(account, search=search)
    confirmed = users_with_confirmed_address(people)
    context = {
        "section": "settings",
        "q": search,
        "is_later_page": "after" in request.GET,
        "next_query": urlencode({"q": search, "after": last} if search else {"after": last})
        if last
        else "",
        "people": [_describe(person, is_confirmed=person.pk in confirmed) for person in people],
        "invitations": [
            {
                "id": one.pk,
                "email": one.email,
                "role": one.get_role_display(),
                "team": one.team.name if one.team else "",
                "expires": display_time(one.expires_at),
            }
            for one in invitations
        ],
        "has_more_invitations": has_more_invitations,
        "form": InvitationForm(account=account, auto_id="invite-%s"),
        "sends_mail": settings.SENDS_MAIL,
        **more,
    }
    return render(request, "accounts_app/people.html", context, status=status)


def _requested_after(request: PageRequest) -> UUID | None:
    """Return after whom the page begins; raise `Http404` for what is no id."""
    text = request.GET.get("after", "")
    after = uuid_or_none(text)
    if text and after is None:
        raise Http404
    return after


def _describe(person: User, *, is_confirmed: bool) -> dict[str, object]:
    return {
        "id": person.pk,
        "name": person.display_name,
        "sign_in_name": person.sign_in_name,
        "email": person.email,
        "is_unconfirmed": bool(person.email) and not is_confirmed,
        "role": person.get_role_display(),
        "team": person.team.name if person.team else "",
        "is_active": person.is_active,
        "last_sign_in": display_time(person.last_login),
        "may_get_link": person.is_active and not person.is_superuser,
    }


@require_safe
def people(request: PageRequest) -> HttpResponse:
    """Show who is in the account, and who is invited."""
    return _page(request)


@require_POST
@creates_once()
def create_invitation(request: PageRequest) -> HttpResponse:
    """Invite somebody by mail; the page then has the link to copy, too."""
    account = _own_account(request)
    form = InvitationForm(request.POST, account=account, auto_id="invite-%s")
    if not form.is_valid():
        return _page(request, form=form, status=422)
    made = services.invite(by=request.user, **form.cleaned_data)
    if settings.SENDS_MAIL:
        send_invitation.defer(invitation_id=str(made.pk), site=_site(request))
        toast = f"An invitation is on its way to {made.email}."
    else:
        toast = f"{made.email} is invited. Copy the link and hand it over."
    return redirect_after_post(request, "people", toast=toast)


@require_POST
def show_invitation_link(request: PageRequest, pk: UUID) -> HttpResponse:
    """Show the link of an invitation, to be handed over without mail."""
    invitation = get_object_or_404(_own_account(request).invitations, pk=pk)
    if not invitation.is_open:
        refusal = "That invitation is used or has ended. Invite the person again."
        return redirect_after_post(request, "people", error=refusal)
    link = services.invitation_link(invitation.token, _site(request))
    return _page(request, link=link, link_for=invitation.email, link_kind="invitation")


@require_POST
def withdraw_invitation(request: PageRequest, pk: UUID) -> HttpResponse:
    """End an invitation at once."""
    invitation = get_object_or_404(_own_account(request).invitations, pk=pk, accepted_at=None)
    invitation.expires_at = timezone.now()
    invitation.save(update_fields=["expires_at"])
    toast = f"The invitation of {invitation.email} no longer works."
    return redirect_after_post(request, "people", toast=toast)


@require_POST
def create_reset_link(request: PageRequest, pk: UUID) -> HttpResponse:
    """Show a link by which somebody of the account sets a new password, once."""
    account = _own_account(request)
    person: User = get_object_or_404(account.users, pk=pk, is_active=True, is_superuser=False)
    link = make_reset_link(person, _site(request))
    log_user_event(Action.LINK_MADE, user=person, by=request.user)
    return _page(request, link=link, link_for=person.display_name, link_kind="password")


@login_not_required
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let the invited person choose names and password; they sign in afterwards."""
    invitation = Invitation.find(token)
    if invitation is None:
        return render(request, "account/invitation.html", {"is_over": True}, status=410)
    sent = request.POST or None
    form: FirstPasswordForm
    if invitation.user is not None:
        form = FirstPasswordForm(sent, instance=invitation.user)
    else:
        form = JoinForm(sent, instance=_invited_user(invitation))
    if request.method == "POST" and form.is_valid():
        user = _let_in(token, form)
        if user is not None:
            toast = f"Welcome. You sign in as {user.sign_in_name}."
            return redirect_after_post(request, "login", toast=toast)
        return render(request, "account/invitation.html", {"is_over": True}, status=410)
    context = {"invitation": invitation, "form": form}
    return render(request, "account/invitation.html", context, status=422 if form.is_bound else 200)


def _invited_user(invitation: Invitation) -> User:
    return User(
        account=invitation.account,
        team=invitation.team,
        role=invitation.role,
        email=invitation.email,
        username=invitation.email.partition("@")[0],
    )


def _let_in(token: str, form: FirstPasswordForm) -> User | None:
    """Do what a valid form says; None when the invitation ended meanwhile."""
    password = form.cleaned_data["password1"]
    if not isinstance(form, JoinForm):
        return services.set_first_password(token, password=password)
    names = {name: form.cleaned_data[name] for name in JoinForm.Meta.fields}
    return services.accept(token, password=password, **names)
