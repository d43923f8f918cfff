"""What a drawn workflow of problems may name: states, departments, people, fields, facts."""

from collections import Counter

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from problems.facts import NAMES
from problems.models import Problem
from problems.stages import FIELDS, NOTIFIED, SETTABLE
from problems.states import STATE_NAMES, ProblemState, VisibleStage
from workflow.people.models import Department, Membership, User
from workflow.people.permissions import Role
from workflow.stages.world import Manned, World

# A person confirms a suspicion, ends a problem without a fix or opens it again whenever it is
# needed: nobody has to draw these, so a drawn step cannot be one of them.
NEVER_DRAWN = frozenset({"confirm", "end_without_fix", "reopen"})
DRAWN = tuple(state for state in ProblemState if state is not ProblemState.SUSPECTED)

# What people call the facts that a condition may ask for; one without a name is called by its code.
FACT_NAMES: dict[str, Promise] = {
    "title": _("Title"),
    "statement": _("Statement"),
    "text": _("Title or statement"),
    "category": _("Category"),
    "product": _("Product"),
    "severity": _("Severity"),
    "version": _("Version"),
    "brand": _("Brand"),
    "region": _("Region of its customers"),
    "segment": _("Segment of its customers"),
    "pattern": _("Matched pattern"),
    "said": _("What customers wrote"),
    "language": _("Language of its customers"),
    "channel": _("Channel"),
    "request_type": _("Request type"),
}
CUSTOMER_STAGES: dict[str, Promise] = {
    VisibleStage.RECEIVED: _("Received"),
    VisibleStage.INVESTIGATING: _("Investigating"),
    VisibleStage.IDENTIFIED: _("Cause found"),
    VisibleStage.FIXING: _("Fixing"),
    VisibleStage.MONITORING: _("Watching the fix"),
    VisibleStage.RESOLVED: _("Resolved"),
}


def transitions() -> dict[str, frozenset[str]]:
    """Return for each state, in their order, those that a step may lead to; asks nothing.

    Read from the transitions of the problem itself: what they do not allow, nobody can draw.
    """
    follow: dict[str, set[str]] = {state.value: set() for state in DRAWN}
    for transition in Problem._meta.get_field("state").get_all_transitions(Problem):
        if transition.name not in NEVER_DRAWN and transition.source in follow:
            follow[transition.source].add(str(transition.target))
    return {state: frozenset(states) for state, states in follow.items()}


def world_of_problems() -> World:
    """Return what a workflow of problems may name here and now; four queries."""
    members = Membership.objects.filter(department=OuterRef("pk"), user__is_active=True)
    departments = Department.objects.annotate(
        has_members=Exists(members), has_head=Exists(members.filter(role=Role.HEAD))
    ).order_by("name", "id")
    roles = Membership.objects.filter(user__is_active=True).values_list("role", "user")
    return World(
        transitions=transitions(),
        begins_in=ProblemState.NEW.value,
        ends_in=(ProblemState.RESOLVED.value, ProblemState.CLOSED.value),
        covered=tuple(state.value for state in DRAWN),
        departments={
            one.slug: Manned(
                name=one.name,
                is_active=one.is_active,
                has_members=one.has_members,
                has_head=one.has_head,
                hue=one.hue,
            )
            for one in departments
        },
        fields={code: str(one.label) for code, one in FIELDS.items()},
        people=tuple(
            User.objects.filter(is_active=True, memberships__isnull=False)
            .distinct()
            .order_by("email")
            .values_list("email", flat=True)
        ),
        roles=Counter(role for role, _user in set(roles)),
        states={state.value: str(STATE_NAMES[state]) for state in DRAWN},
        settable={code: str(name) for code, name in SETTABLE.items()},
        notified={code: str(name) for code, name in NOTIFIED.items()},
        facts={code: str(FACT_NAMES.get(code, code)) for code in NAMES},
        customer_stages={code: str(name) for code, name in CUSTOMER_STAGES.items()},
    )
