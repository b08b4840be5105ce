"""Which colours and lines does a drawn picture have, in the light and in the dark scheme?

A page says `color-scheme: light dark` (or one of them); the picture follows it.
"""

from __future__ import annotations

from collections.abc import Mapping

# Light and dark. tests/report/test_picture_svg.py holds words to 4.5:1 and lines to 3:1 on each ground they stand on.
COLOURS: Mapping[str, tuple[str, str]] = {
    "ground": ("#ffffff", "#14171b"),
    "outer": ("#f6f8fa", "#191d23"),  # clouds, zones
    "inner": ("#ffffff", "#21262d"),  # regions, networks
    "card": ("#ffffff", "#2b313a"),
    "card-line": ("#747d88", "#8b96a3"),
    "place-line": ("#828b96", "#7a8592"),
    "ink": ("#1b1f24", "#e6e9ed"),
    "quiet": ("#57606b", "#a9b3bf"),
    "figure": ("#3f5f9e", "#9cb8ee"),
    "figure-fill": ("#e3eaf8", "#2f3d57"),
    "link": ("#5c6670", "#9aa5b1"),
    "added": ("#17603a", "#86d5a5"),
    "added-fill": ("#eefaf2", "#1b3326"),
    "changed": ("#1d4e8f", "#9cc4ff"),
    "changed-fill": ("#eef4fd", "#1c2d45"),
    "moved": ("#57606b", "#b4bdc8"),
    "moved-fill": ("#f3f4f6", "#2a2f36"),
    "maybe": ("#744800", "#f0c674"),
    "maybe-fill": ("#fdf6e3", "#362d17"),
    "replaced": ("#96400a", "#ffb27a"),
    "replaced-fill": ("#fff3ea", "#3d2817"),
    "gone": ("#9b1c1c", "#ff9d97"),
    "gone-fill": ("#fdeeee", "#3a1f21"),
}
# The line of a mark: width and pattern, so that no mark is told by its colour alone.
LINES: Mapping[str, tuple[float, str]] = {
    "added": (2.5, "none"),
    "changed": (2, "none"),
    "moved": (1.5, "1.5 3"),
    "maybe": (2, "8 3 2 3"),
    "replaced": (2.5, "10 4"),
    "gone": (2, "4 4"),
}


def _variables() -> str:
    return "\n".join(f"  --us-{name}: light-dark({light}, {dark});" for name, (light, dark) in COLOURS.items())


def _grounds() -> str:
    names = ["ground", "outer", "inner", *(f"{mark}-fill" for mark in LINES)]
    return "\n".join(f".us-picture .us-on-{name} {{ stroke: var(--us-{name}); }}" for name in names)


def _marks() -> str:
    return "\n".join(
        f".us-{name} > .us-box {{ fill: var(--us-{name}-fill); stroke: var(--us-{name}); "
        f"stroke-width: {wide}; stroke-dasharray: {dashes}; }}\n.us-{name} > .us-mark {{ fill: var(--us-{name}); }}"
        for name, (wide, dashes) in LINES.items()
    )


STYLE = f""".us-picture {{
{_variables()}
  display: block;
  background: var(--us-ground);
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}}
.us-picture text {{ fill: var(--us-ink); font-size: 12px; white-space: pre; }}
.us-picture .us-name {{ font-size: 13px; font-weight: 700; }}
.us-picture .us-mark {{ font-weight: 700; }}
.us-picture .us-around {{ font-weight: 700; }}
.us-picture .us-fact, .us-picture .us-around, .us-picture .us-note {{ fill: var(--us-quiet); }}
.us-box {{ fill: var(--us-card); stroke: var(--us-card-line); stroke-width: 1; }}
.us-outer > .us-box {{ fill: var(--us-outer); stroke: var(--us-place-line); }}
.us-inner > .us-box {{ fill: var(--us-inner); stroke: var(--us-place-line); }}
.us-cloud > .us-box {{ stroke-width: 1.5; }}
.us-more > .us-box {{ stroke-dasharray: 2 3; }}
.us-figure {{ fill: var(--us-figure-fill); stroke: var(--us-figure); stroke-width: 1.25; stroke-linejoin: round; }}
.us-figure-line {{ fill: none; stroke: var(--us-figure); stroke-width: 1.25; stroke-linecap: round; }}
.us-figure-bar {{ fill: none; stroke: var(--us-figure); stroke-width: 3; }}
.us-figure-fine {{ fill: none; stroke: var(--us-figure); stroke-width: 0.75; opacity: 0.6; }}
{_marks()}
.us-link {{ fill: none; stroke: var(--us-link); stroke-width: 1.5; }}
.us-end {{ fill: var(--us-link); }}
.us-picture .us-told {{ font-size: 11px; stroke-width: 3; paint-order: stroke; stroke-linejoin: round; }}
{_grounds()}
@media (forced-colors: active) {{ .us-picture {{ forced-color-adjust: none; }} }}
"""  # noqa: E501
