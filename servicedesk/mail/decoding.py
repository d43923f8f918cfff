"""Bytes of a mail to clean text: allowed charsets, no control characters, no surrogates. Pure."""

import re
from email.errors import HeaderParseError
from email.header import decode_header

# Names outside this list reach codecs that are no charsets at all (idna, zlib, unicode_escape).
CHARSET = re.compile(
    r"us-ascii|ascii|utf-?8|iso-?8859-\d{1,2}|(windows|cp)-?(125\d|874|932|949|950|936)|koi8-[ru]"
    r"|big5(-?hkscs)?|gb2312|gbk|gb18030|euc-(jp|kr)|shift[_-]?jis|sjis|iso-2022-(jp|kr)"
    r"|utf-16(le|be)?|macintosh|mac-roman|tis-620|latin-?1",
    re.IGNORECASE,
)
# Senders label these when they mean UTF-8 or Windows' set, which contains Latin-1.
CARELESS = re.compile(r"(us-)?ascii|iso-?8859-1|latin-?1|windows-?1252|cp1252", re.IGNORECASE)
OTHER_NAMES = {"macintosh": "mac-roman", "windows-874": "cp874", "sjis": "shift_jis"}

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x85]")
# They turn names around so that an address or a file type reads as another.
DIRECTION_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
SPACES = re.compile(r"\s+")


def decode_text(content: bytes, *, charset: str) -> str:
    """Return `content` as clean text; a wrong or forbidden charset never loses it."""
    named = charset.strip().strip("\"'")
    if named and not CARELESS.fullmatch(named) and CHARSET.fullmatch(named):
        codec = OTHER_NAMES.get(named.lower(), named)
        try:
            return clean_text(content.decode(codec))
        except (LookupError, UnicodeError):
            if not named.lower().startswith("utf"):
                return clean_text(_decode_leniently(content, codec=codec))
    return clean_text(_guess(content))


def decode_raw(value: str) -> str:
    """Return a raw header value, which may hold undecoded bytes, without surrogates."""
    if value.isascii():
        return value
    return _guess(value.encode("utf-8", "surrogateescape"))


def decode_words(value: str, *, longest: int) -> str:
    """Return a header value of at most `longest` characters with its encoded words decoded."""
    value = decode_raw(value[: 4 * longest])
    if "=?" in value:
        # Words that decode to nothing are shown as they stand.
        value = _decode_encoded_words(value).strip() or value
    return clean_line(value)[:longest]


def clean_text(text: str) -> str:
    """Return `text` with plain line ends and without characters that only harm."""
    if "\r" in text or not text.isascii():
        text = LINE_BREAKS.sub("\n", text)
    text = CONTROL.sub("", text)
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text


def clean_line(text: str) -> str:
    """Return `text` as one line: no breaks, no control or direction characters."""
    text = CONTROL.sub(" ", text)
    if not text.isascii():
        text = DIRECTION_OVERRIDES.sub("", text).encode("utf-8", "replace").decode("utf-8")
    return SPACES.sub(" ", text).strip()


def _guess(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _decode_leniently(content: bytes, *, codec: str) -> str:
    try:
        return content.decode(codec, "replace")
    except (LookupError, UnicodeError):
        return _guess(content)


def _decode_encoded_words(value: str) -> str:
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    words = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            words.append(piece)
        elif charset is None:
            # What stands between encoded words comes back as raw-unicode-escape.
            words.append(piece.decode("raw-unicode-escape", "replace"))
        else:
            words.append(decode_text(piece, charset=charset))
    return "".join(words)
