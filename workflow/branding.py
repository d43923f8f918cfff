"""Under which name a tenant writes: brands, one of them the default."""

from datetime import datetime
from typing import ClassVar

from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from workflow.colours import is_colour
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.lengths import fitting, one_line
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.tenancy.models import TenantModel, tenant_key

LONGEST_NAME = 80
LONGEST_SIGN_OFF = 1_000
MOST_BRANDS = 100


class Brand(TenantModel):
    """A name under which the tenant deals with customers.

    `sender_name` stands before the address of each mail, `sign_off` below its text. `colour` is
    what somebody chose, `#rrggbb`, or empty; what is shown of it workflow/colours.py says.
    """

    name = models.CharField(max_length=LONGEST_NAME)
    sender_name = models.CharField(max_length=LONGEST_NAME)
    sign_off = models.TextField(default="", blank=True)
    colour = models.CharField(max_length=7, default="", blank=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        db_table = "workflow_brand"
        constraints = [
            tenant_key("workflow_brand"),
            models.UniqueConstraint("tenant", Lower("name"), name="workflow_brand_name"),
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(is_default=True),
                name="workflow_brand_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BadBrand(Refusal):
    """A brand needs a name that no other brand has."""

    code: ClassVar[str] = "bad_brand"


class BadColour(Refusal):
    """What was written is no colour."""

    code: ClassVar[str] = "bad_colour"


class NoSuchBrand(Refusal):
    """There is no brand of this id."""

    code: ClassVar[str] = "no_such_brand"
    status: ClassVar[int] = 404


def default_brand() -> Brand:
    """Return the brand of whatever says nothing else; one query."""
    return Brand.objects.get(is_default=True)


def colour_of_default_brand() -> str:
    """Return the colour of the default brand, or an empty string; one query."""
    return Brand.objects.filter(is_default=True).values_list("colour", flat=True).first() or ""


@transaction.atomic
def save_brand(
    *,
    brand_id: int | None,
    name: str,
    sender_name: str,
    sign_off: str,
    colour: str = "",
    actor: Actor,
    at: datetime,
) -> Brand:
    """Add a brand, or change one. Without a sender name customers read the brand's name.

    `colour` is #rrggbb, or empty for the one that the desk's name gives.

    Raises:
        BadBrand: it has no name, or another brand has it.
        BadColour: the colour is none.
        NoSuchBrand: there is none to be changed.
    """
    actor.require(Permission.CONFIGURE)
    brands = lock_brands()
    brand = brand_of(brands, brand_id) if brand_id is not None else Brand()
    name = one_line(name, longest=LONGEST_NAME)
    refuse_bad_name(name, others=[other for other in brands.values() if other is not brand])
    colour = chosen_colour(colour)
    new = brand_id is None
    changes: dict[str, ChangeValue] = {
        "renamed": not new and brand.name != name,
        "sender": not new and brand.sender_name != sender_name.strip(),
        "sign_off": not new and brand.sign_off != sign_off.strip(),
        "colour": not new and brand.colour != colour,
    }
    brand.name = name
    brand.sender_name = one_line(sender_name, longest=LONGEST_NAME) or name
    brand.sign_off = fitting(sign_off.replace("\r\n", "\n"), longest=LONGEST_SIGN_OFF)
    brand.colour = colour
    brand.save()
    record(
        Action.CONFIGURATION_CHANGED,
        brand,
        actor=actor,
        at=at,
        changes={"what": "brand", "is_new": new, **changes},
    )
    return brand


@transaction.atomic
def make_default(*, brand_id: int, actor: Actor, at: datetime) -> Brand:
    """Let a brand be the one of whatever says nothing else; a second time changes nothing.

    Raises:
        NoSuchBrand: there is none of this id.
    """
    actor.require(Permission.CONFIGURE)
    brands = lock_brands()
    brand = brand_of(brands, brand_id)
    if brand.is_default:
        return brand
    # One after the other: PostgreSQL refuses two at once.
    before = [other.pk for other in brands.values() if other.is_default]
    Brand.objects.filter(is_default=True).update(is_default=False)
    brand.is_default = True
    brand.save(update_fields=["is_default"])
    record(
        Action.CONFIGURATION_CHANGED,
        brand,
        actor=actor,
        at=at,
        changes={"what": "brand", "default": brand.pk, "default_was": before[0]},
    )
    return brand


def chosen_colour(written: str) -> str:
    """Return a colour as it is kept: #rrggbb in small letters, or nothing.

    Raises:
        BadColour: it is none.
    """
    colour = written.strip().lower()
    if colour and not is_colour(colour):
        raise BadColour(
            _("“%(written)s” is no colour.") % {"written": written.strip()[:30]},
            next_step=_("Write it like #1f6f5c."),
        )
    return colour


def lock_brands() -> dict[int, Brand]:
    """Return all brands by id, locked, so that names and the default are decided one by one."""
    return {brand.pk: brand for brand in Brand.objects.select_for_update().order_by("id")}


def brand_of(brands: dict[int, Brand], brand_id: int) -> Brand:
    """Return the brand of an id, or refuse."""
    brand = brands.get(brand_id)
    if brand is None:
        raise NoSuchBrand(_("There is no such brand."), next_step=_("Load the page again."))
    return brand


def refuse_bad_name(name: str, *, others: list[Brand]) -> None:
    """Refuse an empty name, one that another brand has, and one brand too many."""
    if not name:
        raise BadBrand(_("A brand needs a name."), next_step=_("Write the one that people know."))
    if any(other.name.lower() == name.lower() for other in others):
        raise BadBrand(
            _("There is a brand “%(name)s” already.") % {"name": name},
            next_step=_("Choose another name."),
        )
    if len(others) >= MOST_BRANDS:
        raise BadBrand(
            _("There are %(count)s brands already.") % {"count": MOST_BRANDS},
            next_step=_("Change one that is no longer used."),
        )
