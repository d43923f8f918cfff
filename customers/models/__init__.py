"""Index of this room's models, for Django."""

from customers.models.belonging import InstalledProduct, ProductVersion, Purchase
from customers.models.contact import (
    AddressKind,
    Contact,
    ContactAddress,
    Entitlement,
    EntitlementKind,
    JoinedRow,
    Joining,
    Organisation,
    PortalLink,
    PortalSession,
    Preference,
    Product,
)
from customers.models.file_import import FileImport, ImportPart, ImportState
from customers.models.segment import Segment

__all__ = [
    "AddressKind",
    "Contact",
    "ContactAddress",
    "Entitlement",
    "EntitlementKind",
    "FileImport",
    "ImportPart",
    "ImportState",
    "InstalledProduct",
    "JoinedRow",
    "Joining",
    "Organisation",
    "PortalLink",
    "PortalSession",
    "Preference",
    "Product",
    "ProductVersion",
    "Purchase",
    "Segment",
]
