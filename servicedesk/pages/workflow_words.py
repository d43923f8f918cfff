"""What stands on the drawing of a workflow: owners, limits, and findings in few words."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from problems.states import STATE_NAMES
from servicedesk.pages.spans import hours_in_words
from workflow.stages.checking import Finding
from workflow.stages.definition import Owner, Stage

# Stage and state are never told by colour alone: the words stand on the card too.
STATE_HUES = {
    "suspected": "blue",
    "new": "blue",
    "assess": "violet",
    "root_cause": "rose",
    "fix_in_progress": "petrol",
    "verifying": "olive",
    "resolved": "green",
    "closed": "green",
}
FINDING_WORDS = {
    "key_twice": gettext_lazy("key used twice"),
    "step_key_twice": gettext_lazy("key used twice"),
    "name_twice": gettext_lazy("name used twice"),
    "wrong_start": gettext_lazy("cannot be first"),
    "loose_step": gettext_lazy("loose end"),
    "unknown_state": gettext_lazy("unknown state"),
    "unreachable": gettext_lazy("no step leads here"),
    "dead_end": gettext_lazy("nothing leads out"),
    "loop_without_exit": gettext_lazy("circle without exit"),
    "impossible_step": gettext_lazy("not possible"),
    "step_to_itself": gettext_lazy("leads to itself"),
    "no_owner": gettext_lazy("no department"),
    "nobody_there": gettext_lazy("nobody works there"),
    "nobody_may": gettext_lazy("nobody may"),
    "bad_quorum": gettext_lazy("share of approvers"),
    "quorum_of_nobody": gettext_lazy("nobody to approve"),
    "no_target": gettext_lazy("no time limit"),
    "bad_target": gettext_lazy("bad time limit"),
    "unknown_field": gettext_lazy("unknown field"),
    "forward_leads_back": gettext_lazy("leads back"),
    "back_leads_forward": gettext_lazy("leads forward"),
    "no_public_wording": gettext_lazy("customers read nothing"),
}


def state_of(code: str) -> str:
    """Return a state in words; one that does not exist is said as it stands."""
    known = {str(state): name for state, name in STATE_NAMES.items()}
    return str(known.get(code, code))


def owner_of(stage: Stage, *, departments: Mapping[str, str]) -> str:
    """Return who has a problem in a stage; `departments` maps short names to names."""
    if stage.owner is Owner.DEPARTMENT:
        return departments.get(stage.department, stage.department) or _("No department yet")
    return _("Department is chosen") if stage.owner is Owner.CHOSEN else _("Who has it keeps it")


def limit_of(span: timedelta | None) -> str:
    """Return a time limit in words, empty without one."""
    return hours_in_words(span) if span is not None else ""


def finding_words(findings: Iterable[Finding]) -> str:
    """Return what is wrong at a place in few words; the worst, and how much else."""
    found = list(findings)
    first = str(FINDING_WORDS.get(found[0].code, found[0].sentence))
    return f"{first} +{len(found) - 1}" if len(found) > 1 else first
