"""Decide about one thing without signing in: a signed link shows a small page, its form decides."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases.queries import active_departments
from problems.better_owners import BetterOwner, better_owners
from problems.ledger import affected_counts
from problems.lifecycle import ReasonMissing
from problems.queries import department_by_id
from problems.states import ProblemState
from problems.time_budget import ShortTime
from servicedesk.limits import allow
from servicedesk.mail.acting import carry_out, standing_of
from servicedesk.mail.addresses import errand_of_word
from servicedesk.mail.commands import Deed
from servicedesk.mail.errands import About, Way
from servicedesk.mail.standing import ErrandOver, MovedOn, Standing
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import NotificationKind
from servicedesk.pages.answers import page
from servicedesk.pages.guards import needs_tenant, public
from servicedesk.pages.network import network_of
from servicedesk.pages.refusals import status_of
from workflow.people.authentication import digest_of
from workflow.people.models import Department
from workflow.refusals import Refusal

LOOKS_AT_MOST = 60
IN = timedelta(minutes=1)
LONGEST_TEXT = 20_000
MOST_DIGITS = 15
# What is asked of whoever says that a step is done.
ASKED_FOR = {
    ProblemState.ROOT_CAUSE: lambda: (_("The root cause"), _("Save root cause")),
    ProblemState.FIX_IN_PROGRESS: lambda: (_("What was changed"), _("Save fix")),
    ProblemState.VERIFYING: lambda: (
        _("The solution, as every customer affected is told it"),
        _("Resolve problem and tell customers"),
    ),
}
DONE_WORDS = {
    Deed.ACCEPT: lambda: _("Accepted. The problem is yours."),
    Deed.REFUSE: lambda: _("Refused. The reason stands in the journey."),
    Deed.HAND_OVER: lambda: _("Sent on. The department has yet to accept it."),
    Deed.DONE: lambda: _("Saved. It went a step on."),
    Deed.APPROVE: lambda: _("Approved. The step is taken when enough others agree."),
    Deed.DECLINE: lambda: _("Declined. Whoever asked reads why."),
}


class TooManyLooks(Refusal):
    """Somebody tries links by the dozen."""

    code = "too_many_looks"
    status = 429


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public("the signed word in the address is the key to one decision of one person")
def decide(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is to be decided. Only the form decides: programs that try links do nothing."""
    needs_tenant(request)
    refuse_too_many(request)
    answer = answered(request, token)
    # The word must not travel on in a referrer.
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def answered(request: HttpRequest, word: str) -> HttpResponse:
    """Return the page of a word, or what came of its form."""
    errand = errand_of_word(word)
    if errand is None:
        return over_page(request, ErrandOver())
    try:
        standing = standing_of(errand, way=Way.LINK, at=now())
    except ErrandOver as refusal:
        return over_page(request, refusal)
    with override(standing.user.language):
        if request.method == "POST":
            return decided(request, standing)
        return standing_page(request, standing)


def refuse_too_many(request: HttpRequest) -> None:
    """Refuse whoever tries many words; counted by network address.

    Raises:
        TooManyLooks: the limit is reached.
    """
    key = f"decide:{digest_of(network_of(request))}"
    if not allow(key, at_most=LOOKS_AT_MOST, per=IN, at=now()).is_allowed:
        raise TooManyLooks(
            _("There were very many tries from your network."),
            next_step=_("Wait a minute, then open the link again."),
        )


def decided(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Do what the form says, or show it again with what was written."""
    given = {name: value[:LONGEST_TEXT] for name, value in request.POST.dict().items()}
    deed = next((one for one in Deed if one.value == given.get("deed")), None)
    if deed is None:
        return standing_page(request, standing, given=given, status=422)
    try:
        with transaction.atomic():
            owner = owner_chosen(given)
            carry_out(
                standing.errand,
                deed=deed,
                way=Way.LINK,
                text=given.get("text", "").strip() or reason_for(standing, owner, deed=deed),
                owner=owner,
                confirm=bool(given.get("is_confirmed")),
                at=now(),
            )
            tell(standing, deed=deed)
    except ErrandOver as refusal:
        return over_page(request, refusal)
    except MovedOn as refusal:
        return standing_page(request, refusal.standing, status=status_of(refusal))
    except Refusal as refusal:
        return standing_page(
            request, standing, given=given, refusal=refusal, status=status_of(refusal)
        )
    return redirect(f"{request.path}?done={deed.value}")


def owner_chosen(given: Mapping[str, str]) -> Department | None:
    """Return the open department that was chosen, None for none; one query."""
    key = given.get("department", "")
    is_number = key.isascii() and key.isdigit() and len(key) <= MOST_DIGITS
    return department_by_id(int(key)) if is_number else None


def reason_for(standing: Standing, owner: Department | None, *, deed: Deed) -> str:
    """Return the reason of a refusal towards an owner that we suggested, else nothing."""
    if deed is not Deed.REFUSE or owner is None:
        return ""
    return next((one.reason for one in suggested(standing) if one.department.pk == owner.pk), "")


def suggested(standing: Standing) -> list[BetterOwner]:
    """Return who likely owns it instead; four queries, none where nobody is asked."""
    if Deed.REFUSE not in standing.deeds or standing.leg is None:
        return []
    return better_owners(standing.problem, has_it=standing.leg.department_id)


def tell(standing: Standing, *, deed: Deed) -> None:
    """Send the person what came of it, with a new link for what is to be decided next.

    One link decides once; the next one goes to the person's own mailbox.
    """
    errand = standing.errand
    once = f"{errand.version}.{errand.user_id}"
    notify(
        [
            Asked(
                key=f"acted:{errand.about.value}{errand.subject_id}:{once}:{deed.value}",
                kind=NotificationKind.ACTED,
                user_id=standing.user.pk,
                problem_id=standing.problem.pk,
            )
        ],
        at=now(),
        queue="urgent",
    )


# ---- pages -----------------------------------------------------------------------------------


def over_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the page of a word that is good for nothing; it says nothing of what it was about."""
    context = {"is_over": True, "refusal": refusal, "sign_in_url": reverse("sign_in")}
    return page(request, "doors/decide.html", context, status=status_of(refusal))


def standing_page(
    request: HttpRequest,
    standing: Standing,
    *,
    given: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return what the mail said, and the forms; or what is so now, once it has moved on."""
    is_problem = standing.errand.about is About.PROBLEM
    asked_for, done_label = words_of_done(standing)
    errors = errors_of(refusal)
    address = reverse("problem:problem", args=[standing.problem.name])
    return page(
        request,
        "doors/decide.html",
        {
            "is_over": False,
            "person": standing.user.name,
            "number": standing.name,
            "title": standing.title,
            "department": standing.department,
            "reason": standing.reason if not standing.has_moved_on else "",
            "customers": affected_counts(standing.problem).customers if is_problem else 0,
            "has_moved_on": standing.has_moved_on,
            "says_now": standing.says_now if standing.has_moved_on else "",
            "done": done_words(request) if standing.has_moved_on else "",
            "may": {deed.value: deed in standing.deeds for deed in Deed},
            "suggested": [
                {"value": one.department.pk, "label": one.department.name}
                for one in suggested(standing)
            ],
            "departments": departments_to_choose(standing),
            "asked_for": asked_for,
            "done_label": done_label,
            "given": dict(given or {}),
            "errors": errors,
            "refusal": refusal if not errors else None,
            "sign_in_url": sign_in_url(address),
            "action": request.path,
        },
        status=status,
    )


def words_of_done(standing: Standing) -> tuple[str, str]:
    """Return what is asked of whoever says that it is done, and the words of the button."""
    if standing.errand.about is About.TASK:
        return _("Outcome"), _("The task is done")
    state = ProblemState(standing.problem.state)
    return ASKED_FOR[state]() if state in ASKED_FOR else ("", "")


def departments_to_choose(standing: Standing) -> list[dict[str, Any]]:
    """Return to whom a problem may be sent from here; at most one query, none for other matters."""
    if standing.has_moved_on or standing.leg is None:
        return []
    return [
        {"value": one.pk, "label": one.name}
        for one in active_departments()
        if one.pk != standing.leg.department_id
    ]


def sign_in_url(then: str) -> str:
    """Return where to sign in and go on."""
    return f"{reverse('sign_in')}?{urlencode({'next': then})}"


def errors_of(refusal: Refusal | None) -> dict[str, str]:
    """Return beside which field a refusal stands, if beside one."""
    if isinstance(refusal, ShortTime):
        return {"is_confirmed": str(refusal)}
    if isinstance(refusal, ReasonMissing):
        return {"text": str(refusal)}
    return {}


def done_words(request: HttpRequest) -> str:
    """Return what was decided just now, if this page follows a decision."""
    deed = next((one for one in DONE_WORDS if one.value == request.GET.get("done")), None)
    return DONE_WORDS[deed]() if deed is not None else ""
