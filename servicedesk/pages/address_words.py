"""What the sorts of addresses of a customer are called."""

from django.utils.translation import gettext as _
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


BOUNCED = (
    ("5.1.2", gettext_lazy("The other mail server does not know this domain.")),
    ("5.1.10", gettext_lazy("The other side takes no mail at all.")),
    ("5.1", gettext_lazy("The other mail server does not know this address.")),
    ("5.2.1", gettext_lazy("The mailbox was switched off.")),
    ("5.4", gettext_lazy("No mail server takes mail for this domain.")),
)


def bounce_words(status: str) -> str:
    """Return why mail came back, by the code of the other mail server (RFC 3463)."""
    said = next(
        (str(words) for code, words in BOUNCED if f"{status}.".startswith(f"{code}.")),
        _("The other mail server did not take it."),
    )
    return f"{said} ({status})" if status else said
