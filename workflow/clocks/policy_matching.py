"""What is wrong with the conditions of a version, by themselves and beside other service levels."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from workflow.clocks.metrics import PARTS, holds
from workflow.clocks.models import ServiceLevel
from workflow.clocks.never_matching import can_match
from workflow.clocks.policy_content import PROBLEM_METRICS, Policy
from workflow.clocks.policy_findings import Finding, error, label_of, place_of, warning
from workflow.clocks.policy_surroundings import Evidence, Surroundings
from workflow.clocks.policy_words import NEVER, PART_NAMES, VALUES
from workflow.conditions import (
    AllOf,
    BadCondition,
    Condition,
    Facts,
    facts_named_by,
    parse_condition,
)
from workflow.lengths import bytes_of

# Each case that is opened reads the conditions of all service levels, and each event those of its
# own: these are bytes. What is published already keeps what it says.
LONGEST_CONDITION = 20_000
# What may be asked of a case when its service level is chosen, and of what happens to it later.
CASE_FACTS = frozenset(
    {"priority", "channel", "product", "request_type", "category", "organisation", "tier",
     "segment", "language"}
)  # fmt: skip
CLOCK_FACTS = CASE_FACTS | {"state", "event", "is_answered", "is_unanswered"}
PROBLEM_FACTS = frozenset(
    {"state", "severity", "department", "event", "is_acknowledged", "is_cause_found", "is_fixed",
     "has_estimate"}
)  # fmt: skip
CHANNELS = frozenset({"mail", "portal", "phone", "chat", "social", "form", "api", "import"})
DOMAINS = {
    "state": frozenset(VALUES["state"]),
    "event": frozenset(VALUES["event"]),
    "channel": CHANNELS,
}


def condition_findings(policy: Policy, *, is_default: bool) -> Iterator[Finding]:
    """Find conditions that cannot be read, name unknown facts, or can never match."""
    if policy.applies_when:
        label = _("Applies to")
        yield from tree_findings(policy.applies_when, label=label, facts=CASE_FACTS)
        if is_default:
            yield warning(
                "condition_of_default",
                _("It serves everybody whom no other serves: its condition leaves nobody out."),
            )
    for promise in policy.promises:
        facts = PROBLEM_FACTS if promise.metric in PROBLEM_METRICS else CLOCK_FACTS
        for part, tree in promise.conditions.items():
            if part not in PARTS:
                yield error(
                    "unknown_part",
                    _("%(label)s: there is no condition “%(part)s”.")
                    % {"label": label_of(promise), "part": part[:40]},
                    place=place_of(promise),
                )
            elif tree != NEVER:
                label = f"{label_of(promise)}, {PART_NAMES[part]()}"
                yield from tree_findings(tree, label=label, facts=facts, place=place_of(promise))


def tree_findings(
    tree: object, *, label: str, facts: frozenset[str], place: str = ""
) -> Iterator[Finding]:
    """Find what is wrong with one condition."""
    size = bytes_of(tree)
    if size > LONGEST_CONDITION:
        yield error(
            "long_condition",
            _("%(label)s: this condition is %(size)d bytes long; %(most)d are allowed.")
            % {"label": label, "size": size, "most": LONGEST_CONDITION},
            place=place,
        )
        return
    condition = read(tree)
    if isinstance(condition, str):
        yield error("bad_condition", f"{label}: {condition}", place=place)
        return
    for unknown in sorted(facts_named_by(condition) - facts)[:3]:
        yield error(
            "unknown_fact",
            _("%(label)s: nothing is known as “%(fact)s”. There are: %(known)s.")
            % {"label": label, "fact": unknown[:40], "known": ", ".join(sorted(facts))},
            place=place,
        )
    domains = DOMAINS if "is_answered" in facts or facts == CASE_FACTS else {}
    if not can_match(condition, domains=domains):
        yield error(
            "never_matches", _("%(label)s: this can never be so.") % {"label": label}, place=place
        )


def read(tree: object) -> Condition | str:
    """Return a condition, or the sentence that says why it cannot be read."""
    try:
        return parse_condition(tree)
    except BadCondition as refusal:
        return str(refusal)


def order_findings(policy: Policy, *, known: Surroundings) -> Iterator[Finding]:
    """Find a service level that an earlier one leaves nothing."""
    if known.is_default or not policy.applies_when:
        return
    for earlier in known.earlier:
        if earlier.applies_when in (policy.applies_when, {"all": []}):
            yield warning(
                "shadowed",
                _("“%(name)s” is tried before and fits all of these cases.")
                % {"name": earlier.name},
            )


def evidence_findings(
    policy: Policy, *, level: ServiceLevel, known: Surroundings, evidence: Evidence
) -> Iterator[Finding]:
    """Find conditions that fit none of last month's cases, or none that an earlier one leaves."""
    if known.is_default:
        return
    if not policy.applies_when:
        if not evidence.entitled:
            yield warning(
                "nobody_entitled",
                _("No customer is entitled to %(name)s now, and it fits no case by itself.")
                % {"name": level.name},
            )
        return
    condition = read(policy.applies_when)
    if not isinstance(condition, str) and evidence.cases:
        yield from fit_findings(condition, known=known, cases=evidence.cases)


def fit_findings(
    condition: Condition, *, known: Surroundings, cases: Sequence[Facts]
) -> Iterator[Finding]:
    """Find that a condition fits none of some cases, or only those that an earlier one takes."""
    fitting = [facts for facts in cases if holds(condition, facts)]
    if not fitting:
        yield warning(
            "matches_nothing",
            _("It fits none of the last %(count)d cases.") % {"count": len(cases)},
        )
        return
    for earlier in known.earlier:
        other = read(earlier.applies_when)
        if isinstance(other, str) or other in (condition, AllOf(())):
            continue
        if all(holds(other, facts) for facts in fitting):
            yield warning(
                "shadowed",
                _("“%(name)s” is tried before and fits all of its %(count)d cases of last month.")
                % {"name": earlier.name, "count": len(fitting)},
            )
