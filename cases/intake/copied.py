"""Whom a mail names besides its sender and us. Pure."""

from cases.intake.filters import OurMail, is_unattended
from cases.intake.incoming import Address, IncomingMail


def people_copied(mail: IncomingMail, *, ours: OurMail) -> tuple[Address, ...]:
    """Return the people in To and Cc who are neither the sender nor we, each once.

    A mail that reached us names us somewhere. When no address is known as ours, we have one that
    the program does not know: then To is how it reached us, and only Cc is a copy.
    """
    named = (*mail.to, *mail.cc)
    candidates = named if any(is_ours(one, mail, ours) for one in named) else mail.cc
    people = {
        one.key: one
        for one in candidates
        if one.key
        and one.key != mail.sender.key
        and not is_ours(one, mail, ours)
        and not is_unattended(one.local_part)
    }
    return tuple(people.values())


def is_ours(address: Address, mail: IncomingMail, ours: OurMail) -> bool:
    """Say whether mail to an address comes to us."""
    return (
        address.key in ours.addresses
        or address.key in mail.delivered_to
        or address.domain in ours.reply_domains | ours.message_id_domains
    )
