"""Broadcasts for programs: look, write, send, approve, hold, stop, and everybody whom one is for."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from customers.segments import segment_choices
from problems.access import problem_for
from problems.broadcast_policies import approval_size, set_approval_size
from problems.broadcast_rights import refuse_others
from problems.broadcasting import (
    decide_broadcast,
    go_on_with_broadcast,
    pause_broadcast,
    send_broadcast,
    stop_broadcast,
)
from problems.broadcasts import (
    broadcast_for,
    kind_named,
    progress_of,
    recipient,
    rows_shown,
    visible_broadcasts,
)
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import broadcasts as shapes
from servicedesk.notifications.broadcast_words import (
    Written,
    as_if,
    previews,
    rewrite_broadcast,
    write_broadcast,
)
from servicedesk.notifications.dry_runs import DryRun, dry_run
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_PROBLEM,)
TELLS = (Permission.WORK_PROBLEM, Permission.STEER_PROBLEM)
STEPS = (*TELLS, Permission.APPROVE_BROADCAST)
PATH = ("number",)
TAG = "Broadcasts"


def written_in(kind: str, fields: Fields) -> Written:
    """Return what the fields of a request say; one query where a segment is named.

    Raises:
        Unprocessable: there is no such segment.
    """
    segment = 0
    if fields["segment"] is not None:
        found = [one.pk for one in segment_choices() if one.number == fields["segment"]]
        if not found:
            raise Unprocessable(
                _("There is no segment %(number)s.") % {"number": fields["segment"]},
                next_step=_("Send the number of one that is in use, or none."),
            )
        segment = found[0]
    filters = {name: fields[name] for name in ("who", "found", "language")}
    return Written(
        kind=kind_named(kind),
        subject=fields["subject"],
        text=fields["text"],
        reason=fields["reason"],
        filters={**filters, "segment": segment},
    )


class Broadcasts(TokenView):
    """All broadcasts."""

    @operation(
        "list_broadcasts",
        any_of=SEES,
        filters=shapes.BroadcastFilters,
        gives=page_shape(shapes.BroadcastShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List what was told, is being told or waits for a yes, newest first."""
        paths = {"problem": "problem__number", "state": "state"}
        wanted = {path: self.asked[name] for name, path in paths.items() if self.asked.get(name)}
        found = visible_broadcasts(self.actor).filter(**wanted)
        return page_of(found, self, shape=shaped(shapes.BroadcastShape))


class BroadcastsOfProblem(TokenView):
    """What those affected by one problem are told."""

    @operation(
        "write_broadcast",
        any_of=TELLS,
        takes=shapes.NewBroadcast,
        gives=shapes.BroadcastShape,
        status=201,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Keep a draft of what those affected shall be told of a decision; nobody is told yet."""
        problem = problem_for(self.actor, number)
        written = written_in(fields["kind"], fields)
        kept = write_broadcast(problem, written=written, actor=self.actor, at=self.at)
        return one(shapes.BroadcastShape, broadcast_for(self.actor, kept.number))


class LookAtBroadcast(TokenView):
    """How a broadcast would read, and what would become of it."""

    @operation(
        "look_at_broadcast",
        any_of=TELLS,
        takes=shapes.NewBroadcast,
        gives=shapes.BroadcastLookShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Show how each kind of recipient would read it, and how many; nothing is kept.

        True recipients are shown to a token that may see customers, else examples.
        """
        problem = problem_for(self.actor, number)
        refuse_others(self.actor, problem)
        written = written_in(fields["kind"], fields)
        return one(
            shapes.BroadcastLookShape,
            {
                "previews": previews(
                    problem,
                    written=written,
                    names_customers=self.actor.may(Permission.VIEW_CUSTOMER),
                ),
                "dry_run": run_shown(dry_run(as_if(problem, written=written), at=self.at)),
            },
        )


def run_shown(run: DryRun) -> dict[str, Any]:
    """Return a dry run with its rules as lists; no query."""
    return {**vars(run), "stopped": by_rule(run.stopped), "warned": by_rule(run.warned)}


def by_rule(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return counts by rule as a list, the most first."""
    ranked = sorted(counts.items(), key=lambda found: -found[1])
    return [{"rule": rule, "customers": count} for rule, count in ranked]


class OneBroadcast(TokenView):
    """One broadcast."""

    @operation("read_broadcast", any_of=SEES, gives=shapes.OneBroadcastShape, path=PATH, tag=TAG)
    def get(self, number: int) -> Any:
        """Read a broadcast and how far it came."""
        found: Any = broadcast_for(self.actor, number)
        found.progress = progress_of(found)
        return one(shapes.OneBroadcastShape, found)

    @operation(
        "rewrite_broadcast",
        any_of=TELLS,
        takes=shapes.BroadcastRewritten,
        gives=shapes.BroadcastShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, number: int) -> Any:
        """Write a draft anew; what waits for a lead's yes becomes a draft again."""
        found = broadcast_for(self.actor, number)
        rewrite_broadcast(
            found,
            written=written_in(found.kind, fields),
            actor=self.actor,
            at=self.at,
            version=self.version_in(fields),
        )
        return one(shapes.BroadcastShape, broadcast_for(self.actor, number))


class RecipientsOfBroadcast(TokenView):
    """Everybody whom a broadcast is for."""

    @operation(
        "list_recipients",
        any_of=(Permission.VIEW_CUSTOMER,),
        filters=shapes.RecipientFilters,
        gives=page_shape(shapes.RecipientShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the people of a broadcast by what became of them, in order."""
        rows = rows_shown(broadcast_for(self.actor, number), self.asked["show"])
        shape = shaped(shapes.RecipientShape)
        return page_of(
            rows,
            self,
            shape=lambda found: shape([recipient(row) for row in found]),
            is_newest_first=False,
        )


class StepsOfBroadcast(TokenView):
    """What is done with a broadcast."""

    @operation(
        "take_step_of_broadcast",
        any_of=STEPS,
        takes=shapes.BroadcastStep,
        gives=shapes.BroadcastShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Send, decline, pause, go on or stop. A token approves nothing: 403, a person does."""
        found = broadcast_for(self.actor, number)
        common: Fields = {"broadcast_id": found.pk, "actor": self.actor, "at": self.at}
        step, version = fields["step"], self.version_in(fields)
        if step == "send":
            send_broadcast(due_at=fields["due_at"], expected_version=version, **common)
        elif step in ("approve", "decline"):
            decide_broadcast(is_approved=step == "approve", expected_version=version, **common)
        else:
            HOLDS[step](**common)
        return one(shapes.BroadcastShape, broadcast_for(self.actor, number))


HOLDS = {"pause": pause_broadcast, "go_on": go_on_with_broadcast, "stop": stop_broadcast}


class BroadcastPolicies(TokenView):
    """Above how many recipients a lead has to say yes."""

    @operation(
        "read_broadcast_policy",
        any_of=(Permission.CONFIGURE,),
        gives=shapes.BroadcastPolicyShape,
        tag=TAG,
    )
    def get(self) -> Any:
        """Read above how many recipients a lead has to say yes."""
        return one(shapes.BroadcastPolicyShape, {"approval_size": approval_size()})

    @operation(
        "set_broadcast_policy",
        any_of=(Permission.CONFIGURE,),
        takes=shapes.BroadcastPolicyWish,
        gives=shapes.BroadcastPolicyShape,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Say above how many recipients a lead has to say yes."""
        size = set_approval_size(fields["approval_size"], actor=self.actor, at=self.at)
        return one(shapes.BroadcastPolicyShape, {"approval_size": size})
