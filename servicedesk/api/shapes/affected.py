"""Shapes of ledgers: whom a problem affects, by what scopes, and how far the solution came."""

from typing import Any

from rest_framework import serializers

from problems.ledger import FILTERS
from problems.ledger_acts import LONGEST_EXCUSE
from problems.reasons import STRONGEST
from servicedesk.api.shapes.cases import mail_address_among
from servicedesk.api.shapes.fields import (
    Listing,
    Shown,
    Taken,
    choice,
    number,
    number_shown,
    shown,
    text_shown,
    words,
)

MOST_CONTACTS = 10_000


def moment(says: str = "") -> serializers.DateTimeField:
    """Return a field that shows a time, or null."""
    return serializers.DateTimeField(read_only=True, allow_null=True, help_text=says)


class LedgerAsked(Listing):
    """Which rows of a ledger are wanted."""

    far = choice(*FILTERS, default="all", says="How far the solution came.")
    found = serializers.ChoiceField(
        choices=list(STRONGEST), required=False, help_text="How the customer was found."
    )
    words = serializers.CharField(
        required=False, max_length=100, help_text="Part of the customer's or organisation's name."
    )


class ToldShape(Shown):
    """One message that a customer was told."""

    message = serializers.CharField(read_only=True)
    at = serializers.DateTimeField(read_only=True)
    channel = serializers.CharField(read_only=True)
    delivered_at = moment("When it arrived, as far as anybody can tell.")
    seen_at = moment("When the customer read it in the portal or followed its link.")
    bounced_at = moment("When it came back.")


class AffectedShape(Shown):
    """One customer whom a problem affects: how found, what told, how far the solution came."""

    contact = serializers.SerializerMethodField()
    found = serializers.CharField(read_only=True)
    found_at = serializers.DateTimeField(read_only=True)
    told = ToldShape(many=True, source="told.all", read_only=True)
    confirmed_at = moment("When the customer said that it works.")
    contact_id = number_shown()
    scope = serializers.IntegerField(
        source="scope_id", read_only=True, allow_null=True, help_text="The scope that reaches them."
    )
    me_too_at = moment("When the customer said “me too”.")
    told_at = moment()
    delivered_at = moment()
    seen_at = moment()
    workaround_at = moment("Since when the customer lives on a workaround.")
    applied_at = moment("Since when the customer has the permanent solution.")
    excused_at = moment("When the customer was named an exception.")
    excuse = text_shown()
    left_at = moment("Since when nothing links the customer to the problem any more.")

    def get_contact(self, row: Any) -> str:
        """Return the contact's e-mail address, or the name of one without."""
        return mail_address_among(row.contact.addresses.all()) or str(row.contact.name)


class LedgerCountsShape(Shown):
    """How many customers a problem affects, and how far the solution came to them."""

    def get_fields(self) -> dict[str, Any]:
        """Return a number for each way to ask for rows."""
        return {code: number_shown() for code in FILTERS}


def contacts_field() -> serializers.ListField:
    """Return the field that names customers by their ids."""
    return serializers.ListField(
        child=number(), min_length=1, max_length=MOST_CONTACTS, help_text="Ids of contacts."
    )


class NamedExceptionWish(Taken):
    """Customers with whom the problem may be closed although they live on a workaround."""

    contacts = contacts_field()
    reason = words(longest=LONGEST_EXCUSE, is_needed=True, says="Stands beside each of them.")


class AppliedWish(Taken):
    """Customers who have the permanent solution."""

    contacts = contacts_field()


class ChangedShape(Shown):
    """How many rows of a ledger changed."""

    customers = number_shown()


class ScopeWish(Taken):
    """Whom a problem reaches: everything that is named must be true of a customer."""

    product = words(longest=120, says="Name or short name of a product.")
    version = words(longest=40, says="One of the product's versions.")
    region = words(longest=40)
    segment = number(is_needed=False, says="Number of a segment.")


class ScopeShape(Shown):
    """One description of whom a problem reaches."""

    id = number_shown()
    product = shown("product.name")
    version = shown("version.name")
    region = text_shown()
    segment = serializers.IntegerField(source="segment.number", read_only=True, allow_null=True)
    segment_name = shown("segment.name")
    added_at = serializers.DateTimeField(read_only=True)
    added_by = shown("added_by.name")


class ReachedShape(Shown):
    """How many customers joined or left a ledger."""

    scope = number_shown()
    found = number_shown()
    left = number_shown()


class ScopeCountShape(Shown):
    """How many customers a description fits, and how many of them the ledger lacks."""

    customers = number_shown()
    new = number_shown()
