"""What the sorts of addresses of a customer are called."""

from django.utils.translation import gettext_lazy

from customers.models import AddressKind

ADDRESS_KINDS = {
    AddressKind.MAIL: gettext_lazy("E-mail address"),
    AddressKind.PHONE: gettext_lazy("Telephone number"),
    AddressKind.SOCIAL: gettext_lazy("Name on social media"),
    AddressKind.CHAT: gettext_lazy("Name in a chat"),
}


def kind_of_address(code: str) -> AddressKind | None:
    """Return the sort of a code, or None."""
    return AddressKind(code) if code in AddressKind.values else None
