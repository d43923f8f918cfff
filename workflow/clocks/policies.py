"""Change what a service level promises: drafts, and versions that are never changed again."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from workflow.amending import BadSetting, NotThere, lock, remember
from workflow.clocks.models import Calendar, Ladder, PolicyVersion, ServiceLevel, VersionState
from workflow.clocks.policy_checking import check_policy
from workflow.clocks.policy_content import (
    METRICS,
    Policy,
    facts_of_policy,
    policy_of,
    targets_of,
)
from workflow.clocks.policy_events import PolicyPublished
from workflow.clocks.policy_findings import Finding, errors_in
from workflow.clocks.policy_surroundings import Evidence, surroundings_of
from workflow.clocks.service_levels import retire
from workflow.history.recording import ChangeValue, differences
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LONGEST_NOTE = 200


class DraftExists(Refusal):
    """A service level has one draft at a time."""

    code = "draft_exists"


class NotADraft(Refusal):
    """What was published is never changed."""

    code = "not_a_draft"


class ChangedMeanwhile(Refusal):
    """Somebody else changed the draft since this person read it."""

    code = "changed_meanwhile"


class HasErrors(Refusal):
    """The checks found what makes a version useless; `findings` holds all of them."""

    code = "has_errors"

    def __init__(self, message: str, *, next_step: str, findings: list[Finding]) -> None:
        super().__init__(message, next_step=next_step)
        self.findings = findings


@transaction.atomic
def start_draft(
    *,
    service_level_id: int,
    actor: Actor,
    at: datetime,
    policy: Policy | None = None,
) -> PolicyVersion:
    """Begin a draft: a copy of what is published, or was last, or `policy`.

    One that never had a version begins with the default's hours and without a promise.

    Raises:
        NotThere: the service level was removed.
        DraftExists: there is one already.
    """
    actor.require(Permission.CONFIGURE)
    level = lock(ServiceLevel.objects, service_level_id)
    versions = list(PolicyVersion.objects.filter(service_level=level).order_by("-number"))
    if any(version.state == VersionState.DRAFT for version in versions):
        raise DraftExists(
            _("There is a draft of %(name)s already.") % {"name": level.name},
            next_step=_("Go on with it, or discard it first."),
        )
    published = next((one for one in versions if one.pk == level.version_id), None)
    content = policy or begun_from(published or next(iter(versions), None))
    refuse_unusable(content)
    version = PolicyVersion.objects.create(
        service_level=level,
        number=versions[0].number + 1 if versions else 1,
        state=VersionState.DRAFT,
        calendar_id=content.calendar_id,
        applies_when=dict(content.applies_when),
        note=content.note,
        created_at=at,
        created_by_id=actor.user_id,
    )
    version.targets.bulk_create(targets_of(content, version=version))
    remember(
        level,
        actor=actor,
        at=at,
        changes={
            "what": "service_level",
            "draft": version.number,
            **differences(
                facts_of_policy(policy_of(published) if published else None),
                facts_of_policy(content),
            ),
        },
    )
    return version


def begun_from(source: PolicyVersion | None) -> Policy:
    """Return what a new draft says first; at most two queries.

    Raises:
        BadSetting: there are no opening hours at all.
    """
    if source is not None:
        return replace(policy_of(source), note="")
    default = ServiceLevel.objects.filter(is_default=True).select_related("version").first()
    if default is not None and default.version is not None:
        return Policy(calendar_id=default.version.calendar_id)
    calendar = Calendar.objects.order_by("id").first()
    if calendar is None:
        raise BadSetting(
            _("There are no opening hours yet."), next_step=_("Add some under Opening hours.")
        )
    return Policy(calendar_id=calendar.pk)


@transaction.atomic
def change_draft(
    *, version_id: int, policy: Policy, actor: Actor, at: datetime, expected: str | None = None
) -> PolicyVersion:
    """Let a draft say something else: the promises given are all it makes.

    `expected` is the fingerprint of what was read. Whether it makes sense is asked by
    `check_draft`: a draft may be wrong while somebody writes it.

    Raises:
        NotThere, NotADraft: it was discarded or published.
        ChangedMeanwhile: somebody else changed it.
        BadSetting: it names hours, a ladder or a metric that are not there.
    """
    actor.require(Permission.CONFIGURE)
    version = lock_draft(version_id)
    before = policy_of(version)
    if expected is not None and expected != before.fingerprint:
        raise ChangedMeanwhile(
            _("Somebody changed this draft while you had it open."),
            next_step=_("Load it again, look at what is new, and change it once more."),
        )
    refuse_unusable(policy)
    if policy.fingerprint == before.fingerprint:
        return version
    version.calendar_id = policy.calendar_id
    version.applies_when = dict(policy.applies_when)
    version.note = policy.note
    version.save(update_fields=["calendar", "applies_when", "note"])
    version.targets.all().delete()
    version.targets.bulk_create(targets_of(policy, version=version))
    remember(
        version.service_level,
        actor=actor,
        at=at,
        changes={
            "what": "service_level",
            "draft": version.number,
            **differences(facts_of_policy(before), facts_of_policy(policy)),
        },
    )
    return version


@transaction.atomic
def discard_draft(*, version_id: int, actor: Actor, at: datetime) -> None:
    """Throw a draft away; what is published stays.

    Raises:
        NotThere, NotADraft: it was discarded or published.
    """
    actor.require(Permission.CONFIGURE)
    version = lock_draft(version_id)
    changes: dict[str, ChangeValue] = {"draft": None, "draft_was": version.number}
    remember(
        version.service_level, actor=actor, at=at, changes={"what": "service_level", **changes}
    )
    version.delete()


def check_draft(
    version: PolicyVersion, *, at: datetime, evidence: Evidence | None = None
) -> list[Finding]:
    """Return what is wrong with a version (errors) or may be (warnings); six queries.

    With `evidence` it is held against last month's cases too.
    """
    level = version.service_level
    return check_policy(
        policy_of(version), level=level, known=surroundings_of(level), at=at, evidence=evidence
    )


@transaction.atomic
def publish_draft(
    *,
    version_id: int,
    actor: Actor,
    at: datetime,
    moves_clocks: bool = False,
    expected: str | None = None,
) -> PolicyVersion:
    """Let a draft count from now on; what was published before is retired.

    Clocks that run keep their version, unless `moves_clocks`: then they are planned anew by the
    new one, from their own start, in the background. What was missed stays missed.

    Raises:
        NotThere, NotADraft: it was discarded, or published already.
        ChangedMeanwhile: somebody else changed it since it was read.
        HasErrors: the checks found what makes it useless.
    """
    actor.require(Permission.CONFIGURE)
    version = lock_draft(version_id)
    policy = policy_of(version)
    if expected is not None and expected != policy.fingerprint:
        raise ChangedMeanwhile(
            _("Somebody changed this draft while you had it open."),
            next_step=_("Look at it again before you publish it."),
        )
    level = version.service_level
    errors = errors_in(check_draft(version, at=at))
    if errors:
        raise HasErrors(
            " ".join(finding.sentence for finding in errors[:3]),
            next_step=_("Mend the draft, then publish it."),
            findings=errors,
        )
    former = level.version
    if former is not None:
        retire(former, at=at)
    version.state = VersionState.PUBLISHED
    version.published_at = at
    version.published_by_id = actor.user_id
    version.save(update_fields=["state", "published_at", "published_by"])
    level.version = version
    level.save(update_fields=["version"])
    remember(
        level,
        actor=actor,
        at=at,
        changes={
            "what": "service_level",
            "version": version.number,
            "version_was": former.number if former else None,
            "moves_clocks": moves_clocks,
            **differences(
                facts_of_policy(policy_of(former) if former else None), facts_of_policy(policy)
            ),
        },
    )
    publish(
        PolicyPublished(
            service_level_id=level.pk, version_id=version.pk, moves_clocks=moves_clocks
        ),
        at=at,
    )
    return version


def lock_draft(version_id: int) -> PolicyVersion:
    """Return a draft with its service level, both locked.

    Raises:
        NotThere: it was discarded.
        NotADraft: it was published.
    """
    found = PolicyVersion.objects.filter(pk=version_id).values_list("service_level_id", flat=True)
    level_id = found.first()
    if level_id is None:
        raise NotThere(
            _("This draft was discarded meanwhile."), next_step=_("Load the page again.")
        )
    # The service level before its versions: whoever publishes locks in this order too.
    level = (
        ServiceLevel.objects.select_for_update(of=("self",))
        .select_related("version")
        .get(pk=level_id)
    )
    version = lock(PolicyVersion.objects, version_id)
    if version.state != VersionState.DRAFT:
        raise NotADraft(
            _("Version %(number)d was published: it is never changed again.")
            % {"number": version.number},
            next_step=_("Begin a new draft."),
        )
    version.service_level = level
    return version


def refuse_unusable(policy: Policy) -> None:
    """Refuse what could not even be stored; two queries at most.

    Raises:
        BadSetting: a metric, hours or a ladder that are not there, or a promise made twice.
    """
    if len(policy.by_key) != len(policy.promises):
        raise BadSetting(
            _("There are two targets for the same metric and priority."),
            next_step=_("Leave one of them out."),
        )
    if any(
        one.metric not in METRICS or one.priority not in (1, 2, 3, 4) for one in policy.promises
    ):
        raise BadSetting(
            _("A service level cannot promise this."),
            next_step=_("Use one of the metrics of cases and a priority from 1 to 4."),
        )
    calendars = {policy.calendar_id, *(one.calendar_id for one in policy.promises)} - {None}
    ladders = {one.ladder_id for one in policy.promises} - {None}
    if Calendar.objects.filter(pk__in=calendars).count() != len(calendars):
        raise BadSetting(
            _("These opening hours are not there any more."), next_step=_("Choose others.")
        )
    if ladders and Ladder.objects.filter(pk__in=ladders).count() != len(ladders):
        raise BadSetting(_("This ladder is not there any more."), next_step=_("Choose another."))
    if len(policy.note) > LONGEST_NOTE:
        raise BadSetting(
            _("The note is longer than %(count)d characters.") % {"count": LONGEST_NOTE},
            next_step=_("Say it shorter."),
        )
