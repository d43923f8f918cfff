"""Suspected problems for programs: list, read, decide, shape; the radar and its trials."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from problems.access import problem_for
from problems.pattern_decisions import (
    Description,
    accept_pattern,
    dismiss_pattern,
    link_pattern,
    reason_named,
    take_back,
)
from problems.pattern_merging import merge_patterns, split_pattern
from problems.pattern_shaping import (
    edit_pattern,
    exclude_case,
    include_case,
    snooze_pattern,
    wake_pattern,
)
from problems.patterns_told import (
    as_told_to,
    cases_of,
    pattern_for,
    visible_patterns,
    waiting_patterns,
    with_names,
)
from problems.radar import Setting, ask_trial, radar_of_tenant, set_radar, standing, trials
from servicedesk.api.base import TokenView
from servicedesk.api.naming import department_called, product_for
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import patterns as shapes
from servicedesk.api.shapes.fields import Listing
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_PROBLEM,)
DECIDES = (Permission.STEER_PROBLEM,)
CONFIGURES = (Permission.CONFIGURE,)
PATH = ("number",)
TAG = "Patterns"
MINUTE = timedelta(minutes=1)


class Patterns(TokenView):
    """All suspected problems."""

    @operation(
        "list_patterns",
        any_of=SEES,
        filters=shapes.PatternFilters,
        gives=page_shape(shapes.PatternShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List suspected problems, newest first."""
        found = with_names(visible_patterns(self.actor))
        if self.asked.get("state"):
            found = found.filter(state=self.asked["state"])
        return page_of(
            found,
            self,
            shape=lambda rows: shaped(shapes.PatternShape)(
                [as_told_to(self.actor, row) for row in rows]
            ),
        )


class OnePattern(TokenView):
    """One suspected problem."""

    @operation("read_pattern", any_of=SEES, gives=shapes.PatternShape, path=PATH, tag=TAG)
    def get(self, number: int) -> Any:
        """Read a suspected problem."""
        return one(shapes.PatternShape, pattern_for(self.actor, number))


class CasesOfPattern(TokenView):
    """The cases of one suspected problem."""

    @operation(
        "list_cases_of_pattern",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.PatternCaseShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the cases of a suspected problem, newest first; those taken out are marked."""
        self.actor.require(Permission.VIEW_CASE)
        found = cases_of(pattern_for(self.actor, number))
        return page_of(found, self, shape=shaped(shapes.PatternCaseShape))


# ---- steps -----------------------------------------------------------------------------------


def accept(common: Fields, fields: Fields) -> None:
    """Open the problem."""
    accept_pattern(
        described=Description(
            title=fields["title"],
            statement=fields["statement"],
            category=fields["category"],
            product=product_for(fields["product"]),
            product_version=fields["product_version"],
            severity=fields["severity"],
        ),
        lead=None,
        **common,
    )


def link(common: Fields, fields: Fields) -> None:
    """Link all cases to a known problem."""
    if fields["problem"] is None:
        raise Unprocessable(_("No problem is named."), next_step=_("Send the number of one."))
    problem = problem_for(common["actor"], fields["problem"])
    link_pattern(problem_id=problem.pk, **common)


def dismiss(common: Fields, fields: Fields) -> None:
    """Say that it is none."""
    dismiss_pattern(reason=reason_named(fields["reason"]), words=fields["note"], **common)


def put_back(common: Fields, _fields: Fields) -> None:
    """Take the decision back."""
    take_back(**common)


def edit(common: Fields, fields: Fields) -> None:
    """Say it better."""
    named = fields["department"]
    edit_pattern(
        title=fields["title"],
        product=product_for(fields["product"]),
        product_version=fields["product_version"],
        department=department_called(named) if named else None,
        **common,
    )


def exclude(common: Fields, fields: Fields) -> None:
    """Take a case out."""
    exclude_case(case_number=case_in(fields), **common)


def include(common: Fields, fields: Fields) -> None:
    """Put a case back."""
    include_case(case_number=case_in(fields), **common)


def case_in(fields: Fields) -> int:
    """Return the one case that some fields name.

    Raises:
        Unprocessable: they name none, or several.
    """
    if len(fields["cases"]) != 1:
        raise Unprocessable(
            _("This is done with one case at a time."),
            next_step=_("Send the number of one case in `cases`."),
        )
    return int(fields["cases"][0])


def split(common: Fields, fields: Fields) -> None:
    """Make another one from some cases."""
    split_pattern(case_numbers=fields["cases"], title=fields["title"], **common)


def merge(common: Fields, fields: Fields) -> None:
    """Say that it is the same as another one."""
    if fields["into"] is None:
        raise Unprocessable(
            _("No other suspected problem is named."), next_step=_("Send its number in `into`.")
        )
    merge_patterns(into_id=pattern_for(common["actor"], fields["into"]).pk, **common)


def snooze(common: Fields, fields: Fields) -> None:
    """Put it off."""
    if fields["until"] is None:
        raise Unprocessable(_("No time is named."), next_step=_("Send one in `until`."))
    snooze_pattern(until=fields["until"], **common)


def wake(common: Fields, _fields: Fields) -> None:
    """Take it up again."""
    wake_pattern(**common)


ACTS: dict[str, Callable[[Fields, Fields], None]] = {
    "accept": accept,
    "link": link,
    "dismiss": dismiss,
    "take_back": put_back,
    "edit": edit,
    "exclude": exclude,
    "include": include,
    "split": split,
    "merge": merge,
    "snooze": snooze,
    "wake": wake,
}


class StepsOfPattern(TokenView):
    """What is done with a suspected problem."""

    @operation(
        "take_step_of_pattern",
        any_of=DECIDES,
        takes=shapes.PatternStep,
        gives=shapes.PatternShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Decide about a suspected problem, or make it right; every decision can be taken back."""
        pattern = pattern_for(self.actor, number)
        common = {
            "pattern_id": pattern.pk,
            "actor": self.actor,
            "at": self.at,
            "expected_version": self.version_in(fields),
        }
        ACTS[fields["step"]](common, fields)
        return one(shapes.PatternShape, pattern_for(self.actor, number))


# ---- the radar -------------------------------------------------------------------------------


class TheRadar(TokenView):
    """The radar of the tenant."""

    @operation("read_radar", any_of=SEES, gives=shapes.RadarShape, tag=TAG)
    def get(self) -> Any:
        """Read how the radar is set, and how it stands with the looking."""
        return one(shapes.RadarShape, self.told(radar_of_tenant()))

    @operation(
        "set_radar",
        any_of=CONFIGURES,
        takes=shapes.RadarSetting,
        gives=shapes.RadarShape,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Set the radar; it looks again at once."""
        setting = Setting(
            is_on=fields["is_on"],
            sensitivity=fields["sensitivity"],
            least_customers=fields["least_customers"],
            work_per_case=fields["work_minutes"] * MINUTE,
            tells_leads=fields["tells_leads"],
        )
        radar = set_radar(
            setting=setting,
            actor=self.actor,
            at=self.at,
            expected_version=self.version_in(fields),
        )
        return one(shapes.RadarShape, self.told(radar))

    def told(self, radar: Any) -> dict[str, Any]:
        """Return a radar as its shape shows it; one query."""
        waiting = waiting_patterns(self.actor).count()
        return {
            "state": standing(radar, proposed=waiting, at=self.at).value,
            "is_on": radar.is_on,
            "sensitivity": radar.sensitivity,
            "least_customers": radar.least_customers,
            "work_minutes": radar.work_per_case // MINUTE,
            "tells_leads": radar.tells_leads,
            "version": radar.version,
            "looked_at": radar.looked_at,
            "cases_looked_at": radar.cases_looked_at,
            "last_raised_at": radar.last_raised_at,
        }


class Trials(TokenView):
    """Trials of settings on the past."""

    @operation(
        "list_radar_trials",
        any_of=CONFIGURES,
        filters=Listing,
        gives=page_shape(shapes.RadarTrialShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List trials, newest first."""
        return page_of(trials(), self, shape=shaped(shapes.RadarTrialShape))

    @operation(
        "try_radar",
        any_of=CONFIGURES,
        takes=shapes.NewTrial,
        gives=shapes.RadarTrialShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Ask what each sensitivity would have told in the last 30 days; a worker finds out."""
        trial = ask_trial(least_customers=fields["least_customers"], actor=self.actor, at=self.at)
        return one(shapes.RadarTrialShape, trial)
