"""Take in organisations, products and segments: each line by the act that a person would do."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from django.db import DataError, transaction
from django.utils.translation import gettext as _

from customers.belonging_lines import bad, day_in
from customers.belongings import save_version
from customers.editing import save_organisation, save_product
from customers.having import plain_version
from customers.import_turns import take_turns
from customers.importing import Given, Imported, Refused, no_organisation, slug_of
from customers.models import Organisation, Product, ProductVersion, Segment
from customers.segmenting import save_segment
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
Fields = Mapping[str, str]
Take = Callable[[Fields, Actor, datetime], str]


@transaction.atomic
def one_by_one(
    lines: Sequence[Given], *, sort: str, take: Take, actor: Actor, at: datetime
) -> Imported:
    """Take each line for itself: what one is refused for leaves the others as they are.

    About six statements a line.
    """
    actor.require(Permission.IMPORT_CASES)
    take_turns()
    result = Imported()
    lists = {NEW: result.added, CHANGED: result.changed, UNCHANGED: result.unchanged}
    for given in lines:
        said = given.said if isinstance(given.said, Mapping) else {}
        fields = {name: " ".join(str(value).split()) for name, value in said.items()}
        try:
            with transaction.atomic():
                became = take(fields, actor, at)
        except Refusal as refusal:
            result.refused.append(Refused(given, refusal.sentence, refusal.next_step))
        except DataError:
            # One line that no column can hold must not stop all others for good.
            sentence = _("The line holds a value that cannot be kept.")
            result.refused.append(Refused(given, sentence, _("Look at its numbers and letters.")))
        else:
            lists[became].append((sort, str(given.number)))
    return result


def take_organisation(fields: Fields, actor: Actor, at: datetime) -> str:
    """Add or change an organisation: found by its mail domain, else by its name.

    Raises:
        Refusal: a cell cannot be meant, or several have the name.
    """
    name, domain = needed(fields, "name"), fields.get("domain", "").lower().removeprefix("@")
    there = organisation_there(name, domain)
    given = {"name": name, "domain": domain, **chosen(fields, "region", "segment")}
    if there is None:
        save_organisation(organisation_id=None, actor=actor, at=at, **given)
        return NEW
    # An empty cell changes nothing.
    values = {
        key: given.get(key) or getattr(there, key)
        for key in ("name", "domain", "region", "segment")
    }
    if all(getattr(there, key) == value for key, value in values.items()):
        return UNCHANGED
    save_organisation(organisation_id=there.pk, actor=actor, at=at, **values)
    return CHANGED


def organisation_there(name: str, domain: str) -> Organisation | None:
    """Return the organisation that a line means; at most two queries.

    Raises:
        BadLine: several have the name.
    """
    if domain:
        found = Organisation.objects.filter(domain__iexact=domain).first()
        if found is not None:
            return found
    named = Organisation.objects.filter(name__iexact=name)
    # One with another mail domain is another company of the same name.
    found_by_name = list((named.filter(domain="") if domain else named)[:2])
    if len(found_by_name) > 1:
        raise no_organisation(name, several=True)
    return found_by_name[0] if found_by_name else None


def take_product(fields: Fields, actor: Actor, at: datetime) -> str:
    """Add a product, and a version of it where the line names one; change a version's days.

    Raises:
        Refusal: a cell cannot be meant.
    """
    name, version = needed(fields, "product"), fields.get("version", "")
    days = days_of(fields)
    if not version and any(days.values()):
        raise bad(_("The days belong to a version, and none is named."))
    product = Product.objects.filter(slug=slug_of(name)).first()
    is_new = product is None
    if product is None:
        product = save_product(product_id=None, name=name, is_active=True, actor=actor, at=at)
    if not version:
        return NEW if is_new else UNCHANGED
    became = take_version(product, version, days, actor=actor, at=at)
    return NEW if is_new else became


def take_version(
    product: Product,
    name: str,
    days: Mapping[str, date | None],
    *,
    actor: Actor,
    at: datetime,
) -> str:
    """Add a version, or change its days; its name stays as it is written there."""
    versions = ProductVersion.objects.filter(product=product).order_by("id")
    there = next((one for one in versions if plain_version(one.name) == plain_version(name)), None)
    kept = {key: day or getattr(there, key, None) for key, day in days.items()}
    if there is not None and all(getattr(there, key) == day for key, day in kept.items()):
        return UNCHANGED
    save_version(
        product_id=product.pk,
        version_id=there.pk if there else None,
        name=there.name if there else name,
        released_on=kept["released_on"],
        supported_until=kept["supported_until"],
        actor=actor,
        at=at,
    )
    return CHANGED if there else NEW


def take_segment(fields: Fields, actor: Actor, at: datetime) -> str:
    """Add a segment, or change the rule of the one of this name.

    Raises:
        Refusal: the rule is none, or there are too many.
    """
    name = needed(fields, "name")
    try:
        rule = json.loads(needed(fields, "rule"))
    except (ValueError, RecursionError):
        raise bad(
            _("The rule is not valid JSON."),
            next_step=_("Write it as routing rules are written: {“fact”: “tier”, “is”: “gold”}."),
        ) from None
    there = Segment.objects.filter(name__iexact=name).first()
    if there is not None and there.rule == rule:
        return UNCHANGED
    save_segment(
        number=there.number if there else None,
        name=there.name if there else name,
        rule=rule,
        is_active=there.is_active if there else True,
        actor=actor,
        at=at,
    )
    return CHANGED if there else NEW


def needed(fields: Fields, name: str) -> str:
    """Return a cell that may not be empty.

    Raises:
        BadLine: it is.
    """
    value = fields.get(name, "")
    if not value:
        raise bad(_("%(field)s is missing.") % {"field": name})
    return value


def chosen(fields: Fields, *names: str) -> dict[str, str]:
    """Return some cells by their names, empty where the file has no such column."""
    return {name: fields.get(name, "") for name in names}


def days_of(fields: Fields) -> dict[str, date | None]:
    """Return the days of a version.

    Raises:
        BadLine: a cell is no day.
    """
    said = chosen(fields, "released_on", "supported_until")
    return {name: day_in(said, name) for name in said}
