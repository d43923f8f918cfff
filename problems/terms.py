"""The terms of a text: normalised words, pairs of neighbours, and codes and names kept whole.

Pure and deterministic; greetings, quotes, addresses and words that say nothing are left out.
"""

import re
import unicodedata
from collections.abc import Iterator

TERM_LIMIT = 400
"""How many terms of one text are kept."""

TERM_LENGTH = 64
"""No term is longer, in characters."""

TEXT_LENGTH = 20_000
"""Characters of a text that are read; what comes later is rarely the matter."""

_STEM_LENGTH = 6

_STOP_TEXT = """
a am an and are as at be been but by can could did do does for from had has have he hello help her
here hey hi him his i if in is it its just may me my of on or our please she should so thank thanks
that the their them there they this to us was we were will with would you your also dear ill im ive
id youre
"""
_STOP_WORDS = frozenset(_STOP_TEXT.split())
_EMPTY_TEXT = """
about after again already also always another any anyone anything back because before being
cannot cant come coming didnt doesnt doing done dont even ever every find get gets getting give
go going gone got hasnt havent havent hours how isnt just keep keeps know like long look looking
make makes many maybe much must need never new no not nothing now ok once one only possible
problem question really right same say says seem seems show since some something sometimes soon
still sure take takes tell than then these thing think those today told too tried try trying two
understand until use using very want wants was wasnt way week well what when where which while
who why wont work working works yesterday yet
"""
EMPTY_WORDS = frozenset(_EMPTY_TEXT.split())
"""Words that ask, deny or hope, but name nothing: they help to compare, and show nothing."""
_QUOTE_BEGINS = re.compile(
    r"-{2,}\s*(original message|ursprüngliche nachricht|forwarded message)|_{10,}\s*$"
    r"|(on|am|le|el|il|op)\b.{6,120}\b(wrote|schrieb|écrit|escribió|scritto|schreef)\b.{0,60}:\s*$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(hi|hello|hey|dear|hallo|guten (tag|morgen)|good (morning|afternoon|evening)|"
    r"sehr geehrte[rs]?|bonjour|hola)\b[^.?]{0,40}$",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"((kind|best|warm|many)\s+(regards|wishes|thanks)|regards|sincerely|yours\s+\w+|cheers|"
    r"(many )?thanks( (again|in advance|so much))?|thank you( (very much|in advance))?|"
    r"mit freundlichen grü(ß|ss)en|viele grü(ß|ss)e|cordialement|saludos)[\s,.!]*$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s@]{1,64}@\S{1,255}|https?://\S+|www\.\S+", re.IGNORECASE)
_NUMBERED_ERROR = re.compile(
    r"\b(http|error|err|fehler|status|code|errno)(?:\s+code|code)?[\s#:]{0,3}(\d{2,6})\b",
    re.IGNORECASE,
)
_NUMBERED_PRODUCT = re.compile(r"\b([A-Z][a-zA-Z]{2,20}) (\d{2,4}[a-zA-Z]{0,2})\b")
_TOKEN = re.compile(r"[^\W_](?:[\w'\u2019]|[-.](?=\w))*")
_WORD = re.compile(r"[^\W_]+")
_VERSION = re.compile(r"v?\d+(?:\.\d+){2,}", re.IGNORECASE)
_COUNTED = re.compile(r"\d+(?:st|nd|rd|th|am|pm|h|hrs?|mins?|s|secs?|days?|x|k|eur|usd|gbp|p)?")


def terms_of(text: str) -> tuple[str, ...]:
    """Return the terms of a text in order of appearance, each once, at most 400.

    Quoted mail, greetings, farewells, addresses, and numbers that belong to one person are left
    out. Codes such as E-4012, HTTP 500 or ERR_TIMED_OUT and names such as Fiber 500 stay whole.
    """
    return tuple(worded_terms(text))


def codes_of(text: str) -> tuple[str, ...]:
    """Return the codes and numbered names of a text, such as e-4012, http 500 or fiber 500.

    Each once, in small letters, in order of appearance.
    """
    plain = _ADDRESS.sub(" ", _own_words(unicodedata.normalize("NFKC", text[:TEXT_LENGTH])))
    named = [term for term, _ in _numbered_names(plain)]
    codes = [token.casefold() for token in _TOKEN.findall(plain) if _is_code(token)]
    return tuple(dict.fromkeys([*named, *codes]))


def says_something(word: str) -> bool:
    """Say whether a word, in small letters, is more than grammar and politeness."""
    return word not in _STOP_WORDS


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text that say something, as they are written, each once."""
    found = {
        word: None
        for token in _TOKEN.findall(unicodedata.normalize("NFKC", text[:TEXT_LENGTH]))
        if not _is_code(token)
        for _, word in _plain_words(token)
        if word not in _STOP_WORDS and len(word) > 2
    }
    return tuple(found)


def worded_terms(text: str) -> dict[str, str]:
    """Return the terms of a text, as `terms_of`, and the words in which each first appeared."""
    plain = _ADDRESS.sub(" ", _own_words(unicodedata.normalize("NFKC", text[:TEXT_LENGTH])))
    codes: dict[str, str] = {}
    words: dict[str, str] = {}
    pairs: dict[str, str] = {}
    for term, word in _numbered_names(plain):
        codes.setdefault(term, word)
    before: tuple[str, str] | None = None
    for token in _TOKEN.findall(plain):
        if _is_code(token):
            codes.setdefault(token.casefold(), token)
            before = None
            continue
        for term, word in _plain_words(token):
            if word not in _STOP_WORDS:
                words.setdefault(term, word)
            # Two words that say nothing alone say little together: is the, of my.
            if before and not {before[1], word} <= _STOP_WORDS:
                pairs.setdefault(f"{before[0]} {term}", f"{before[1]} {word}")
            before = term, word
    kept = [*codes.items(), *words.items(), *pairs.items()]
    return dict([(term, word) for term, word in kept if len(term) <= TERM_LENGTH][:TERM_LIMIT])


def _own_words(text: str) -> str:
    """Return a text without what its sender quoted or wrote out of politeness."""
    own: list[str] = []
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith(">") or _GREETING.match(stripped):
            continue
        if _QUOTE_BEGINS.match(stripped) or line.rstrip("\r\n") in {"-- ", "--"}:
            break
        if _FAREWELL.match(stripped):
            if own:
                break
            continue
        if stripped:
            own.append(stripped)
    return "\n".join(own) or text


def _numbered_names(text: str) -> Iterator[tuple[str, str]]:
    for match in _NUMBERED_ERROR.finditer(text):
        kind = "http" if match[1].casefold() == "http" else "error"
        yield f"{kind} {match[2]}", " ".join(match[0].split())
    for match in _NUMBERED_PRODUCT.finditer(text):
        if match[1].casefold() not in _STOP_WORDS and not _NUMBERED_ERROR.match(match[0]):
            yield match[0].casefold(), match[0]


def _is_code(token: str) -> bool:
    """Say whether a token is a code or product name: letters with digits, or CONSTANT_CASE."""
    digits = sum(character.isdigit() for character in token)
    # Long numbers are account, card or order numbers: they say who, not what.
    if digits > 8 or _COUNTED.fullmatch(token.casefold()):
        return False
    has_letters = any(character.isalpha() for character in token)
    return (has_letters and (digits > 0 or "_" in token)) or bool(_VERSION.fullmatch(token))


def _plain_words(token: str) -> Iterator[tuple[str, str]]:
    """Yield stem and word of each plain word in a token: top-up is two, can't is one."""
    whole = token.casefold().replace("\u2019", "").replace("'", "")
    for word in _WORD.findall(whole):
        if len(word) <= TERM_LENGTH and not has_digit(word):
            yield _stem(word), word


def _stem(word: str) -> str:
    """Return the stem of a word: English endings off, and never longer than six letters.

    The limit joins verify and verification, and works in other languages too.
    """
    if len(word) > 3 and word.isascii():
        word = _without_ending(_without_plural(word))
        if len(word) > 3 and word[-1] == "e":
            word = word[:-1]
        if len(word) > 3 and word[-1] == "y":
            word = f"{word[:-1]}i"
    return word[:_STEM_LENGTH]


def _without_plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if word[-1] == "s" and word[-2] not in "sui" else word


def _without_ending(word: str) -> str:
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 3 and any(letter in "aeiouy" for letter in stem):
            doubled = len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsz"
            return stem[:-1] if doubled else stem
    return word


def has_digit(term: str) -> bool:
    """Return whether a digit stands in a term."""
    return any(character.isdigit() for character in term)
