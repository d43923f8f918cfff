"""Versions of service levels, for programs: draft, check, try, publish, order, files."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from servicedesk.api.base import TokenView
from servicedesk.api.naming import row_of
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import organising
from servicedesk.api.shapes import policies as shapes
from servicedesk.api.shapes.fields import Nothing
from servicedesk.simulating.looking import (
    clocks_of,
    evidence_for,
    preview_of,
)
from servicedesk.simulating.pieces import ask_simulation, simulation_of
from servicedesk.simulating.results import cells_of, people_woken
from workflow.clocks.models import (
    Calendar,
    Ladder,
    Metric,
    PolicyVersion,
    Recurrence,
    ServiceLevel,
    VersionState,
)
from workflow.clocks.policies import (
    change_draft,
    check_draft,
    discard_draft,
    publish_draft,
    start_draft,
)
from workflow.clocks.policy_content import Policy, Promise, in_order, policy_of
from workflow.clocks.policy_words import differences_in_words
from workflow.clocks.simulations import PolicySimulation
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

Fields = dict[str, Any]
CONFIGURES = (Permission.CONFIGURE,)
PATH = ("pk",)
TAG = "Service levels"
PROMISES = ("version", "version__targets")


class NoDraft(Refusal):
    """The service level has no draft, or nothing was simulated yet."""

    code = "no_draft"
    status = 404


class PolicyView(TokenView):
    """An address of versions of service levels."""

    def level(self, pk: int) -> ServiceLevel:
        """Return a service level; one query."""
        return row_of(ServiceLevel.objects.select_related("version"), pk=pk)

    def draft(self, pk: int) -> PolicyVersion:
        """Return the draft of a service level; three queries.

        Raises:
            NoDraft: it has none.
        """
        self.level(pk)
        found = (
            PolicyVersion.objects.filter(service_level_id=pk, state=VersionState.DRAFT)
            .select_related("service_level__version", "calendar")
            .prefetch_related("targets")
            .first()
        )
        if found is None:
            raise NoDraft(
                _("This service level has no draft."), next_step=_("Begin one, then look again.")
            )
        return found

    def shown(self, version: PolicyVersion) -> dict[str, Any]:
        """Return a version; two queries."""
        rows = PolicyVersion.objects.prefetch_related("targets")
        return one(shapes.VersionShape, rows.get(pk=version.pk))

    def level_shown(self, pk: int) -> dict[str, Any]:
        """Return a service level with what it promises; three queries."""
        rows = ServiceLevel.objects.prefetch_related(*PROMISES)
        return one(organising.ServiceLevelShape, rows.get(pk=pk))


def policy_in(fields: Fields) -> Policy:
    """Return what a program wants a draft to say."""
    return Policy(
        calendar_id=fields["calendar"],
        applies_when=fields["applies_when"],
        note=" ".join(fields["note"].split()),
        promises=in_order(
            Promise(
                metric=Metric(each["metric"]),
                priority=each["priority"],
                within=timedelta(seconds=each["seconds"] if each["days"] is None else 0),
                within_days=each["days"],
                recurrence=Recurrence(each["recurrence"]),
                conditions=each["conditions"],
                calendar_id=each["calendar"],
                ladder_id=each["ladder"],
            )
            for each in fields["targets"]
        ),
    )


class VersionsOfLevel(PolicyView):
    """All versions of a service level."""

    @operation(
        "list_versions_of_service_level",
        any_of=CONFIGURES,
        filters=shapes.Versions,
        gives=page_shape(shapes.VersionShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """List the versions of a service level, newest first."""
        self.level(pk)
        rows = PolicyVersion.objects.filter(service_level_id=pk).prefetch_related("targets")
        return page_of(rows, self, shape=shaped(shapes.VersionShape))


class Draft(PolicyView):
    """The draft of a service level."""

    @operation("read_draft", any_of=CONFIGURES, gives=shapes.VersionShape, path=PATH, tag=TAG)
    def get(self, pk: int) -> Any:
        """Read the draft of a service level."""
        return one(shapes.VersionShape, self.draft(pk))

    @operation(
        "start_draft",
        any_of=CONFIGURES,
        takes=Nothing,
        gives=shapes.VersionShape,
        path=PATH,
        status=201,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Begin a draft: a copy of what is published, or was last."""
        level = self.level(pk)
        return self.shown(start_draft(service_level_id=level.pk, actor=self.actor, at=self.at))

    @operation(
        "change_draft",
        any_of=CONFIGURES,
        takes=shapes.PolicyWish,
        gives=shapes.VersionShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Let the draft say something else: the targets given are all it has."""
        draft = change_draft(
            version_id=self.draft(pk).pk,
            policy=policy_in(fields),
            expected=fields["fingerprint"] or None,
            actor=self.actor,
            at=self.at,
        )
        return self.shown(draft)

    @operation(
        "discard_draft",
        any_of=CONFIGURES,
        gives=organising.ServiceLevelShape,
        path=PATH,
        tag=TAG,
    )
    def delete(self, _fields: Fields, pk: int) -> Any:
        """Throw the draft away; the answer is the service level as it stays."""
        discard_draft(version_id=self.draft(pk).pk, actor=self.actor, at=self.at)
        return self.level_shown(pk)


class CheckDraft(PolicyView):
    """What is wrong with a draft."""

    @operation("check_draft", any_of=CONFIGURES, gives=shapes.CheckShape, path=PATH, tag=TAG)
    def get(self, pk: int) -> Any:
        """Say what is wrong with a draft (errors) or may be, and what is other than now."""
        draft = self.draft(pk)
        level = draft.service_level
        findings = check_draft(draft, at=self.at, evidence=evidence_for(level, at=self.at))
        may_be_published = not any(finding.is_error for finding in findings)
        return {
            "may_be_published": may_be_published,
            "findings": [asdict(finding) for finding in findings],
            "changes": changes_of(draft) if may_be_published else [],
            "running_clocks": clocks_of(level),
        }


def changes_of(draft: PolicyVersion) -> list[str]:
    """Return what a draft says other than what is published, in words; three queries."""
    published = draft.service_level.version
    return differences_in_words(
        policy_of(published) if published is not None else None,
        policy_of(draft),
        calendars=dict(Calendar.objects.values_list("id", "name")),
        ladders=dict(Ladder.objects.values_list("id", "name")),
        is_default=draft.service_level.is_default,
    )


class PreviewDraft(PolicyView):
    """Five real cases by a draft."""

    @operation("preview_draft", any_of=CONFIGURES, gives=shapes.PreviewsShape, path=PATH, tag=TAG)
    def get(self, pk: int) -> Any:
        """Say when the targets of five real cases are due today and with the draft."""
        return {
            "results": [
                {"case": told.case.number, "targets": [asdict(each) for each in targets]}
                for told, targets in preview_of(self.draft(pk), at=self.at)
            ]
        }


class SimulateDraft(PolicyView):
    """Last month by a draft."""

    @operation(
        "read_simulation", any_of=CONFIGURES, gives=shapes.SimulationShape, path=PATH, tag=TAG
    )
    def get(self, pk: int) -> Any:
        """Read the newest simulation of the draft: how far it is, and its result once it is done."""
        draft = self.draft(pk)
        simulation = simulation_of(draft)
        if simulation is None:
            raise NoDraft(
                _("Nothing was simulated yet."), next_step=_("Ask for a simulation first.")
            )
        return simulated(simulation, draft=draft)

    @operation(
        "simulate_draft",
        any_of=CONFIGURES,
        takes=Nothing,
        gives=shapes.SimulationShape,
        path=PATH,
        status=202,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Ask for last month by the rules of the draft; workers do it, newest cases first."""
        draft = self.draft(pk)
        return simulated(ask_simulation(version=draft, actor=self.actor, at=self.at), draft=draft)


def simulated(simulation: PolicySimulation, *, draft: PolicyVersion) -> dict[str, Any]:
    """Return a simulation as data; one query for the names of people."""
    result = simulation.result
    return {
        "state": simulation.state,
        "is_stale": simulation.fingerprint != policy_of(draft).fingerprint,
        "asked_at": simulation.asked_at,
        "finished_at": simulation.finished_at,
        "found": simulation.found,
        "planned": simulation.planned,
        "done": simulation.done,
        "refused": result.get("refused", ""),
        "changed": result.get("changed", 0),
        "problems": result.get("problems", 0),
        "targets": list(shapes.CellShape(cells_of(result), many=True).data),
        "woken": [
            {name: person[name] for name in ("name", "today", "then")}
            for person in people_woken(result)
        ],
        "worst": result.get("worst", []),
    }


class PublishDraft(PolicyView):
    """That a draft counts."""

    @operation(
        "publish_draft",
        any_of=CONFIGURES,
        takes=shapes.Publishing,
        gives=shapes.VersionShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Let a draft count from now on; running clocks keep their version unless they move."""
        version = publish_draft(
            version_id=self.draft(pk).pk,
            moves_clocks=fields["moves_clocks"],
            expected=fields["fingerprint"] or None,
            actor=self.actor,
            at=self.at,
        )
        return self.shown(version)
