"""Let axe look at a page: what the rules of WCAG 2.2 AA find fault with."""

from pathlib import Path
from typing import Any

import axe_playwright_python

PROGRAM = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what is wrong comes back: everything that is right would be megabytes for each page.
LOOK = """async rules => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.map(rule => [rule.id, rule.nodes.map(node => node.html.slice(0, 160))]);
}"""


def faults(page: Any) -> list[list[Any]]:
    """Return the rules that a page breaks, each with the elements that break it."""
    page.evaluate(PROGRAM)
    found: list[list[Any]] = page.evaluate(LOOK, RULES)
    return found
