"""Tell cases by the rules that hold today and by those of a version; nothing is changed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.clock_facts import moments_of
from cases.models import Case, CaseClock
from customers.entitlements import Offers
from customers.models import Entitlement
from workflow.clocks.deciding import Standing
from workflow.clocks.engine import Moment, Rule, Run, run
from workflow.clocks.models import PolicyVersion, ServiceLevel, Target
from workflow.clocks.policy_content import CASE_METRICS
from workflow.clocks.rules import rules_from

MONTH = timedelta(days=30)
Rules = Sequence[Rule]


@dataclass(frozen=True)
class Told:
    """One case by the rules of today and by those of a version; a service level by its id."""

    case: Case
    level_today: int
    level_then: int
    today: list[Run]
    then: list[Run]


def cases_of_the_month(*, until: datetime) -> QuerySet[Case]:
    """Return the cases of the 30 days before a moment.

    What was taken over from another system, and never had a clock here, was measured there.
    """
    had_a_clock = Exists(CaseClock.objects.filter(case=OuterRef("pk")))
    return Case.objects.filter(opened_at__gt=until - MONTH, opened_at__lte=until).filter(
        Q(external_id__isnull=True) | had_a_clock
    )


def with_facts(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return cases with what their facts need, newest first."""
    return cases.select_related("contact", "organisation", "product", "request_type").order_by(
        "-id"
    )


class Telling:
    """The rules of today and those with a version instead; three queries when it is made."""

    def __init__(self, version: PolicyVersion) -> None:
        self.version = version
        self.level_id = version.service_level_id
        self.levels = list(
            ServiceLevel.objects.filter(version__isnull=False)
            .select_related("version__calendar")
            .order_by("position", "id")
        )
        self.rules: dict[int, Rules] = {
            level.pk: self.rules_of(level.version) for level in self.levels if level.version
        }
        self.rules_then: Rules = self.rules_of(version)
        self.levels_then = levels_with(version, self.levels)

    @staticmethod
    def rules_of(version: PolicyVersion) -> Rules:
        """Return what a version promises for cases; one query."""
        targets = Target.objects.filter(version=version, metric__in=CASE_METRICS)
        return rules_from(
            targets.select_related("calendar").order_by("metric", "priority"), version=version
        )

    @property
    def changes_whom(self) -> bool:
        """Whether the version fits other cases than what is published."""
        published = next((one.version for one in self.levels if one.pk == self.level_id), None)
        return bool((published.applies_when if published else {}) != self.version.applies_when)

    def concerned(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """Leave out cases that the version cannot change anything for."""
        return cases if self.changes_whom else cases.filter(service_level_id=self.level_id)

    def told(self, cases: Iterable[Case], *, until: datetime) -> list[Told]:
        """Tell cases both ways up to a moment; three queries however many cases.

        Cases that the service level serves neither today nor then are left out.
        """
        cases = list(cases)
        moments = moments_of(cases)
        then = self.levels_of(cases, moments) if self.changes_whom else {}
        found = []
        for case in cases:
            level_then = then.get(case.pk, case.service_level_id)
            if self.level_id in (case.service_level_id, level_then):
                found.append(self.tell(case, moments[case.pk], level_then=level_then, until=until))
        return found

    def tell(
        self, case: Case, moments: Sequence[Moment], *, level_then: int, until: datetime
    ) -> Told:
        """Tell one case both ways; asks nothing."""
        rules_then = self.rules.get(level_then, ())
        if level_then == self.level_id:
            rules_then = self.rules_then
        return Told(
            case=case,
            level_today=case.service_level_id,
            level_then=level_then,
            today=run(self.rules.get(case.service_level_id, ()), moments, until=until),
            then=run(rules_then, moments, until=until),
        )

    def levels_of(
        self, cases: Sequence[Case], moments: Mapping[int, Sequence[Moment]]
    ) -> dict[int, int]:
        """Return which service level would serve each case with the version; one query."""
        rights = rights_of(cases)
        return {
            case.pk: Offers(
                entitlements=[right for right in rights[case.pk] if counts(right, case)],
                levels=self.levels_then,
            )
            .best(facts_to_choose_by(moments[case.pk]))
            .pk
            for case in cases
        }


def facts_to_choose_by(moments: Sequence[Moment]) -> Mapping[str, object]:
    """Return the facts by which a service level is chosen: of the opening, with the last priority.

    A change of the priority chooses anew, and nothing else does.
    """
    if not moments:
        return {}
    last = dict(moments[-1].facts)["priority"]
    return {**dict(moments[0].facts), "priority": last}


def levels_with(version: PolicyVersion, levels: Sequence[ServiceLevel]) -> list[ServiceLevel]:
    """Return service levels in their order, as they would be with a version published."""
    own = version.service_level
    changed = ServiceLevel(
        pk=own.pk, name=own.name, is_default=own.is_default, position=own.position, version=version
    )
    others = [level for level in levels if level.pk != own.pk]
    return sorted([*others, changed], key=lambda level: (level.position, level.pk))


def rights_of(cases: Sequence[Case]) -> Mapping[int, list[Entitlement]]:
    """Return the rights of the customers of some cases, by the id of the case; one query."""
    contacts = {case.contact_id for case in cases}
    organisations = {case.organisation_id for case in cases} - {None}
    held: defaultdict[tuple[str, int | None], list[Entitlement]] = defaultdict(list)
    for right in Entitlement.objects.filter(
        Q(contact_id__in=contacts) | Q(organisation_id__in=organisations)
    ):
        holder = (
            ("contact", right.contact_id)
            if right.contact_id is not None
            else ("organisation", right.organisation_id)
        )
        held[holder].append(right)
    return {
        case.pk: held["contact", case.contact_id]
        + (held["organisation", case.organisation_id] if case.organisation_id else [])
        for case in cases
    }


def counts(right: Entitlement, case: Case) -> bool:
    """Whether a right held when a case was opened, for what the case is about."""
    in_time = right.begins_at <= case.opened_at and (
        right.ends_at is None or right.ends_at > case.opened_at
    )
    return in_time and right.product_id in (None, case.product_id)


def verdict_of(one: Run) -> str:
    """Return how a run went: `met`, `missed`, `open`, or nothing for one without a verdict."""
    if one.state == Standing.CANCELLED:
        return ""
    if one.breached_at is not None or one.state == Standing.MISSED:
        return "missed"
    return "met" if one.state == Standing.MET else "open"
