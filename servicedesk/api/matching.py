"""The matching, for programs: what it may do, how it is, how right it was."""

from typing import Any

from django.utils.timezone import get_current_timezone

from cases.states import Channel
from problems.matcher_client import state_of_matcher
from problems.matching_history import (
    automatic_links,
    learned_lately,
    months_of_matching,
    proofs,
    rejected_by_reason,
)
from problems.matching_policies import allowed_matching, set_matching_policy
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation
from servicedesk.api.shapes import matching as shapes
from workflow.people.permissions import Permission

Fields = dict[str, Any]
CONFIGURES = (Permission.CONFIGURE,)
TAG = "Matching"


class Matching(TokenView):
    """What the matching may do, and how right it was."""

    def shown(self) -> Any:
        """Return all that the page shows; nine queries, and a word with the matcher."""
        allowed = allowed_matching()
        state = state_of_matcher()
        automatic = automatic_links(at=self.at)
        return shapes.MatchingShape(
            {
                "links_alone": allowed.links_alone,
                "wanted_precision": allowed.wanted_precision,
                "version": allowed.version,
                "doors": [
                    {"channel": one.value, "mode": allowed.mode_at(one).value} for one in Channel
                ],
                "state": {
                    "answers": state is not None,
                    "model": state.model if state else "",
                    "missing": state.missing if state else "",
                    "backlog": state.backlog if state else 0,
                },
                "proofs": proofs(wanted_precision=allowed.wanted_precision, at=self.at),
                "months": months_of_matching(zone=get_current_timezone(), at=self.at),
                "rejected": rejected_by_reason(at=self.at),
                "learned": [
                    {"kind": kind.value, "times": times}
                    for kind, times in sorted(learned_lately(at=self.at).items())
                ],
                "automatic_standing": automatic.standing,
                "automatic_taken_back": automatic.taken_back,
            }
        ).data

    @operation("read_matching", any_of=CONFIGURES, gives=shapes.MatchingShape, tag=TAG)
    def get(self) -> Any:
        """Read what the matching may do, how it is, and how right it was."""
        return self.shown()

    @operation(
        "set_matching",
        any_of=CONFIGURES,
        takes=shapes.MatchingWish,
        gives=shapes.MatchingShape,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Say what the matching may do: at which doors, and whether it may link by itself."""
        named = fields.get("doors")
        doors = None if named is None else {one["channel"]: one["mode"] for one in named}
        set_matching_policy(
            links_alone=fields["links_alone"],
            wanted_precision=fields["wanted_precision"],
            doors=doors,
            actor=self.actor,
            at=self.at,
            expected_version=self.version_in(fields),
        )
        return self.shown()
