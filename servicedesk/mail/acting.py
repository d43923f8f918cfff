"""What a colleague may decide by an errand: the same actions as on the pages, and the same rules."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from problems.models import Problem, StepRequest, Task
from servicedesk.mail import acting_on_approvals, acting_on_problems, acting_on_tasks
from servicedesk.mail.commands import Deed
from servicedesk.mail.errands import About, Errand, Way, last_day_from
from servicedesk.mail.standing import ErrandOver, MovedOn, NoSuchOwner, NotNow, Standing
from workflow.people.actors import Source
from workflow.people.authentication import user_at_work
from workflow.people.models import Department
from workflow.people.permissions import Permission
from workflow.tenancy.scope import tenant_of_the_scope


def errand_about(subject: Problem | Task | StepRequest, *, user_id: int, at: datetime) -> Errand:
    """Return the errand of somebody who is to decide about something as it stands now.

    A request for an approval has no versions: whoever was asked answers once.
    """
    about = {Problem: About.PROBLEM, Task: About.TASK, StepRequest: About.APPROVAL}[type(subject)]
    return Errand(
        tenant_id=subject.tenant_id,
        about=about,
        subject_id=subject.pk,
        user_id=user_id,
        version=int(getattr(subject, "state_version", 0)),
        last_day=last_day_from(at),
    )


def subject_of(errand: Errand) -> Problem | Task | StepRequest | None:
    """Return what an errand is about, with its problem; one query."""
    if errand.about is About.PROBLEM:
        return Problem.objects.filter(pk=errand.subject_id).first()
    kind: Any = Task if errand.about is About.TASK else StepRequest
    found: Task | StepRequest | None = (
        kind.objects.select_related("problem", "department").filter(pk=errand.subject_id).first()
    )
    return found


def problem_of(subject: Problem | Task | StepRequest) -> Problem:
    """Return the problem that something belongs to; no query if it is loaded."""
    return subject if isinstance(subject, Problem) else subject.problem


def standing_of(errand: Errand, *, way: Way, at: datetime) -> Standing:
    """Return how the matter of an errand stands; five queries at most, nothing is written.

    Raises:
        ErrandOver: it is of another tenant or too old, or the person is gone or not in charge.
    """
    if errand.tenant_id != tenant_of_the_scope() or errand.ends_at <= at:
        raise ErrandOver
    found = user_at_work(errand.user_id, source=Source.MAIL)
    if found is None or not found[1].may(Permission.VIEW_PROBLEM):
        raise ErrandOver
    user, actor = found
    if errand.about is About.PROBLEM:
        standing = acting_on_problems.stand(errand, user, actor, way=way)
    elif errand.about is About.TASK:
        standing = acting_on_tasks.stand(errand, user, actor)
    else:
        standing = acting_on_approvals.stand(errand, user, actor)
    if not standing.has_moved_on and not standing.deeds:
        raise ErrandOver
    return standing


@transaction.atomic
def carry_out(
    errand: Errand,
    *,
    deed: Deed,
    way: Way,
    text: str,
    at: datetime,
    owner: Department | None = None,
    confirm: bool = False,
) -> Standing:
    """Do what a colleague decided, once: what it is about has moved on then, and the errand is over.

    `owner` is the department that shall have it, `confirm` says that little time is left and that
    this is known. Returns how it stood before.

    Raises:
        ErrandOver: see `standing_of`.
        MovedOn: it has been decided meanwhile.
        NotNow: this is not what was asked.
        Refusal: whatever the action refuses.
    """
    # Locked first, so that two clicks find one errand between them.
    if errand.about is About.PROBLEM:
        acting_on_problems.lock(errand.subject_id)
    elif errand.about is About.TASK:
        acting_on_tasks.lock(errand.subject_id)
    standing = standing_of(errand, way=way, at=at)
    if standing.has_moved_on:
        raise MovedOn(standing)
    if deed not in standing.deeds:
        raise NotNow
    act: dict[About, Any] = {
        About.PROBLEM: acting_on_problems.do,
        About.TASK: acting_on_tasks.do,
        About.APPROVAL: acting_on_approvals.do,
    }
    act[errand.about](standing, deed, text=text, owner=owner, confirm=confirm, at=at)
    return standing


def owner_named(name: str) -> Department | None:
    """Return the open department of a name or short name, None for no name; one query.

    Raises:
        NoSuchOwner: none is called so; the sentence names those that there are.
    """
    wanted = " ".join(name.split()).casefold()
    if not wanted:
        return None
    departments = list(Department.objects.filter(is_active=True).order_by("name", "id"))
    for department in departments:
        if wanted in (department.name.casefold(), department.slug.casefold()):
            return department
    raise NoSuchOwner(
        _("There is no department of this name."),
        next_step=_("There are: %(names)s.") % {"names": ", ".join(d.name for d in departments)},
    )
