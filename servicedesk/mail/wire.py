"""How a parsed mail crosses from the parser's process: JSON and bytes, never pickle. Pure.

What parses hostile mail must not be able to hand its parent anything but plain values.
"""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from cases.intake.incoming import (
    Address,
    DeliveryReport,
    Fate,
    IncomingAttachment,
    IncomingMail,
    MachineMarks,
    Oddity,
)
from servicedesk.mail.prescan import Unreadable

LENGTH_BYTES = 8


def frame(content: bytes) -> bytes:
    """Return `content` with its length before it."""
    return len(content).to_bytes(LENGTH_BYTES, "big") + content


def pack(parsed: IncomingMail | Unreadable) -> bytes:
    """Return `parsed` as bytes: a length, JSON, and the attachments' contents one after another."""
    if isinstance(parsed, Unreadable):
        return frame(json.dumps({"unreadable": asdict(parsed)}).encode("ascii"))
    fields = asdict(parsed)
    contents = []
    for attachment in fields["attachments"]:
        contents.append(attachment["content"])
        attachment["content"] = len(attachment["content"])
    fields["oddities"] = sorted(fields["oddities"])
    fields["sent_at"] = parsed.sent_at.isoformat() if parsed.sent_at else None
    return frame(json.dumps({"mail": fields}).encode("ascii")) + b"".join(contents)


def unpack(packed: bytes) -> IncomingMail | Unreadable:
    """Return what `pack` was given. Raises ValueError, KeyError or TypeError for anything else."""
    length = int.from_bytes(packed[:LENGTH_BYTES], "big")
    end = LENGTH_BYTES + length
    said = json.loads(packed[LENGTH_BYTES:end])
    if "unreadable" in said:
        return Unreadable(**said["unreadable"])
    return _mail(said["mail"], packed[end:])


def _mail(fields: dict[str, Any], contents: bytes) -> IncomingMail:
    attachments = []
    start = 0
    for attachment in fields["attachments"]:
        end = start + attachment["content"]
        attachments.append(IncomingAttachment(**attachment | {"content": contents[start:end]}))
        start = end
    report = fields["report"]
    if report is not None:
        fates = (
            Fate(**fate | {"recipients": tuple(fate["recipients"])}) for fate in report["fates"]
        )
        report = DeliveryReport(**report | {"fates": tuple(fates)})
    marks = fields["marks"]
    return IncomingMail(
        **fields
        | {
            "sender": Address(**fields["sender"]),
            "attachments": tuple(attachments),
            "report": report,
            "marks": MachineMarks(**marks | {"loop_tags": tuple(marks["loop_tags"])}),
            "sent_at": datetime.fromisoformat(fields["sent_at"]) if fields["sent_at"] else None,
            "oddities": frozenset(Oddity(oddity) for oddity in fields["oddities"]),
        }
        | {
            name: tuple(fields[name])
            for name in ("references", "delivered_to", "authentication_results")
        }
        | {
            name: tuple(Address(**address) for address in fields[name])
            for name in ("reply_to", "to", "cc")
        }
    )
