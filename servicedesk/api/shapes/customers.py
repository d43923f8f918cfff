"""Shapes of contacts, organisations, products and promised service levels."""

from typing import Any

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Listing,
    Shown,
    Taken,
    choice,
    number,
    number_shown,
    shown,
    text_shown,
    time_shown,
    words,
    yes_shown,
)

KINDS = ("mail", "phone", "social")


class ContactFilters(Listing):
    """Which contacts."""

    email = words(longest=254, says="One e-mail address, whole.")
    organisation = number(is_needed=False, says="Id of an organisation.")
    is_prospect = serializers.BooleanField(required=False, allow_null=True, default=None)
    words = words(longest=120, says="A part of the name, or of an address.")


class OrganisationFilters(Listing):
    """Which organisations."""

    domain = words(longest=253)
    words = words(longest=120, says="A part of the name.")


class ProductFilters(Listing):
    """Which products."""

    is_active = serializers.BooleanField(required=False, allow_null=True, default=None)


class EntitlementFilters(Listing):
    """Which promises."""

    organisation = number(is_needed=False, says="Id of an organisation.")
    contact = number(is_needed=False, says="Id of a contact.")


class NewContact(Taken):
    """A customer with a first address."""

    name = words(longest=160, is_needed=True)
    kind = choice(*KINDS, default="mail", says="What sort of address.")
    address = words(longest=254, is_needed=True)
    organisation = number(is_needed=False, says="Id of an organisation.")


class ContactChange(Taken):
    """What is known of a contact; a field that is not sent stays as it is."""

    name = serializers.CharField(max_length=160, required=False)
    organisation = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=10**15
    )
    language = serializers.CharField(max_length=12, required=False)
    timezone = serializers.CharField(max_length=64, required=False)
    tier = serializers.CharField(max_length=40, required=False, allow_blank=True)
    region = serializers.CharField(max_length=40, required=False, allow_blank=True)
    may_be_mailed = serializers.BooleanField(required=False)


class AddressShape(Shown):
    """An address of a contact."""

    id = number_shown()
    kind = text_shown()
    value = text_shown()
    is_primary = yes_shown()
    verified_at = time_shown(is_nullable=True)
    bounced_at = time_shown(is_nullable=True)
    bounced_status = text_shown()


class ReachShape(Shown):
    """How a contact may be reached; `away_said_at` is when a machine answered for its owner."""

    wants_call = yes_shown()
    away_until = serializers.DateField(read_only=True, allow_null=True)
    away_said_at = time_shown(is_nullable=True)
    addresses = AddressShape(many=True, read_only=True)


class ReachWish(Taken):
    """Whether a contact asked to be called instead of written to, and the last day of an absence."""

    wants_call = serializers.BooleanField(default=False)
    away_until = serializers.DateField(default=None, allow_null=True)


class ContactShape(Shown):
    """One person, whatever the channel."""

    id = number_shown()
    name = text_shown()
    organisation = serializers.IntegerField(
        source="organisation_id", read_only=True, allow_null=True
    )
    organisation_name = shown("organisation.name")
    language = text_shown()
    timezone = text_shown()
    tier = text_shown()
    region = text_shown()
    may_be_mailed = yes_shown()
    is_prospect = yes_shown()
    joined_to = serializers.IntegerField(
        source="joined_to_id",
        read_only=True,
        allow_null=True,
        help_text="Id of the contact who is the same person and has everything; null for none.",
    )
    created_at = time_shown()
    addresses = AddressShape(many=True, source="addresses.all", read_only=True)


class NewAddress(Taken):
    """One more address; `may_move` takes it from another contact who has it."""

    kind = choice(*KINDS, default="mail")
    value = words(longest=254, is_needed=True)
    may_move = serializers.BooleanField(default=False)


class JoinWish(Taken):
    """Who is the same person: everything of that contact goes to this one."""

    contact = number(says="Id of the other contact.")
    are_one = serializers.BooleanField(
        help_text="True: both are one person, and each will see the cases of both."
    )


class JoiningShape(Shown):
    """That two contacts were joined, and until when that can be undone."""

    id = number_shown()
    kept = serializers.IntegerField(source="kept_id", read_only=True)
    joined = serializers.IntegerField(source="joined_id", read_only=True)
    joined_name = shown("joined.name")
    joined_at = time_shown()


class OrganisationWish(Taken):
    """An organisation; mail from its domain belongs to it."""

    name = words(longest=160, is_needed=True)
    domain = words(longest=253)
    region = words(longest=40)
    segment = words(longest=40)


class OrganisationShape(Shown):
    """A company that is a customer."""

    id = number_shown()
    name = text_shown()
    domain = text_shown()
    region = text_shown()
    segment = text_shown()
    created_at = time_shown()


class ProductWish(Taken):
    """A product; one that is not active is not offered."""

    name = words(longest=120, is_needed=True)
    is_active = serializers.BooleanField(default=True)


class ProductShape(Shown):
    """Something that customers have and problems are about."""

    slug = text_shown()
    name = text_shown()
    is_active = yes_shown()


class EntitlementWish(Taken):
    """A service level for an organisation or a contact, for one product or for all."""

    organisation = number(is_needed=False, says="Id of an organisation.")
    contact = number(is_needed=False, says="Id of a contact.")
    product = words(longest=120, says="Short name; empty for all products.")
    service_level = number(says="Id of a service level.")
    begins_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    ends_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    kind = choice(
        "account",
        "product",
        "asset",
        "contract",
        default="account",
        says="What gives the right; a contract goes before an asset, a product and an account.",
    )
    reference = words(longest=80, says="What the customer's papers call it.")


class EntitlementShape(Shown):
    """A service level that somebody has a right to, for a time."""

    id = number_shown()
    organisation = serializers.IntegerField(
        source="organisation_id", read_only=True, allow_null=True
    )
    contact = serializers.IntegerField(source="contact_id", read_only=True, allow_null=True)
    product = shown("product.slug")
    service_level = serializers.IntegerField(source="service_level_id", read_only=True)
    service_level_name = shown("service_level.name")
    kind = text_shown()
    reference = text_shown()
    begins_at = time_shown()
    ends_at = time_shown(is_nullable=True)


class AffectedProblemShape(Shown):
    """A problem that affects a contact, and when it was told something."""

    problem = serializers.IntegerField(source="problem.number", read_only=True)
    title = shown("problem.title")
    state = shown("problem.state")
    found = text_shown()
    found_at = time_shown()
    told_at = serializers.SerializerMethodField()
    confirmed_at = time_shown(is_nullable=True)

    def get_told_at(self, row: Any) -> list[str]:
        """Return when something was told; the rows are prefetched."""
        return [told.at.isoformat() for told in row.told.all()]
