"""What do the filters do that apply a filter or a test to every item of a list?"""

from __future__ import annotations

from typing import Any

from .is_tests import TESTS, test_hint
from .limits import Complaint
from .operands import a_list, a_text, attribute_of, there
from .pure import Tools
from .values import Absent


def mapped(
    tools: Tools, value: Any, filter: Any = None, *args: Any, attribute: Any = None, default: Any = ..., **kwargs: Any
) -> list[Any]:
    items = a_list(value, "map")
    if (filter is None) == (attribute is None):
        raise Complaint(
            "`map` needs the name of a filter or an attribute", "as in map('upper') or map(attribute='name')"
        )
    if attribute is not None:
        found = [attribute_of(tools, item, attribute) for item in items]
        if default is ...:
            return [there(v) for v in found]
        return [default if isinstance(v, Absent) else v for v in found]
    name = a_text(filter, "map")
    return [tools.filter(name, item, list(args), kwargs) for item in items]


def selectattr(tools: Tools, value: Any, attribute: Any, test: Any = None, *args: Any) -> list[Any]:
    return [item for item in a_list(value, "selectattr") if _chosen(tools, item, "selectattr", attribute, test, args)]


def rejectattr(tools: Tools, value: Any, attribute: Any, test: Any = None, *args: Any) -> list[Any]:
    return [
        item for item in a_list(value, "rejectattr") if not _chosen(tools, item, "rejectattr", attribute, test, args)
    ]


def _chosen(tools: Tools, item: Any, name: str, attribute: Any, test: Any, args: tuple[Any, ...]) -> bool:
    found = attribute_of(tools, item, attribute)
    if test is None:
        return bool(there(found))
    if a_text(test, name) not in TESTS:
        raise Complaint(f"there is no test '{test}'", test_hint(test))
    if test in ("defined", "undefined"):
        return isinstance(found, Absent) is (test == "undefined")
    return tools.test(test, there(found), list(args))
