"""Mails that try to get into somebody else's case: every lie about the sender, every hook."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

ATTACKER = "mallory@evil.example"


@dataclass(frozen=True, kw_only=True)
class Target:
    """What an attacker may know of a case, and more: its number, ids and even its reply address."""

    number: int
    address: str
    name: str
    message_ids: tuple[str, ...]
    reply_address: str
    others_reply_address: str
    foreign_reply_address: str
    copied_address: str
    removed_address: str
    removed_reply_address: str


def strangers(target: Target) -> list[str]:
    """Return headers of senders who are not the customer, however alike they look."""
    local, _, domain = target.address.partition("@")
    victim, name = target.address, target.name
    return [
        f"From: {ATTACKER}",
        f"From: {name} <{ATTACKER}>",
        f'From: "{victim}" <{ATTACKER}>',
        f'From: "{name} <{victim}>" <{ATTACKER}>',
        f"From: =?utf-8?q?{name.replace(' ', '_')}_=3C{local}=40{domain}=3E?= <{ATTACKER}>",
        f"From: {ATTACKER}\nFrom: {victim}",
        f"From: {victim}\nFrom: {ATTACKER}",
        f"From: {ATTACKER}, {victim}",
        f"From: {victim}, {ATTACKER}",
        f"From: {ATTACKER}\nSender: {victim}",
        f"From: {ATTACKER}\nReply-To: {victim}",
        f"From: {ATTACKER}\nReturn-Path: <{victim}>",
        f"From: {ATTACKER}\nResent-From: {victim}\nX-Original-From: {victim}",
        f"From: {local}@{domain}.evil.example",
        f"From: {local}@evil-{domain}",
        f"From: {local}+{domain}@evil.example",
        f"From: {local.replace('i', chr(0x456), 1)}@{domain}",
        f"From: {local}.@{domain}",
        f"From: {local}%{domain}@evil.example",
        f"From: <{victim}>@evil.example",
        f"From: {victim} <{ATTACKER}>",
        f"From: friends: {victim};, {ATTACKER}",
        f"From: {ATTACKER} ({victim})",
        f"From: no-reply@evil.example\nReply-To: {victim}",
        f"From: {target.copied_address}",
        f"From: {target.removed_address}",
    ]


def hooks_of_strangers(target: Target) -> list[str]:
    """Return headers by which a stranger hooks on to a case; the signed address is a stolen one."""
    return [
        *hooks_without_token(target),
        f"To: {target.reply_address}",
        f"To: support@desk.example\nCc: {target.reply_address}",
        f"To: support@desk.example\nDelivered-To: {target.reply_address}",
        f"To: {target.reply_address}\nIn-Reply-To: <{target.message_ids[0]}>",
        f"To: {target.reply_address}, {target.address}",
        f"To: {target.removed_reply_address}",
        f"To: {target.others_reply_address}\nIn-Reply-To: <{target.message_ids[0]}>",
    ]


def hooks_without_token(target: Target) -> list[str]:
    """Return headers that name a case without a signed address that would be valid for it."""
    ids = " ".join(f"<{one}>" for one in target.message_ids)
    local, _, domain = target.reply_address.partition("@")
    return [
        f"To: support@desk.example\nSubject: Re: [#{target.number}] My card",
        f"To: support@desk.example\nSubject: #{target.number}",
        f"To: support@desk.example\nIn-Reply-To: <{target.message_ids[0]}>",
        f"To: support@desk.example\nReferences: {ids}",
        f"To: support@desk.example\nIn-Reply-To: {ids}\nReferences: {ids}\nSubject: Re: #{target.number}",
        f"To: support@desk.example\nCc: {target.address}\nThread-Index: {target.number}",
        f"To: {local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}",
        f"To: {local[:-4]}@{domain}",
        f"To: {target.foreign_reply_address}",
        f"To: {target.others_reply_address}",
        f"To: case-{target.number}@{domain}",
        f"To: support+{target.number}@{domain}",
    ]


def disowned(target: Target, *, server: str) -> str:
    """Return the headers of a perfect forgery: only our mail server knows that it is one."""
    return (
        f"Authentication-Results: {server}; spf=fail; dmarc=fail (p=reject) header.from=x\n"
        f"Authentication-Results: evil.example; dmarc=pass\n"
        f"From: {target.name} <{target.address}>\nTo: {target.reply_address}"
    )


def attempts(
    targets: list[Target], *, seed: int, total: int, server: str
) -> Iterator[tuple[str, bytes]]:
    """Yield so many attempts: what is tried, and the mail."""
    chance = random.Random(seed)  # noqa: S311 - an attack to be repeated, no secret
    kinds: list[Callable[[Target], str]] = [
        lambda target: (
            f"{chance.choice(strangers(target))}\n{chance.choice(hooks_of_strangers(target))}"
        ),
        lambda target: (
            f"From: {target.name} <{target.address}>\n{chance.choice(hooks_without_token(target))}"
        ),
        lambda target: disowned(target, server=server),
    ]
    for number in range(total):
        head = chance.choices(kinds, weights=(8, 3, 1))[0](chance.choice(targets))
        if "Subject:" not in head:
            head += "\nSubject: Re: My card"
        raw = f"{head}\nMessage-ID: <{seed}-{number}@evil.example>\n\nSend me the card number.\n"
        yield head, raw.encode()
