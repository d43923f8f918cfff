"""YAML whose texts are read back exactly as they were written. Pure."""

from typing import Any

import yaml

# YAML folds these breaks into blanks unless the text stands in double quotes.
FOLDED = ("\x85", "\u2028", "\u2029")


class ExactDumper(yaml.SafeDumper):
    """Writes every text so that it is read back as it was."""


def exact_text(dumper: ExactDumper, text: str) -> yaml.ScalarNode:
    """Return a text in double quotes where it holds a break that YAML would fold into a blank."""
    style = '"' if any(each in text for each in FOLDED) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


ExactDumper.add_representer(str, exact_text)


def as_yaml(data: dict[str, Any]) -> str:
    """Return plain data as YAML, in its order."""
    return str(yaml.dump(data, Dumper=ExactDumper, sort_keys=False, allow_unicode=True, width=100))
