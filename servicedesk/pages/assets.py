"""Build the files that pages load: one stylesheet, one icon sprite, two font subsets.

Python only. A file is built again when the hash of what it is made from has changed.
"""

import hashlib
import io
import json
import logging
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from servicedesk.pages.icons import CHOSEN_AT_RUN_TIME, icon_names_in

STYLESHEETS = (
    "tokens.css",
    "base.css",
    "parts.css",
    "agent.css",
    "problem.css",
    "pages.css",
    "print.css",
)
# What only customers see does not travel to the people who work here.
OF_THE_PORTAL = ("portal.css",)
# What leads and administrators alone look at does not travel to agents.
OF_THE_RADAR = ("matching.css", "radar.css", "settings.css")
# Drawings, and the settings that make them: most pages show none.
OF_DRAWINGS = ("workflow.css", "causes.css", "policies.css")
BUILT = (
    "app.css",
    "portal.css",
    "radar.css",
    "drawings.css",
    "icons.svg",
    "inter.woff2",
    "inter-more.woff2",
)

LATIN = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    # The few letters beyond Latin-1 that western languages have; the rest comes when it is used.
    *(0x152, 0x153, 0x160, 0x161, 0x178, 0x17D, 0x17E),
    *range(0x2013, 0x2027),
    *(0x20AC, 0x2122, 0x21E7, 0x2212, 0x2318, 0x2325, 0x23CE),
    *range(0x2190, 0x2194),
)
MORE = (
    *sorted({*range(0x100, 0x250)} - {*LATIN}),
    *range(0x370, 0x400),
    *range(0x400, 0x530),
)
FONT_FEATURES = (
    "kern", "tnum", "cv05", "cv11", "ss03", "mark", "mkmk", "ccmp", "locl",
)  # fmt: skip


class UnknownIcon(Exception):
    """A template asks for an icon that the icon package does not have."""

    def __init__(self, names: Iterable[str]) -> None:
        """Name the icons that are missing."""
        super().__init__(f"Unknown icons: {', '.join(sorted(names))}. See https://lucide.dev/icons")


@dataclass(frozen=True)
class Asset:
    """One file to build: its name, a hash of its inputs, and the function that makes its bytes."""

    name: str
    inputs: str
    make: Callable[[], bytes]


def stylesheet(css_folder: Path, names: Iterable[str] = STYLESHEETS) -> bytes:
    """Return stylesheets in their order, without comments and needless blanks."""
    text = written(css_folder, names)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*([{};])\s*", r"\1", re.sub(r"\s+", " ", text)).replace(";}", "}")
    # A blank before a colon parts selectors; one behind it, or behind a comma, parts nothing.
    return re.sub(r"([:,]) ", r"\1", text).strip().encode()


def written(css_folder: Path, names: Iterable[str]) -> str:
    """Return stylesheets as they are written, one after the other."""
    return "\n".join((css_folder / name).read_text(encoding="utf-8") for name in names)


def sprite(names: Iterable[str]) -> bytes:
    """Return one SVG with a symbol for each icon.

    Raises UnknownIcon if the icon package has none of that name.
    """
    packed = resources.files("lucide").joinpath("lucide.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as icons:
        known = set(icons.namelist())
        unknown = [name for name in names if f"{name}.svg" not in known]
        if unknown:
            raise UnknownIcon(unknown)
        symbols = [_symbol(name, icons.read(f"{name}.svg").decode()) for name in sorted(set(names))]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'.encode()


def _symbol(name: str, drawing: str) -> str:
    """Return one icon's drawing as a symbol of the sprite."""
    inside = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    shapes = " ".join(inside.group(1).split()) if inside else ""
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
    )


def font_subset(characters: Iterable[int]) -> bytes:
    """Return Inter with only these characters and weights 400 to 700, as woff2 (some seconds)."""
    # The root logger of the program listens to all; these libraries tell it of every glyph.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    options = subset.Options()
    options.layout_features = list(FONT_FEATURES)
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [1, 2, 3, 4, 6]
    source = resources.files("fontpkg_inter").joinpath("files", "Inter[opsz,wght].ttf")
    font = TTFont(io.BytesIO(source.read_bytes()))
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=list(characters))
    subsetter.subset(font)
    # The instancer wants a font as it stands in a file: write the subset and read it again.
    between = io.BytesIO()
    font.save(between)
    between.seek(0)
    font = instantiateVariableFont(TTFont(between), {"opsz": 14, "wght": (400, 700)})
    font.flavor = "woff2"
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


def assets(*, css_folder: Path, template_folders: Iterable[Path]) -> list[Asset]:
    """Return what is to be built from these folders."""
    templates = [
        path
        for folder in template_folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".html", ".svg"}
    ]
    names = sorted(icon_names_in(templates) | CHOSEN_AT_RUN_TIME)
    css, portal = written(css_folder, STYLESHEETS), written(css_folder, OF_THE_PORTAL)
    radar, drawings = written(css_folder, OF_THE_RADAR), written(css_folder, OF_DRAWINGS)
    inter = f"{metadata.version('fontpkg-inter')} {metadata.version('fonttools')} {FONT_FEATURES}"
    return [
        Asset("app.css", _hash(css), lambda: stylesheet(css_folder)),
        Asset("portal.css", _hash(portal), lambda: stylesheet(css_folder, OF_THE_PORTAL)),
        Asset("radar.css", _hash(radar), lambda: stylesheet(css_folder, OF_THE_RADAR)),
        Asset("drawings.css", _hash(drawings), lambda: stylesheet(css_folder, OF_DRAWINGS)),
        Asset("icons.svg", _hash(metadata.version("lucide"), *names), lambda: sprite(names)),
        Asset("inter.woff2", _hash(inter, str(LATIN)), lambda: font_subset(LATIN)),
        Asset("inter-more.woff2", _hash(inter, str(MORE)), lambda: font_subset(MORE)),
    ]


def build(*, wanted: Iterable[Asset], into: Path) -> list[str]:
    """Build each asset whose inputs changed since the last time; return the names of those built.

    What stands in `into` was made from the hashes in `into/inputs.json`.
    """
    into.mkdir(parents=True, exist_ok=True)
    notes = into / "inputs.json"
    before: dict[str, str] = json.loads(notes.read_text()) if notes.exists() else {}
    built = []
    for asset in wanted:
        target = into / asset.name
        if target.exists() and before.get(asset.name) == asset.inputs:
            continue
        # Written beside and renamed, so that a page never loads half a file.
        unfinished = into / f".{asset.name}.unfinished"
        unfinished.write_bytes(asset.make())
        unfinished.replace(target)
        before[asset.name] = asset.inputs
        notes.write_text(json.dumps(before, indent=1, sort_keys=True))
        built.append(asset.name)
    return built


def _hash(*parts: str) -> str:
    """Return a short hash of the parts and of this module, which makes the files from them."""
    recipe = Path(__file__).read_bytes()
    return hashlib.sha256(recipe + "\0".join(parts).encode()).hexdigest()[:20]
