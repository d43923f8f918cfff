"""YAML of strangers, with the line of everything: no tags, no aliases, no more than fits. Pure."""

import math
from collections.abc import Iterator
from typing import Any, ClassVar

import yaml
from django.utils.translation import gettext as _

from workflow.refusals import Refusal

LONGEST_FILE = 256_000
MOST_NODES = 20_000
MOST_PROBLEMS = 20
DEEPEST = 30
MAP, SEQUENCE = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"
SCALARS = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:bool": bool,
    "tag:yaml.org,2002:null": type(None),
}


class BadFile(Refusal):
    """A file cannot be used; `problems` holds a sentence for each line that is wrong."""

    code: ClassVar[str] = "bad_file"

    def __init__(self, problems: list[str]) -> None:
        super().__init__(
            problems[0],
            next_step=" ".join(
                [*problems[1:], _("Mend the file and hand it in again. Nothing was changed.")]
            ),
        )
        self.problems = problems


class Faults:
    """What is wrong with a file, by line; the first twenty are enough for anybody."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def add(self, node: yaml.Node | None, sentence: str) -> None:
        """Remember what is wrong, with its line."""
        if len(self.problems) < MOST_PROBLEMS:
            line = node.start_mark.line + 1 if node is not None else 1
            self.problems.append(
                _("Line %(line)d: %(sentence)s") % {"line": line, "sentence": sentence}
            )

    def refuse(self) -> None:
        """Refuse the file if anything is wrong.

        Raises:
            BadFile: something is.
        """
        if self.problems:
            raise BadFile(self.problems)


def tree_of(content: bytes) -> yaml.Node:
    """Return the tree of a YAML text.

    Raises:
        BadFile: it is too long, no UTF-8, no YAML, has aliases, or too many parts.
    """
    if len(content) > LONGEST_FILE:
        raise BadFile(
            [_("The file is longer than %(count)d KB.") % {"count": LONGEST_FILE // 1000}]
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile([_("The file is no text in UTF-8.")]) from None
    try:
        refuse_tricks(text)
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as fault:
        raise BadFile([sentence_of(fault)]) from None
    if tree is None:
        raise BadFile([_("The file is empty.")])
    return tree


def refuse_tricks(text: str) -> None:
    """Refuse names for parts, which may multiply, and more or deeper parts than anybody needs."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        trick = trick_in(event)
        if count > MOST_NODES or depth > DEEPEST:
            trick = _("this is too much or too deep.")
        if trick:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise BadFile([_("Line %(line)d: %(sentence)s") % {"line": line, "sentence": trick}])


def trick_in(event: yaml.Event) -> str:
    """Say what a part has that none needs; empty if nothing."""
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return _("names for parts (&, *) are not read.")
    if isinstance(event, yaml.ScalarEvent) and "\0" in event.value:
        return _("there is a character that no text can hold.")
    return ""


def sentence_of(fault: yaml.YAMLError) -> str:
    """Return what is wrong with a text that is no YAML."""
    mark = getattr(fault, "problem_mark", None)
    if mark is None:
        return _("This is not YAML.")
    return _("Line %(line)d: this is not YAML.") % {"line": mark.line + 1}


def entries_of(node: yaml.Node, *, faults: Faults) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """Yield key, the key's node and the value's node of a mapping; twice the same is a fault."""
    if not isinstance(node, yaml.MappingNode):
        faults.add(node, _("names with values are expected here."))
        return
    seen: set[str] = set()
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if not name or name in seen:
            faults.add(key, _("“%(name)s” stands here twice.") % {"name": name[:60]})
            continue
        seen.add(name)
        yield name, key, value


def items_of(node: yaml.Node, *, faults: Faults) -> list[yaml.Node]:
    """Return the parts of a list; anything else is a fault."""
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    faults.add(node, _("a list is expected here."))
    return []


def text_of(node: yaml.Node, *, faults: Faults) -> str:
    """Return a text as it was written; anything else is a fault."""
    if isinstance(node, yaml.ScalarNode):
        return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value)
    faults.add(node, _("a text is expected here."))
    return ""


def plain_of(node: yaml.Node, *, faults: Faults) -> Any:
    """Return a part as plain values; dates and tags are faults."""
    if isinstance(node, yaml.MappingNode):
        return {
            name: plain_of(value, faults=faults)
            for name, _key, value in entries_of(node, faults=faults)
        }
    if isinstance(node, yaml.SequenceNode):
        return [plain_of(value, faults=faults) for value in node.value]
    if node.tag not in SCALARS:
        faults.add(node, _("write “%(text)s” in quotes.") % {"text": str(node.value)[:40]})
        return None
    try:
        found = yaml.safe_load(yaml.serialize(node))
    except (ValueError, yaml.YAMLError):
        found = math.nan
    if isinstance(found, float) and not math.isfinite(found):
        faults.add(node, _("this number cannot be read."))
        return None
    return found
