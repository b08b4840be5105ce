"""How wide is a text in a picture, at most? By the widest of the fonts that browsers take for `system-ui`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

# Hundredths of the font's size, of DejaVu Sans and its bold: wider than Segoe UI, Roboto, San Francisco, Arial.
_WIDTHS = {
    28: "'ijl",
    32: "IJ ,.·",
    34: "/:;\\|",
    37: "f-",
    41: "()[]t!r",
    46: '"',
    50: "*_`",
    55: "szc?",
    60: "LFkvxy",
    64: "PTYaeo0123456789$ESbdghnpqu{}",
    70: "KABVXZCR",
    78: "UNH&DG",
    84: "OQw#+<=>^~×",
    88: "M",
    98: "%m",
    100: "W@…",
}
_BOLD = {
    31: "'",
    38: "ijl /\\|,.IJ·",
    42: ":;-",
    46: "f!()[]",
    50: "t_`r",
    55: '"*',
    60: "?zcs",
    65: "Lx",
    68: "vykae",
    72: "EFTo0123456789$bdghnpqu{}",
    77: "SYZCPB",
    84: "AKRVXUG#+<=>DHN^~×",
    88: "OQ&",
    93: "w",
    101: "@M…%",
    111: "mW",
}


def _by_letter(groups: Mapping[int, str]) -> dict[str, int]:
    return {letter: width for width, letters in groups.items() for letter in letters}


_REGULAR_WIDTH, _BOLD_WIDTH = _by_letter(_WIDTHS), _by_letter(_BOLD)
_LATIN, _ANY = 90, 140  # letters with accents; the widest of the other scripts, and emoji


def width(text: str, size: float, bold: bool = False) -> float:
    """In pixels, never less than what a browser makes of it."""
    table = _BOLD_WIDTH if bold else _REGULAR_WIDTH
    return sum(table.get(letter) or _other(letter) for letter in text) * size / 100


def _other(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me"):  # stands on the one before
        return 0
    return _LATIN if ord(letter) < 0x250 else _ANY


def lines(text: str, room: float, size: float, most: int, bold: bool = False) -> list[str]:
    """The text in lines that fit, cut after the last of them; between words, or after one of -_/.: where it must."""
    made: list[str] = [""]
    for part in _parts(text, room, size, bold):
        if made[-1] and width((made[-1] + part).rstrip(), size, bold) > room:
            made.append("")
        made[-1] += part if made[-1] else part.lstrip()
    made = [line.rstrip() for line in made]
    if len(made) <= most:
        return made
    last = made[most - 1]
    while last and width(f"{last}…", size, bold) > room:
        last = last[:-1]
    return [*made[: most - 1], f"{last.rstrip()}…"]


def _parts(text: str, room: float, size: float, bold: bool) -> Iterator[str]:
    """What is not parted, unless it alone is wider than a line."""
    part = ""
    for letter in text:
        if part and width(part + letter, size, bold) > room:
            yield part
            part = ""
        part += letter
        if letter in " -_/.:":
            yield part
            part = ""
    if part:
        yield part
