"""Shapes of broadcasts: what everybody affected is told of a decision."""

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Listing,
    Shown,
    Taken,
    Versioned,
    choice,
    number,
    number_shown,
    shown,
    text_shown,
    time_shown,
    words,
    yes_shown,
)

KINDS = ("workaround", "estimate", "fixed", "wont_fix", "regression", "promise")
STATES = ("draft", "asked", "scheduled", "sending", "paused", "sent", "stopped")
WHO = ("all", "with_case", "without_case", "unconfirmed")
FOUND = ("case", "me_too", "product", "version", "region", "segment")
SHOW = (
    "told", "sent", "waiting", "portal", "seen", "bounced", "held", "warned", "untold",
)  # fmt: skip
STEPS = ("send", "approve", "decline", "pause", "go_on", "stop")


class BroadcastShape(Shown):
    """A broadcast; `size` is for how many it is, `prepared` how many were told so far."""

    number = number_shown()
    problem = serializers.IntegerField(source="problem.number", read_only=True)
    kind = text_shown()
    occasion = text_shown()
    state = text_shown()
    version = number_shown()
    subject = text_shown()
    text = text_shown()
    reason = text_shown()
    filters = serializers.DictField(read_only=True)
    is_automatic = yes_shown()
    size = number_shown()
    prepared = number_shown()
    created_by = shown("created_by.name")
    created_at = time_shown()
    decided_by = shown("decided_by.name")
    decided_at = time_shown(is_nullable=True)
    due_at = time_shown(is_nullable=True)
    released_at = time_shown(is_nullable=True)
    ended_at = time_shown(is_nullable=True)


class BroadcastProgressShape(Shown):
    """How far a broadcast came, in people."""

    told = number_shown()
    sent = number_shown()
    waiting = number_shown()
    portal = number_shown()
    seen = number_shown()
    bounced = number_shown()
    held = number_shown()
    warned = number_shown()
    untold = number_shown()


class OneBroadcastShape(BroadcastShape):
    """A broadcast with how far it came."""

    progress = BroadcastProgressShape(read_only=True)


class RecipientShape(Shown):
    """One person of a broadcast; `rule` is the code of what held them back or warned."""

    contact = serializers.IntegerField(source="contact_id", read_only=True)
    name = text_shown()
    organisation = text_shown()
    at = time_shown()
    channel = text_shown()
    sent_at = time_shown(is_nullable=True)
    seen_at = time_shown(is_nullable=True)
    bounced_at = time_shown(is_nullable=True)
    rule = text_shown()


class BroadcastPreviewShape(Shown):
    """How one kind of recipient reads it; `name` is a true recipient's, empty for an example."""

    code = text_shown()
    subject = text_shown()
    text = text_shown()
    name = text_shown()


class RuleCountShape(Shown):
    """How many people a rule speaks of."""

    rule = text_shown()
    customers = number_shown()


class DryRunShape(Shown):
    """What would happen now; from `mailed` on the figures are of the first `looked_at` recipients."""

    recipients = number_shown()
    told_before = number_shown()
    looked_at = number_shown()
    needs_yes = yes_shown()
    mailed = number_shown()
    quiet = number_shown()
    portal = number_shown()
    held = number_shown()
    stopped = RuleCountShape(many=True, read_only=True)
    warned = RuleCountShape(many=True, read_only=True)


class BroadcastLookShape(Shown):
    """Preview and dry run of a broadcast that was not stored."""

    previews = BroadcastPreviewShape(many=True, read_only=True)
    dry_run = DryRunShape(read_only=True)


class BroadcastFilters(Listing):
    """Which broadcasts."""

    problem = number(is_needed=False, says="Number of a problem.")
    state = choice(*STATES, "", default="")


class RecipientFilters(Listing):
    """Which of its people."""

    show = choice(*SHOW, default="told", says="What became of them.")


class BroadcastWords(Taken):
    """What is told, and to whom; without subject and text in the tenant's usual words."""

    subject = words(longest=200)
    text = words(longest=10_000, says="May name the variables of its mail, like {greeting}.")
    reason = words(longest=2_000, says="What customers read where the text says {reason}.")
    who = choice(*WHO, default="all")
    found = choice(*FOUND, "", default="", says="How they were found.")
    language = words(longest=12, says="Code of the language of those meant.")
    segment = number(is_needed=False, says="Number of a segment.")


class NewBroadcast(BroadcastWords):
    """A broadcast of a decision that was made."""

    kind = choice(*KINDS)


class BroadcastRewritten(BroadcastWords, Versioned):
    """A draft written anew."""


class BroadcastStep(Versioned):
    """A step of a broadcast; `due_at` is when a sent one goes out, now if it is left open."""

    step = choice(*STEPS)
    due_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class BroadcastPolicyShape(Shown):
    """Above how many recipients a lead has to say yes."""

    approval_size = number_shown()


class BroadcastPolicyWish(Taken):
    """Above how many recipients a lead has to say yes; 0 lets every broadcast wait for one."""

    approval_size = serializers.IntegerField(min_value=0, max_value=1_000_000)
