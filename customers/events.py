"""What customers tell those above them."""

from dataclasses import dataclass
from typing import ClassVar

from workflow.outbox.event import Event


@dataclass(frozen=True, kw_only=True)
class BelongingsChanged(Event):
    """Somebody has a product now, has it no more, or has another version of it elsewhere.

    Told once for each product that an act or a batch of an import touched.
    """

    kind: ClassVar[str] = "customers.belongings.changed"
    product_id: int

    @property
    def subject(self) -> str:
        """The product."""
        return f"product:{self.product_id}"


@dataclass(frozen=True, kw_only=True)
class ContactChanged(Event):
    """What segments and scopes ask of a contact is known anew: region, tier, language, whose."""

    kind: ClassVar[str] = "customers.contact.changed"
    contact_id: int

    @property
    def subject(self) -> str:
        """The contact."""
        return f"contact:{self.contact_id}"


@dataclass(frozen=True, kw_only=True)
class OrganisationChanged(Event):
    """Region, segment or name of an organisation changed, and with them those of its people."""

    kind: ClassVar[str] = "customers.organisation.changed"
    organisation_id: int

    @property
    def subject(self) -> str:
        """The organisation."""
        return f"organisation:{self.organisation_id}"


@dataclass(frozen=True, kw_only=True)
class SegmentChanged(Event):
    """A segment means other customers from now on, or is in use no more."""

    kind: ClassVar[str] = "customers.segment.changed"
    segment_id: int

    @property
    def subject(self) -> str:
        """The segment."""
        return f"segment:{self.segment_id}"


@dataclass(frozen=True, kw_only=True)
class CustomersImported(Event):
    """Some lines of an import wrote customers down, or changed what is known of them."""

    kind: ClassVar[str] = "customers.imported"
    added: int
    changed: int

    @property
    def subject(self) -> str:
        """All customers: those who look for them anew do it once."""
        return "customers:all"


@dataclass(frozen=True, kw_only=True)
class ImportGoesOn(Event):
    """The next part of a file waits to be looked at or taken; nobody outside is told."""

    kind: ClassVar[str] = "customers.import.goes_on"
    import_id: int
    position: int

    @property
    def subject(self) -> str:
        """The import."""
        return f"fileimport:{self.import_id}"
