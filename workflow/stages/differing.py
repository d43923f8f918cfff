"""What a draft changes, in words that an admin would use. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from workflow.stages.definition import Approval, Definition, Owner, Stage, Step
from workflow.stages.words import KINDS, WHO_MAY
from workflow.stages.world import World

HOUR = timedelta(hours=1)


def differences(before: Definition, after: Definition, *, world: World | None = None) -> list[str]:
    """Return a sentence for each change, in the order of the drawing; empty if nothing changed.

    With `world` states, departments and fields are called as people call them, else by code.
    """
    return [
        *about_workflow(before, after),
        *about_stages(before, after, world=world),
        *about_steps(before, after, world=world),
    ]


def about_workflow(before: Definition, after: Definition) -> Iterator[str]:
    """What changed of the whole."""
    if before.name != after.name:
        yield _("The workflow is called “%(after)s”, no longer “%(before)s”.") % {
            "before": before.name,
            "after": after.name,
        }
    if before.start != after.start:
        stage = after.stage(after.start)
        yield _("A new problem begins in “%(stage)s”.") % {
            "stage": stage.name if stage else after.start
        }


def about_stages(before: Definition, after: Definition, *, world: World | None) -> Iterator[str]:
    """What changed of stages."""
    for old in before.stages:
        if after.stage(old.key) is None:
            yield _("“%(stage)s” is taken out.") % {"stage": old.name}
    for new in after.stages:
        known = before.stage(new.key)
        if known is None:
            yield _("“%(stage)s” is new.") % {"stage": new.name}
        else:
            yield from about_stage(known, new, world=world)


def about_stage(old: Stage, new: Stage, *, world: World | None) -> Iterator[str]:
    """What changed of one stage; where it stands on the map is no change."""
    if old.name != new.name:
        yield _("“%(old)s” is called “%(new)s” now.") % {"old": old.name, "new": new.name}
    facts = (
        (_("state"), state_words(old.state, world), state_words(new.state, world)),
        (_("who has it"), owner_words(old, world), owner_words(new, world)),
        (_("limit"), span_words(old.within), span_words(new.within)),
        (_("needed to leave"), field_words(old.needs, world), field_words(new.needs, world)),
        (_("customers see"), public_words(old, world), public_words(new, world)),
        (_("customers read"), quoted(old.public_words), quoted(new.public_words)),
    )
    for name, was, is_now in facts:
        if was != is_now:
            yield _("%(where)s: %(name)s %(was)s → %(now)s") % {
                "where": new.name,
                "name": name,
                "was": was,
                "now": is_now,
            }


def about_steps(before: Definition, after: Definition, *, world: World | None) -> Iterator[str]:
    """What changed of steps."""
    old_steps = {step.key: step for step in before.steps}
    new_steps = {step.key: step for step in after.steps}
    for key, old in old_steps.items():
        if key not in new_steps:
            yield _("The step “%(step)s” from “%(begin)s” is taken out.") % {
                "step": old.name,
                "begin": stage_name(before, old.begin),
            }
    for key, new in new_steps.items():
        if key not in old_steps:
            yield _("A step “%(step)s” leads from “%(begin)s” to “%(end)s”.") % {
                "step": new.name,
                "begin": stage_name(after, new.begin),
                "end": stage_name(after, new.end),
            }
        else:
            yield from about_step(old_steps[key], new, before=before, after=after, world=world)


def about_step(
    old: Step, new: Step, *, before: Definition, after: Definition, world: World | None
) -> Iterator[str]:
    """What changed of one step; a stage that has only another name is told with the stages."""

    def old_name(was: str, is_now: str) -> str:
        return stage_name(after if was == is_now else before, was)

    facts = (
        (_("name"), quoted(old.name), quoted(new.name)),
        (_("from"), old_name(old.begin, new.begin), stage_name(after, new.begin)),
        (_("to"), old_name(old.end, new.end), stage_name(after, new.end)),
        (_("kind"), str(KINDS[old.kind]), str(KINDS[new.kind])),
        (_("who may"), who_words(old), who_words(new)),
        (_("needed"), field_words(old.needs, world), field_words(new.needs, world)),
        (_("reason"), yes_no(is_so=old.needs_reason), yes_no(is_so=new.needs_reason)),
        (_("approval"), approval_words(old.approval), approval_words(new.approval)),
    )
    for name, was, is_now in facts:
        if was != is_now:
            yield _("Step “%(where)s”: %(name)s %(was)s → %(now)s") % {
                "where": new.name,
                "name": name,
                "was": was,
                "now": is_now,
            }
    if old.condition != new.condition:
        yield _("Step “%(where)s”: its condition is another one.") % {"where": new.name}
    if old.acts != new.acts:
        yield _("Step “%(where)s”: something else happens by itself.") % {"where": new.name}


def stage_name(definition: Definition, key: str) -> str:
    """Return what a stage is called, its key if it is not there."""
    stage = definition.stage(key)
    return stage.name if stage else key


def state_words(state: str, world: World | None) -> str:
    """Return how people call a state."""
    return world.state_name(state) if world else state


def owner_words(stage: Stage, world: World | None) -> str:
    """Return who has a problem in a stage."""
    if stage.owner is Owner.DEPARTMENT:
        known = world.departments.get(stage.department) if world else None
        return known.name if known else stage.department
    if stage.owner is Owner.CHOSEN:
        return _("whoever is chosen")
    return _("stays where it is")


def who_words(step: Step) -> str:
    """Return who may take a step."""
    return ", ".join(str(WHO_MAY[who]) for who in step.may_take) or _("nobody")


def field_words(names: tuple[str, ...], world: World | None) -> str:
    """Return fields as people call them."""
    return listed(tuple(str(world.fields.get(one, one)) for one in names) if world else names)


def public_words(stage: Stage, world: World | None) -> str:
    """Return which stage customers see."""
    known = world.customer_stages.get(stage.public) if world else None
    return str(known or stage.public) or _("nothing")


def approval_words(approval: Approval | None) -> str:
    """Return an approval in words."""
    if approval is None:
        return _("none")
    asked = listed((*approval.roles, *approval.people))
    words = _("%(quorum)d %% of %(asked)s") % {"quorum": approval.quorum, "asked": asked}
    if approval.within is not None:
        words = _("%(words)s within %(span)s") % {
            "words": words,
            "span": span_words(approval.within),
        }
    return words


def span_words(span: timedelta | None) -> str:
    """Return a limit in words."""
    if span is None:
        return _("the department's own")
    hours, rest = divmod(span, HOUR)
    minutes = rest // timedelta(minutes=1)
    if not minutes:
        return _("%(hours)d h") % {"hours": hours}
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


def listed(names: tuple[str, ...]) -> str:
    """Return names in a row."""
    return ", ".join(str(name) for name in names) or _("nothing")


def quoted(text: str) -> str:
    """Return a text in quotation marks, or that there is none."""
    return f"“{text}”" if text else _("nothing")


def yes_no(*, is_so: bool) -> str:
    """Return yes or no."""
    return _("yes") if is_so else _("no")
