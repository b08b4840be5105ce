"""What did the user probably do where libyaml stopped, in words that do not need libyaml's source?"""

from __future__ import annotations

import re
from typing import Any

from ..model.place import Place, Problem
from .quoting import GLUED, NO_STATEMENTS, as_scalar, bare_braces, quoted_line, spaced

QUOTE_WHOLE = "put the whole value in quotes"
DOUBLE_QUOTES = "use single quotes, or write two backslashes"
LINE_UP = "line it up with its neighbours, or put the whole value in quotes"
NO_TAGS = "a value that starts with ! is a tag, and tags are not part of the language"
STRAY = "other indentation, or words after a closing quote or bracket"

# libyaml's words -> is the beginning of the thing the better place?, what, fix. The first that is found counts.
MEANINGS: list[tuple[str, bool, str, str]] = [
    ("while scanning a quoted scalar", True, "this quote is never closed", "close it with the same quote"),
    (
        "found unknown escape character",
        False,
        "a backslash inside double quotes starts an escape that YAML does not know",
        DOUBLE_QUOTES,
    ),
    ("did not find expected hexdecimal number", False, "an escape inside double quotes is not complete", DOUBLE_QUOTES),
    ("found a tab character", False, "a tab in the indentation", "use spaces"),
    ("mapping values are not allowed", False, "a ': ' inside a value that is not in quotes", "put the value in quotes"),
    (
        "could not find expected ':'",
        True,
        "this line is neither a key nor a value: is a colon missing?",
        "write key: value",
    ),
    (
        "block sequence entries are not allowed",
        False,
        "a list item '- ' cannot stand on the line of its key",
        "put the '- ' on a line of its own",
    ),
    ("mapping keys are not allowed", False, "a '?' key cannot stand here", "write key: value"),
    (
        "did not find expected '-' indicator",
        False,
        "this line stands where the next list item '- ' is expected",
        "start it with '- ', or indent it as part of the item above",
    ),
    (
        "did not find expected ',' or ']'",
        True,
        "this '[' is not closed, or a comma is missing between two items",
        "close it with ]",
    ),
    (
        "did not find expected ',' or '}'",
        True,
        "this '{' is not closed, or a comma is missing between two keys",
        "close it with }",
    ),
    (
        "while parsing a flow",
        True,
        "something is missing inside these brackets: an item, or the closing bracket",
        "remove the extra comma, or close the bracket",
    ),
    ("did not find expected key", False, f"this does not fit the lines above: {STRAY}", LINE_UP),
    ("while scanning an alias", True, "a value that starts with * is an alias", QUOTE_WHOLE),
    ("while scanning an anchor", True, "a value that starts with & is an anchor", QUOTE_WHOLE),
    (
        "while scanning a block scalar",
        False,
        "after | or > only a line end can follow",
        "start the text on the next line",
    ),
    (
        "expected comment or line break",
        False,
        "after | or > only a line end can follow",
        "start the text on the next line",
    ),
    ("while scanning a tag", False, NO_TAGS, QUOTE_WHOLE),
    ("while parsing a tag", False, NO_TAGS, QUOTE_WHOLE),
    ("undefined tag handle", False, NO_TAGS, QUOTE_WHOLE),
    (
        "directive",
        False,
        "a line that starts with % is a YAML directive, which the language has not",
        "remove the line",
    ),
    ("did not find expected <document start>", False, f"this does not belong to what stands above: {STRAY}", LINE_UP),
    ("found character that cannot start any token", False, "a value cannot start with this character", QUOTE_WHOLE),
    ("did not find expected node content", False, "a value is missing here", "write the value"),
]


def explained(error: Any, file: str, lines: list[str]) -> Problem:
    """libyaml stops at its first error: one problem."""
    said = " ".join(filter(None, (getattr(error, "context", ""), getattr(error, "problem", ""))))
    if not said:  # a ReaderError: what the bytes are was checked before
        return Problem(Place(file, 1, 1, 1, lines[0]), "this file cannot be read as YAML", "save it as UTF-8 text")
    mark, begun = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    place = _place(mark or begun, file, lines)
    if (statement := place.excerpt.find("{%")) >= 0:
        return Problem(Place(file, place.line, statement + 1, 2, place.excerpt), *NO_STATEMENTS)
    if problem := _unquoted_expression(place, begun and _place(begun, file, lines), lines):
        return problem
    if "\t" in place.excerpt[: max(place.column, len(place.excerpt) - len(place.excerpt.lstrip()))]:
        column = place.excerpt.index("\t") + 1
        return Problem(Place(file, place.line, column, 1, place.excerpt), "a tab in the indentation", "use spaces")
    if ("mapping values are not allowed" in said or "expected ':'" in said) and (glued := _glued(place, lines)):
        return glued
    if "mapping values are not allowed" in said and ": " not in place.excerpt[: place.column - 1]:
        what = "this key does not fit the lines above: other indentation, or a missing colon there"
        start = len(place.excerpt) - len(place.excerpt.lstrip())
        key = Place(file, place.line, start + 1, max(1, place.column - 1 - start), place.excerpt)
        return Problem(key, what, "line it up with its neighbours")
    for words, at_beginning, what, fix in MEANINGS:
        if words in said:
            at = _place(begun, file, lines) if at_beginning and begun else place
            what = what.replace("this character", f"'{at.excerpt[at.column - 1 : at.column]}'")
            return Problem(at, what, _typed(fix, at) or fix)
    return Problem(place, "this cannot be read as YAML", "check the indentation, quotes and brackets of this line")


def _glued(place: Place, lines: list[str]) -> Problem | None:
    """`name:net` is a text to YAML, and the next line does not fit it; the error may be found lines later."""
    for line in range(place.line, 0, -1):
        written = lines[line - 1]
        if line < place.line and not written.strip():
            continue
        if (match := GLUED.fullmatch(written)) and match[3][0] not in "'\"":
            key = Place(place.file, line, len(match[1]) + 1, len(match[2]) + 1, written)
            return Problem(key, "a space is missing after the colon", f"write {spaced(written)}")
        if line < place.line:
            return None
    return None


def _place(mark: Any, file: str, lines: list[str]) -> Place:
    """An error at the end of the file is shown at its last line that says something."""
    line, column = mark.line, mark.column
    while line > 0 and (line >= len(lines) or not lines[line].strip()):
        line -= 1
        column = max(0, len(lines[line].rstrip()) - 1)
    return Place(file, line + 1, column + 1, 1, lines[line])


def _unquoted_expression(place: Place, begun: Place | None, lines: list[str]) -> Problem | None:
    """Expressions and conditions without quotes are the most frequent reason by far."""
    above = Place(place.file, place.line - 1, 1, 1, lines[place.line - 2]) if place.line > 1 else None
    for at in filter(None, (place, begun, above)):
        if (braces := bare_braces(at.excerpt)) is not None:
            here = Place(at.file, at.line, braces + 1, 2, at.excerpt)
            return Problem(here, "an expression needs quotes here", f"write {quoted_line(at.excerpt, braces)}")
    match = re.match(r"(\s*(?:- )*(?:when|that|loop):\s+|\s*- )(?=\S)(.*?)\s*$", place.excerpt)
    if match and re.search(r"==|!=|\bis\b|\bin\b|\||\band\b|\bor\b", match[2]):
        here = Place(place.file, place.line, len(match[1]) + 1, len(match[2]), place.excerpt)
        whole = f"{match[1]}{as_scalar(match[2])}".strip()
        return Problem(here, "the whole condition needs quotes here", f"write {whole}")
    return None


def _typed(fix: str, at: Place) -> str:
    """For trouble in the value of a simple `key: value` line the fix is the line itself, in quotes."""
    match = re.fullmatch(r"(\s*(?:- )*[\w.-]+:\s+)([^\s\[{].*?)\s*", at.excerpt)
    if not match or "value in quotes" not in fix or at.column <= len(match[1]):
        return ""
    key, value = match.groups()
    if len(value) > 1 and value[0] in "'\"" and value[-1] == value[0]:  # 'it's'
        value = value[1:-1]
    return f"write {key.strip()} {as_scalar(value)}"
