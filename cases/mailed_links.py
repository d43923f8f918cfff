"""The links of our mails let in whoever holds them: what quotes one keeps all but its secret. Pure."""

import re

# As it is, or as programs write it that pack an address into another one.
SLASH = r"(?:/|%(?:25){0,3}2[Ff])"
KINDS = r"(?:open|about|enter|stop)"
LETTER = r"[A-Za-z0-9._-]"
# Programs break lines and put marks of quotation before each.
BREAK = r"=?[ \t]*+(?:\r?\n|<br ?/?>)(?:[>\s]|&gt;|<br ?/?>){0,20}+"
SHORTEST_SECRET = 32
# Each part takes what it can and gives nothing back, so that no text takes long.
MAILED_LINK = re.compile(
    rf"(help{SLASH}{KINDS}{SLASH}|help_{KINDS}_(?={LETTER}{{20}}))"
    rf"(?:{LETTER}{{{SHORTEST_SECRET},}}+"
    rf"|{LETTER}{{0,{SHORTEST_SECRET - 1}}}+{BREAK}{LETTER}{{1,400}}+(?={SLASH})"
    rf"|{LETTER}{{1,{SHORTEST_SECRET - 1}}}+)"
)


def without_secrets(text: str) -> str:
    """Return a text or cleaned HTML with `…` for the secret of every mailed link in it.

    Whoever answers our mail quotes the link by which they come in; who reads the answer must not
    come in as them. The host does not matter: mail programs put their own before the link.
    """
    return MAILED_LINK.sub(r"\1…", text)
