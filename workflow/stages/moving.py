"""Move problems in flight from one version of a workflow to another: by a map that is checked. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from workflow.stages.definition import Definition


@dataclass(frozen=True, slots=True)
class MapFault:
    """Why problems of a stage cannot be moved so."""

    stage: str
    sentence: str
    next_step: str


def suggested_map(before: Definition, after: Definition) -> dict[str, str]:
    """Return for each old stage the new one of the same key, or the same name and state."""
    found = {}
    for old in before.stages:
        same = after.stage(old.key)
        if same is None or same.state != old.state:
            same = next(
                (
                    new
                    for new in after.stages
                    if new.name.strip().lower() == old.name.strip().lower()
                    and new.state == old.state
                ),
                None,
            )
        if same is not None:
            found[old.key] = same.key
    return found


def check_map(
    before: Definition,
    after: Definition,
    *,
    stage_map: Mapping[str, str],
    in_flight: Mapping[str, int],
) -> list[MapFault]:
    """Return why problems cannot be moved; `in_flight` counts the open problems of each old stage.

    Only stages with problems need an answer. The state never changes by a move: a problem that
    waits for acceptance still does.
    """
    faults = []
    for key, count in in_flight.items():
        if not count:
            continue
        old = before.stage(key)
        name = old.name if old else key
        target = stage_map.get(key, "")
        new = after.stage(target)
        if new is None:
            faults.append(
                MapFault(
                    key,
                    _("%(count)d problems are in “%(stage)s”, and nothing says where they go.")
                    % {"count": count, "stage": name},
                    _("Choose a stage of the new version."),
                )
            )
        elif old is not None and new.state != old.state:
            faults.append(
                MapFault(
                    key,
                    _("“%(old)s” and “%(new)s” are different states.")
                    % {"old": name, "new": new.name},
                    _("Choose a stage of the state %(state)s.") % {"state": old.state},
                )
            )
    return faults
