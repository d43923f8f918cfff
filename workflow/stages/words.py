"""What people call owners, kinds of steps, those who may take them, and what happens by itself."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.stages.definition import ActionKind, MayTake, Owner, StepKind

OWNERS: dict[Owner, Promise] = {
    Owner.STAYS: _("whoever has it keeps it"),
    Owner.DEPARTMENT: _("always the same department"),
    Owner.CHOSEN: _("the department that is chosen, by a rule or a person"),
}
KINDS: dict[StepKind, Promise] = {
    StepKind.FORWARD: _("forward"),
    StepKind.SIDE: _("sideways"),
    StepKind.BACK: _("back (a detour)"),
}
WHO_MAY: dict[MayTake, Promise] = {
    MayTake.DEPARTMENT: _("everybody in the department"),
    MayTake.ASSIGNEE: _("whoever it is assigned to"),
    MayTake.HEAD: _("the head of the department"),
    MayTake.LEAD: _("a service lead"),
}
ACTS: dict[ActionKind, Promise] = {
    ActionKind.TASK: _("ask a department for a task"),
    ActionKind.NOTIFY: _("tell somebody"),
    ActionKind.SET_FIELD: _("set a field"),
    ActionKind.WEBHOOK: _("call the webhooks"),
}
# The facts of each act that a form asks for: what it is about, and what is said.
ABOUT: dict[ActionKind, str] = {
    ActionKind.TASK: "department",
    ActionKind.NOTIFY: "to",
    ActionKind.SET_FIELD: "field",
}
SAYS: dict[ActionKind, str] = {
    ActionKind.TASK: "title",
    ActionKind.SET_FIELD: "value",
}
