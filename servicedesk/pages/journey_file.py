"""How a journey looks in a file of its own: no stylesheet and no font of the program reaches it."""

MARGIN = 24

# A file is a document of its own: nothing is loaded, nothing runs, its own style counts.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

# The light colours of the stylesheet (tokens.css), written out.
HUES = {
    "petrol": "#00656e",
    "blue": "#245bab",
    "violet": "#6f41a5",
    "rose": "#a72c63",
    "red": "#b72121",
    "orange": "#9f5013",
    "olive": "#5c6320",
    "green": "#186f3b",
}
INK, SOFT, PALE, LINE, GROUND = "#1a2028", "#444b54", "#5c626b", "#e3e1dd", "#f1efeb"
DANGER, WARN, GOOD, PROBLEM, ACCENT = (
    HUES["red"], HUES["orange"], HUES["green"], HUES["violet"], HUES["petrol"],
)  # fmt: skip

STYLE = f"""
svg {{ font-family: Inter, system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; --h: {PALE}; }}
{"".join(f".{name} {{ --h: {colour}; }} " for name, colour in HUES.items())}
text {{ fill: {SOFT}; font-size: 11.5px; font-weight: 500; }} .foot {{ font-size: 10.5px; fill: {PALE}; }}
.title {{ font-size: 22px; font-weight: 650; fill: {INK}; }} .figure {{ font-size: 13px; }}
.lane-name {{ font-size: 13px; font-weight: 620; fill: {INK}; }} .lane-sum {{ font-size: 11px; fill: {PALE}; }}
.lane-mark, .work {{ fill: var(--h); }} .hatch-back {{ fill: {GROUND}; }} .hatch-line {{ stroke: {LINE}; stroke-width: 2; }}
.grid, .lane {{ stroke: {LINE}; }} .today {{ fill: {INK}; opacity: .045; }} .today-label {{ fill: {INK}; font-weight: 650; }}
.queue {{ fill: var(--h); fill-opacity: .18; }} .queue-line {{ stroke: var(--h); stroke-width: 2; stroke-dasharray: 1.5 4.5; stroke-linecap: round; }}
.wait {{ fill: #fff; stroke: var(--h); stroke-width: 1.5; }} .wait-hatch {{ stroke: var(--h); stroke-width: 2; opacity: .55; }}
.late {{ fill: {DANGER}; fill-opacity: .16; stroke: {DANGER}; stroke-width: 1.2; }} .late-hatch {{ stroke: #fff; stroke-width: 2.4; opacity: .75; }}
.detour {{ fill: {WARN}; }} .over {{ fill: {DANGER}; font-weight: 650; }}
.handover {{ fill: none; stroke: {INK}; stroke-width: 1.8; }} .handover.sent-back {{ stroke: {WARN}; stroke-dasharray: 5 4; stroke-width: 2; }}
.sent-back-label {{ fill: {WARN}; font-weight: 600; }} .arrow-head {{ fill: {INK}; }} .arrow-head.sent-back {{ fill: {WARN}; }}
.fork {{ fill: none; stroke: {PALE}; }} .task {{ fill: #fff; stroke: var(--h); stroke-width: 1.5; }}
.usual {{ fill: var(--h); opacity: .35; }} .usual-label {{ fill: {PALE}; font-size: 10.5px; }}
.badge circle, .badge rect {{ fill: #fff; stroke: var(--h); stroke-width: 2; }} .badge text {{ fill: var(--h); font-size: 10px; font-weight: 700; text-anchor: middle; }}
.cause {{ fill: {INK}; }} .cause-label {{ fill: {INK}; font-weight: 600; }}
.flag {{ fill: {GOOD}; }} .flag-line {{ stroke: {GOOD}; stroke-width: 1.5; }} .flag.old {{ fill: none; stroke: {PALE}; }}
.flag-line.old {{ stroke: {PALE}; stroke-dasharray: 2 3; fill: none; }} .flag-label {{ fill: {GOOD}; font-weight: 650; }} .flag-label.old {{ fill: {PALE}; font-weight: 500; }}
.window {{ fill: {GOOD}; opacity: .09; }} .plan {{ fill: none; stroke: var(--h); stroke-width: 1.5; stroke-dasharray: 4 4; }}
.now {{ stroke: {DANGER}; stroke-width: 1.5; }} .now-label {{ fill: {DANGER}; font-weight: 650; }}
.volume {{ fill: {PROBLEM}; fill-opacity: .55; }} .volume-label {{ font-size: 10.5px; fill: {PALE}; }} .told {{ fill: {ACCENT}; }} .hit {{ fill: none; }}
.leg-label, .task-label, .over, .cause-label, .sent-back-label, .usual-label {{ paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round; }}
.leg-label {{ fill: {INK}; }} .task-label {{ font-size: 10.5px; }} .middle {{ text-anchor: middle; }} .end {{ text-anchor: end; }}
"""
"""Rules of the file; what problem.css says of the picture on a page, in light colours."""
