"""In which language a text is written, from its commonest words. Pure; careful rather than clever."""

import re

WORD = re.compile(r"[^\W\d_]+")
FEWEST_FOUND = 4
CLEARLY = 2
READ_AT_MOST = 4000

# Words that are common in one of these languages and in no other of them.
COMMON = {
    "en": "the and you your is are was we have this that for with not will can please it of to be our",
    "de": "der die das und ist nicht wir sie ich haben wird mit auf für eine einen bitte ihre kann dass",
    "fr": "le les et est vous nous pas une des que pour dans avec votre je sur ce qui sont merci",
    "es": "el los y es usted nosotros una que por con su para como pero está gracias muy las del",
    "nb": "og jeg ikke er det som har vi på med til av dere kan fra blir denne hei takk skal",
    "sv": "och jag inte är det som har vi på med till av kan från blir denna hej tack ska att",
    "nl": "het een en niet wij u van dat voor met zijn heeft wordt deze uw kunnen graag bedankt ik",
    "it": "il gli e non di che per una con sono è grazie vostro questo della come più anche ho",
}
WORDS = {language: frozenset(words.split()) for language, words in COMMON.items()}


def language_of(text: str) -> str:
    """Return the code of the language of a text, empty where it is short or not clear."""
    words = [found.lower() for found in WORD.findall(text[:READ_AT_MOST])]
    counts = sorted(
        ((sum(word in common for word in words), code) for code, common in WORDS.items()),
        reverse=True,
    )
    (most, language), (next_most, _other) = counts[0], counts[1]
    return language if most >= FEWEST_FOUND and most >= CLEARLY * next_most else ""
