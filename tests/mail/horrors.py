# ruff: noqa: S311  # the same mails in each run, nothing to be kept secret
"""Mails made to break a mail reader, and a machine that makes more of them."""

import random
import zlib

HEAD = b"From: a@b.example\r\nTo: s@x.example\r\nMessage-ID: <1@x.example>\r\nSubject: s\r\n"
SMALL = 3_000

ORDINARY = HEAD + (
    b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="q"\r\n'
    b"Date: Mon, 1 Jan 2024 10:00:00 +0000\r\nReferences: <a@b.example> <c@d.example>\r\n"
    b"Authentication-Results: mx; spf=pass smtp.mailfrom=b.example; dkim=fail\r\n\r\n"
    b'--q\r\nContent-Type: text/plain; charset="utf-8"; format=flowed\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nHall=C3=B6\r\n\r\n"
    b"On Mon, 1 Jan 2024, Ada wrote:\r\n> Hi\r\n"
    b"--q\r\nContent-Type: text/html\r\n\r\n<p>x</p><blockquote>y</blockquote>\r\n"
    b"--q\r\nContent-Type: application/pdf; name*=utf-8''%C3%A4.pdf\r\n"
    b'Content-Disposition: attachment; filename="=?utf-8?b?w6Q=?=.pdf"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--q--\r\n"
)


def nested(levels: int) -> bytes:
    """Return a mail with parts in parts in parts."""
    parts = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(levels)
    )
    return HEAD + b"MIME-Version: 1.0\r\n" + parts + b"Content-Type: text/plain\r\n\r\nx\r\n"


def horrors() -> dict[str, bytes]:
    """Return every hand-made horror by name."""
    return _structures() | _headers() | _contents()


def _structures() -> dict[str, bytes]:
    mixed = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    inner = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    return {
        "parts nested 20 deep": nested(20),
        "parts nested 100 deep": nested(100),
        "parts nested 1,000 deep": nested(1_000),
        "parts nested 5,000 deep": nested(5_000),
        "mails nested 1,000 deep": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 1_000 + b"x",
        "10,000 parts": mixed + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 10_000 + b"--b--",
        "400 parts": mixed + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 400 + b"--b--",
        "200 attachments": mixed + b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n" * 200 + b"--b--",
        "one boundary for all levels": HEAD + inner * 25,
        "boundary of 1 MB": HEAD
        + b"Content-Type: multipart/mixed; boundary="
        + b"b" * 1_000_000
        + b"\r\n\r\nx",
        "hidden boundary, 20,000 parts": HEAD
        + b"Content-Type: multipart/mixed; boundary*=utf-8''b\r\n\r\n"
        + b"--b\r\n\r\nx\r\n" * 20_000,
        "report of 20,000 recipients": HEAD
        + b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
        + b"Content-Type: message/delivery-status\r\n\r\n"
        + b"Final-Recipient: rfc822; a@b.example\r\n\r\n" * 20_000
        + b"--b--",
        "digest of nothing": HEAD
        + b"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n--b--",
    }


def _headers() -> dict[str, bytes]:
    body = b"From: a@b.example\r\n\r\nx"
    return {
        "100,000 headers": HEAD
        + b"".join(b"X-%d: y\r\n" % number for number in range(100_000))
        + b"\r\nx",
        "subject of 1 MB": b"Subject: " + b"A" * 1_000_000 + b"\r\n" + body,
        "1 MB of encoded words": b"Subject: " + b"=?utf-8?q?=41?= " * 70_000 + b"\r\n" + body,
        "encoded words without end": b"Subject: " + b"=?x?b?" * 10_000 + b"\r\n" + body,
        "20,000 recipients": b"To: "
        + b", ".join(b"u%d@x.example" % number for number in range(20_000))
        + b"\r\n"
        + body,
        "5,000 nested comments": b"From: "
        + b"(" * 5_000
        + b"x"
        + b")" * 5_000
        + b" a@b.example\r\n\r\nx",
        "150 nested comments": b"From: "
        + b"(" * 150
        + b"x"
        + b")" * 150
        + b" a@b.example\r\n\r\nx",
        "100,000 quotes": b"From: " + b'"' * 100_000 + b" <a@b.example>\r\n\r\nx",
        "group of 5,000": b"From: g:" + b"a@b.example," * 5_000 + b";\r\n\r\nx",
        "20,000 pieces of a parameter": HEAD
        + b"Content-Type: text/plain; "
        + b"; ".join(b"name*%d*=%%41" % number for number in range(20_000))
        + b"\r\n\r\nx",
        "piece 99999999999 of a name": HEAD
        + b"Content-Disposition: attachment; filename*0*=utf-8''a; filename*99999999999=b\r\n\r\nx",
        "50,000 references": HEAD + b"References: " + b"<a@b> " * 50_000 + b"\r\n\r\nx",
        "bytes instead of letters": b"From: \xe4\xf6\xfc <a@b.example>\r\nSubject: \xff\xfe\x00\r\n\r\n\x00\x01",
        "NUL everywhere": b"Fr\x00om: a@b.example\r\nSub\x00ject: x\x00\r\n\r\n\x00" * 10,
        "header hidden in a fold": b"Subject: hi\r\n Bcc: evil@x.example\r\n" + body,
        "bare carriage returns": b"Subject: a\rBcc: evil@x.example\rFrom: a@b.example\r\n\r\nx",
        "two senders": b"From: good@bank.example\r\nFrom: evil@x.example\r\n\r\nx",
        "year 99999": HEAD + b"Date: Fri, 31 Feb 99999 99:99:99 +9999\r\n\r\nx",
        "zone of a million hours": HEAD + b"Date: Fri, 1 Feb 2019 10:00:00 +99999999\r\n\r\nx",
        "message id [": b"Message-ID: [\r\n" + body,
        "message id <": b"Message-ID: <\r\nFrom: a\r\n\r\nx",
        "sender <>": b"From: <>\r\n\r\nx",
        "sender @": b"From: @\r\n\r\nx",
        "sender of broken words": b"From: =?utf-8?q??= <=?utf-8?q?@?=>\r\n\r\nx",
        "no headers": b"just text",
        "only colons": b":" * 100_000,
    }


def _contents() -> dict[str, bytes]:
    text = HEAD + b"Content-Type: text/plain; charset="
    html = HEAD + b"Content-Type: text/html\r\n\r\n"
    return {
        "unknown charset": text + b"klingon-8\r\n\r\n\xff\xfe",
        "charset idna": text + b"idna\r\n\r\n" + b"a." * 20_000,
        "charset unicode_escape": text + b"unicode_escape\r\n\r\n\\N{}\\x",
        "charset zlib": text + b"zlib_codec\r\n\r\n" + zlib.compress(b"A" * 10_000_000),
        "charset utf-7": html + b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        "half a surrogate": text + b"utf-8\r\n\r\n\xed\xa0\x80",
        "half a surrogate in UTF-16": text + b"utf-16-le\r\n\r\n\x00\xd8\x00\xd8a\x00",
        "broken base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"A=B=C" * 20_000,
        "broken uuencode": HEAD
        + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 \xff\n#0V%T\nzz\nend\n",
        "empty": b"",
        "only line ends": b"\r\n" * 1_000,
        "a million line ends": HEAD + b"\r\n" * 1_000_001,
        "1 MB of noise": random.Random(1).randbytes(1_000_000),
        "a line of 20 MB": HEAD + b"\r\n" + b"x" * 20_000_000,
        "larger than allowed": HEAD + b"\r\n" + b"x\r\n" * 9_000_000,
        "300,000 quoting lines": HEAD
        + b"\r\n"
        + b"On 1 May 2024 a@b.example wrote:\r\n> x\r\n" * 150_000,
        "300,000 header lines in the text": HEAD + b"\r\n" + b"From: x\r\nFrom: y\r\n" * 150_000,
        "HTML nested 100,000 deep": html + b"<div>" * 100_000,
        "HTML of 1 MB of <": html + b"<" * 1_000_000,
        "HTML of unclosed comments": html + b"<!--" * 250_000 + b">",
        "HTML of unclosed selects": html + b"<select>" * 100_000,
        "HTML with attributes of 1 MB": html + b"<a " + b"a=1 " * 250_000 + b">",
        "HTML quoting 10,000 deep": html + b"<blockquote>x" * 10_000,
    }


PIECES = (
    b"\r\n", b"\n\n", b"\x00", b"=?", b"?=", b'"', b"<", b">", b";", b"*0*=", b"\xff", b"(", b")", b"--q",
    b"[", b"@", b":", b",", b"\\", b"%", b"charset=", b"=?utf-8?b?", b"=?x?b?", b"boundary=", b"\xed\xa0\x80",
    b"Content-Type: ", b"multipart/", b"message/rfc822", b"base64", b"> ", b"<!--", b"&#0;", b"&#xD800;",
)  # fmt: skip


class Mutations:
    """Breaks mails at random, the same way for the same seed."""

    def __init__(self, *, seed: int, seeds: list[bytes]) -> None:
        self._random = random.Random(seed)
        self._seeds = [mail for mail in seeds if len(mail) < SMALL] + [ORDINARY] * 6

    def mutant(self) -> bytes:
        """Return the next broken mail."""
        mail = bytearray(self._random.choice(self._seeds))
        for _ in range(self._random.randint(1, 12)):
            self._break(mail)
        return bytes(mail)

    def _break(self, mail: bytearray) -> None:
        place = self._random.randrange(len(mail) + 1)
        kind = self._random.random()
        if kind < 0.3 and mail:
            mail[place % len(mail)] = self._random.randrange(256)
        elif kind < 0.5:
            mail[place : place + self._random.randint(0, 30)] = b""
        elif kind < 0.85:
            mail[place:place] = self._random.choice(PIECES)
        else:
            start = self._random.randrange(len(mail) + 1)
            mail[place:place] = mail[start : start + 40]
