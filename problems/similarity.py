"""How alike a text and a problem are, and which words say so.

A problem is the terms of its title and statement, counted as one more case, and of its linked
cases: how many of these texts hold each term. A term is a normalised word, a pair of neighbouring
words, or a code or product name kept whole. Scores run from 0 to 1 and read like a certainty:
0.92 is nearly certain, 0.5 is perhaps. Pure and deterministic.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

TERM_LIMIT = 400
"""How many terms of one text are kept."""

TERM_LENGTH = 64
"""No term is longer, in characters."""

TEXT_LENGTH = 20_000
"""Characters of a text that are read; what comes later is rarely the matter."""

_EVIDENCE_LIMIT = 12
_STEM_LENGTH = 6
_PAIR_WEIGHT = 0.2
SATURATION = 2.0
"""How soon more texts with the same term stop to count more (BM25 with k1 = 2 and b = 1)."""

# Certainty is a logistic function of: how much of the text is covered, the log of the evidence, its
# lead before the next best, and among how many problems it was found. Fitted on 54,000 customer
# messages against 1 to 60 problems of 1 to 100 cases; 15 to 50 % of the messages had no problem.
_CONSTANT = -0.92
_COVERAGE = 3.05
_EVIDENCE = 0.28
_LEAD = 4.24
_BREADTH = -0.44


# ---- terms of a text -------------------------------------------------------------------------

_STOP_TEXT = """
a am an and are as at be been but by can could did do does for from had has have he hello help her
here hey hi him his i if in is it its just may me my of on or our please she should so thank thanks
that the their them there they this to us was we were will with would you your also dear ill im ive
id youre
"""
_STOP_WORDS = frozenset(_STOP_TEXT.split())
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
        if len(word) <= TERM_LENGTH and not _has_digit(word):
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


# ---- what is compared ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CandidateTerms:
    """What a problem says: in how many of its texts each term occurs.

    `counts` may be cut to the terms of the text that is compared, as a query over stored terms
    returns them; `length` is then still the sum of all counts of single words.
    """

    key: Hashable
    counts: Mapping[str, int]
    length: int

    @classmethod
    def of_texts(cls, key: Hashable, texts: Iterable[str]) -> Self:
        """Build a candidate from its texts: title and statement as one, then each linked case."""
        return cls.of_terms(key, (terms_of(text) for text in texts))

    @classmethod
    def of_terms(cls, key: Hashable, texts: Iterable[Iterable[str]]) -> Self:
        """Build a candidate from the terms of each of its texts."""
        counts = Counter(term for terms in texts for term in set(terms))
        return cls(key, counts, length_of(counts))


def length_of(counts: Mapping[str, int]) -> int:
    """Return how much a problem says: the counts of its terms without the pairs."""
    return sum(count for term, count in counts.items() if not _is_pair(term))


def standing_of(term: str) -> float:
    """Return how much a term counts beside how rare it is: a pair of words less than one word."""
    return _PAIR_WEIGHT if _is_pair(term) else 1.0


def _is_pair(term: str) -> bool:
    return " " in term and not _has_digit(term)


def _has_digit(term: str) -> bool:
    return any(character.isdigit() for character in term)


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is usual among the candidates: in how many a term occurs, and how much they say.

    `total` is the number of candidates, also of those that share no term with the text.
    """

    document_frequency: Mapping[str, int]
    total: int
    typical_length: float

    @classmethod
    def of(cls, candidates: Sequence[CandidateTerms]) -> Self:
        """Learn what is usual from all candidates; costs one pass over their terms."""
        frequency = Counter(term for candidate in candidates for term in candidate.counts)
        lengths = [candidate.length for candidate in candidates if candidate.length > 0]
        return cls(frequency, len(candidates), sum(lengths) / len(lengths) if lengths else 1.0)

    def weight(self, term: str) -> float:
        """Return how telling a term is: the fewer candidates have it, the more."""
        having = self.document_frequency.get(term, 0)
        rarity = math.log(1 + (self.total - having + 0.5) / (having + 0.5))
        return rarity * standing_of(term)


def rare_terms(terms: Iterable[str], *, corpus: Corpus, at_most: int = 20) -> tuple[str, ...]:
    """Return the most telling single terms, best first; codes and names are told before words."""
    singles = {term for term in terms if not _is_pair(term)}

    def order(term: str) -> tuple[bool, float, str]:
        return (not _has_digit(term), -corpus.weight(term), term)

    return tuple(sorted(singles, key=order)[:at_most])


# ---- comparing -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SharedTerm:
    """A term that text and problem share: as the text words it, and its share of all that speaks.

    The shares of one comparison add up to 1 (before the list is cut to the best twelve).
    """

    term: str
    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Similarity:
    """How sure it is that a text belongs to a problem, from 0 to 1, and what speaks for it."""

    key: Hashable
    score: float
    shared: tuple[SharedTerm, ...]


def score(query_terms: Iterable[str], *, candidate: CandidateTerms, corpus: Corpus) -> Similarity:
    """Compare the terms of a text with one problem that has no rivals."""
    words = {term: term for term in query_terms}
    return _ranked(words, candidates=[candidate], corpus=corpus)[0]


def rank(
    query_text: str,
    *,
    candidates: Sequence[CandidateTerms],
    corpus: Corpus | None = None,
    at_most: int = 10,
) -> list[Similarity]:
    """Return the problems that share anything with a text, best first.

    A problem is the surer the further it leads before the next best. Without a corpus, it is
    learned from the candidates, which must then hold all their terms.
    """
    ranked = _ranked(
        worded_terms(query_text), candidates=candidates, corpus=corpus or Corpus.of(candidates)
    )
    return [similarity for similarity in ranked if similarity.shared][:at_most]


def _ranked(
    words: Mapping[str, str], *, candidates: Sequence[CandidateTerms], corpus: Corpus
) -> list[Similarity]:
    weights = {term: corpus.weight(term) for term in words}
    whole = sum(weights.values())
    found = [(candidate.key, _evidence(weights, candidate, corpus)) for candidate in candidates]
    sums = {key: math.fsum(evidence.values()) for key, evidence in found}
    order = sorted(found, key=lambda one: (-sums[one[0]], str(one[0])))
    best = [sums[key] for key, _ in order[:2]] + [0.0]
    return [
        Similarity(
            key,
            _certainty(
                evidence, whole=whole, rival=best[1] if place == 0 else best[0], corpus=corpus
            ),
            _explained(evidence, words),
        )
        for place, (key, evidence) in enumerate(order)
    ]


def _evidence(
    weights: Mapping[str, float], candidate: CandidateTerms, corpus: Corpus
) -> dict[str, float]:
    """Return how much each shared term says: its weight, times how usual it is for the problem."""
    slack = SATURATION * max(candidate.length, 1) / corpus.typical_length
    counts = candidate.counts
    return {
        term: weight * counts[term] / (counts[term] + slack)
        for term, weight in weights.items()
        if counts.get(term, 0) > 0
    }


def _certainty(
    evidence: Mapping[str, float], *, whole: float, rival: float, corpus: Corpus
) -> float:
    """Turn evidence into a certainty between 0 and 1, to four digits.

    One shared word is never more than perhaps (0.5), two are 0.75, and so on; a code counts twice.
    """
    found = math.fsum(evidence.values())
    if found <= 0 or whole <= 0:
        return 0.0
    logit = (
        _CONSTANT
        + _COVERAGE * found / whole
        + _EVIDENCE * math.log(found)
        + _LEAD * math.log((found + 1) / (rival + 1))
        + _BREADTH * math.log(max(corpus.total, 1))
    )
    witnesses = sum(2 if _has_digit(term) else 1 for term in evidence if not _is_pair(term))
    return round(min(1 / (1 + math.exp(-logit)), 1 - 0.5**witnesses), 4)


def _explained(evidence: Mapping[str, float], words: Mapping[str, str]) -> tuple[SharedTerm, ...]:
    whole = math.fsum(evidence.values())
    order = sorted(evidence.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        SharedTerm(term, words[term], round(weight / whole, 4))
        for term, weight in order[:_EVIDENCE_LIMIT]
    )
