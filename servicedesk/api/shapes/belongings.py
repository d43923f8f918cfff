"""Shapes of what customers have: versions, what is installed, purchases, segments, imports."""

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Listing,
    Shown,
    Taken,
    Versioned,
    number,
    number_shown,
    shown,
    text_shown,
    time_shown,
    words,
    yes_shown,
)

MOST_LINES = 1000


def day(says: str = "") -> serializers.DateField:
    """Return a field for a day; null when it is not sent."""
    return serializers.DateField(required=False, allow_null=True, default=None, help_text=says)


def day_shown(*, is_nullable: bool = True) -> serializers.DateField:
    """Return a field that shows a day."""
    return serializers.DateField(read_only=True, allow_null=is_nullable)


class VersionWish(Taken):
    """A version of a product, as customers and departments call it."""

    name = words(longest=40, is_needed=True)
    released_on = day()
    supported_until = day()


class ProductVersionShape(Shown):
    """A version of a product."""

    id = number_shown()
    product = shown("product.slug")
    name = text_shown()
    released_on = day_shown()
    supported_until = day_shown()


class BelongingFilters(Listing):
    """Whose, and of which product; the contact's are those of the organisation too."""

    contact = number(is_needed=False, says="Id of a contact.")
    organisation = number(is_needed=False, says="Id of an organisation.")
    product = words(longest=120, says="Short name of a product.")


class InstalledChange(Taken):
    """What is installed. The last day counts; a day that nobody knows is null."""

    product = words(longest=120, is_needed=True, says="Name or short name of a product.")
    version = words(longest=40, says="One of its versions; empty for not known.")
    region = words(longest=40, says="Where it stands, if that is not where the customer is.")
    place = words(longest=120)
    reference = words(longest=80, says="Serial number, or the customer's own name for it.")
    since = day()
    until = day("The last day.")


class InstalledWish(InstalledChange):
    """What is installed at a contact, or at an organisation and so at all its people."""

    contact = number(is_needed=False, says="Id of a contact; or send an organisation.")
    organisation = number(is_needed=False, says="Id of an organisation; or send a contact.")


class PurchaseChange(Taken):
    """What was bought."""

    product = words(longest=120, is_needed=True, says="Name or short name of a product.")
    version = words(longest=40, says="One of its versions; empty for not known.")
    bought_on = serializers.DateField()
    quantity = serializers.IntegerField(default=1, min_value=1, max_value=1_000_000)
    reference = words(longest=80, says="Order or invoice.")


class PurchaseWish(PurchaseChange):
    """What a contact, or an organisation, bought."""

    contact = number(is_needed=False, says="Id of a contact; or send an organisation.")
    organisation = number(is_needed=False, says="Id of an organisation; or send a contact.")


class BelongingShape(Shown):
    """What installed products and purchases share; `external_key` is set by imports."""

    id = number_shown()
    contact = serializers.IntegerField(source="contact_id", read_only=True, allow_null=True)
    organisation = serializers.IntegerField(
        source="organisation_id", read_only=True, allow_null=True
    )
    product = shown("product.slug")
    version = shown("version.name")
    reference = text_shown()
    external_key = text_shown()
    changed_at = time_shown()


class InstalledShape(BelongingShape):
    """One thing that a customer uses: which version, where, since and until when."""

    region = text_shown()
    place = text_shown()
    since = day_shown()
    until = day_shown()


class PurchaseShape(BelongingShape):
    """Something that a customer bought."""

    bought_on = day_shown(is_nullable=False)
    quantity = number_shown()


def rule_field() -> serializers.JSONField:
    """Return the field for the rule of a segment."""
    return serializers.JSONField(
        help_text='Such as {"fact": "tier", "is": "gold"}; all, any and not join several. Facts: '
        "tier, region, language, organisation, organisation_segment, relation (customer or "
        "prospect), product, version (product and version), bought, days_since_purchase."
    )


class SegmentWish(Versioned):
    """A sort of customers: whoever the rule fits now."""

    name = words(longest=80, is_needed=True)
    rule = rule_field()
    is_active = serializers.BooleanField(default=True)


class CustomerSegmentShape(Shown):
    """A sort of customers; `version` counts its changes."""

    number = number_shown()
    name = text_shown()
    rule = serializers.JSONField(read_only=True)
    is_active = yes_shown()
    version = number_shown()
    changed_at = time_shown()


class SegmentTrial(Taken):
    """A rule to try; nothing is saved."""

    rule = rule_field()


class FittingShape(Shown):
    """A contact whom a rule fits."""

    id = number_shown()
    name = text_shown()
    organisation_name = shown("organisation.name")


class SegmentPreviewShape(Shown):
    """Whom a rule fits now: how many, of how many, and the first ten by name."""

    count = number_shown()
    of = number_shown()
    contacts = FittingShape(many=True, read_only=True)


class ImportWish(Taken):
    """At most 1,000 lines as `import_belongings` reads them from a file."""

    lines = serializers.ListField(
        child=serializers.DictField(), min_length=1, max_length=MOST_LINES,
        help_text="Objects with external_id, kind (installed or purchase), contact_email or "
        "organisation, product, version, reference; region, place, since, until; "
        "bought_on, quantity.",
    )  # fmt: skip


class RefusedLineShape(Shown):
    """A line that was not taken, and why."""

    line = serializers.IntegerField(source="given.number", read_only=True)
    sentence = text_shown()


class ImportShape(Shown):
    """What became of the lines: read is the sum of the others; `in_database` is counted anew."""

    read = number_shown()
    new = number_shown()
    changed = number_shown()
    unchanged = number_shown()
    in_database = number_shown()
    refused = RefusedLineShape(many=True, read_only=True)
