"""What a ledger says of whom a problem affects: how found, how far the solution came, by what."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FOUND = {
    "case": gettext_lazy("by a case"),
    "me_too": gettext_lazy("said “me too”"),
    "version": gettext_lazy("has this version"),
    "product": gettext_lazy("has the product"),
    "segment": gettext_lazy("belongs to the segment"),
    "region": gettext_lazy("is in the region"),
}
# The way of the solution to everybody, in order; the tiles above the list.
WAY = {
    "all": gettext_lazy("affected"),
    "told": gettext_lazy("told"),
    "delivered": gettext_lazy("delivered"),
    "seen": gettext_lazy("seen"),
    "applied": gettext_lazy("have the solution"),
    "confirmed": gettext_lazy("say that it works"),
}
BESIDE = {
    "untold": gettext_lazy("Not told yet"),
    "workaround": gettext_lazy("On a workaround"),
    "open_ended": gettext_lazy("Closing waits for them"),
    "excused": gettext_lazy("Exceptions"),
    "unconfirmed": gettext_lazy("Not confirmed"),
    "left": gettext_lazy("Not affected any more"),
}
STANDS = {
    "left": gettext_lazy("not affected any more"),
    "confirmed": gettext_lazy("says that it works"),
    "applied": gettext_lazy("has the solution"),
    "excused": gettext_lazy("exception"),
    "workaround": gettext_lazy("on a workaround"),
    "seen": gettext_lazy("has seen it"),
    "delivered": gettext_lazy("delivered"),
    "told": gettext_lazy("told"),
    "untold": gettext_lazy("not told yet"),
}
TONES = {"confirmed": "good", "applied": "good", "workaround": "warning", "excused": "petrol"}


def stands(row: Any) -> str:
    """Return the code of how far the solution came to one customer; no query."""
    known = (
        ("left", row.left_at),
        ("confirmed", row.confirmed_at),
        ("applied", row.applied_at),
        ("excused", row.excused_at),
        ("workaround", row.workaround_at),
        ("seen", row.seen_at),
        ("delivered", row.delivered_at),
        ("told", row.told_at),
    )
    return next((code for code, at in known if at is not None), "untold")


def moment_of(row: Any, code: str) -> Any:
    """Return when a customer came so far, or None."""
    return None if code == "untold" else getattr(row, f"{code}_at")


def scope_words(scope: Any) -> str:
    """Return whom a scope reaches, in words; no query if what it names is loaded."""
    parts = []
    if scope.version is not None:
        parts.append(f"{scope.product.name} {scope.version.name}")
    elif scope.product is not None:
        parts.append(scope.product.name)
    if scope.region:
        parts.append(_("region %(region)s") % {"region": scope.region})
    if scope.segment is not None:
        parts.append(_("segment %(segment)s") % {"segment": scope.segment.name})
    return " · ".join(parts)


def found_words(row: Any, scopes: Mapping[int, str]) -> str:
    """Return how a customer was found, with the scope if it is known; no query."""
    words = str(FOUND[row.found])
    scope = scopes.get(row.scope_id, "") if row.found not in ("case", "me_too") else ""
    return f"{words}: {scope}" if scope else words
