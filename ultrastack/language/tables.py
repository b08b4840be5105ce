"""Which tables of the language stand in stacks/README.md?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from .filters import FILTERS
from .functions import FUNCTIONS, HANDED
from .is_tests import TESTS
from .keywords import STEP, TOP, Keyword
from .pure import Entry


def keywords(table: Mapping[str, Keyword]) -> str:
    return _table(
        ("keyword", "takes", "what it is for", "example"),
        ((f"`{k.word}`", k.takes, k.sentence, f"`{k.example}`") for k in table.values()),
    )


def entries(*tables: Mapping[str, Entry]) -> str:
    """Filters and functions, each with an example and what that gives."""
    found = [e for table in tables for e in table.values()]
    return _table(("name", "what it gives", "example"), ((f"`{e.name}`", e.about, f"`{e.example}`") for e in found))


# marker in the README -> its table
TABLES: Mapping[str, Callable[[], str]] = {
    "top keywords": lambda: keywords(TOP),
    "step keywords": lambda: keywords(STEP),
    "filters": lambda: entries(FILTERS),
    "functions": lambda: entries(FUNCTIONS, HANDED),
    "tests": lambda: ", ".join(f"`{name}`" for name in sorted(TESTS)),
}


def refreshed(text: str) -> str:
    """The text with each table between its markers written anew."""
    for name, make in TABLES.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if found:
            text = before + begin + make() + "\n" + end + after
    return text


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines)
