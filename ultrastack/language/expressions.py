"""What may stand between {{ and }}, and what is its value?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import jinja2
import jinja2.nodes as ast
from jinja2.parser import Parser

from ..model.later import Later
from ..model.place import Place
from .filters import FILTERS, filter_hint, method_hint
from .foreign import NAMES, our_word, syntax_hint
from .functions import FUNCTIONS, HANDED, Function
from .interpreter import HANDLERS, Names, Run, Words
from .is_tests import TESTS, test_hint
from .limits import DEPTH, EXPRESSION, STACK, Complaint, Purse, checked_number
from .pieces import pieces, place_in
from .pure import NeedsLater
from .values import Absent, known, nearest, settle
from .waiting import waiting_parts

__all__ = ["Language", "pieces", "place_in"]

_PARTS = (ast.Pair, ast.Operand, ast.Keyword, ast.Slice)

_WORDS = {
    "Pow": "'**' is not part of the language",
    "NSRef": "'namespace' is not part of the language",
    "TemplateData": "text is not part of an expression",
}


class Language:
    """Jinja's expressions, none of its statements; a fixed list of filters, tests and functions."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]] | None = None):
        """`functions`: those that need the stack's config, by name (config, secret, stack_output)."""
        handed = {name: HANDED[name].bound(work) for name, work in (functions or {}).items()}
        self.filters, self.tests = FILTERS, TESTS
        self.functions: Mapping[str, Function] = {**FUNCTIONS, **handed}
        self.words = Words(FILTERS, self.functions, Purse(STACK))
        self._jinja = jinja2.Environment(optimized=False, autoescape=False)  # noqa: S701 (its optimizer would compute while parsing)
        self._trees: dict[str, ast.Expr] = {}

    def tree(self, source: str) -> ast.Expr:
        """The checked tree of an expression; parsed once, however often a loop asks."""
        found = self._trees.get(source)
        if found is None:
            found = self._trees[source] = self._parsed(source)
        return found

    def _parsed(self, source: str) -> ast.Expr:
        if not source:
            raise Complaint("an empty expression", "write a name or a value between {{ and }}")
        if len(source) > EXPRESSION:
            raise Complaint(f"an expression of more than {EXPRESSION:,} characters", "cut it into several `vars`")
        _refuse_deep(source)
        try:
            parser = Parser(self._jinja, source, state="variable")
            tree = parser.parse_expression()
            if not parser.stream.eos:
                raise _syntax(f"'{parser.stream.current.value}' is too much here", source)
        except jinja2.TemplateSyntaxError as e:
            raise _syntax(_translated(e.message or ""), source) from None
        except RecursionError:
            raise Complaint(f"nested more than {DEPTH} levels deep", "cut it into several `vars`") from None
        except ValueError:  # Python's own limit on the digits of a number
            raise Complaint("a number with too many digits", "write it as a text, in quotes") from None
        self._check(tree)
        return tree

    def _check(self, tree: ast.Expr) -> None:
        level: list[ast.Node] = [tree]
        for _ in range(DEPTH):
            for node in level:
                self._check_node(node)
            level = [child for node in level for child in _children(node)]
            if not level:
                return
        raise Complaint(f"nested more than {DEPTH} levels deep", "cut it into several `vars`")

    def _check_node(self, node: ast.Node) -> None:
        if isinstance(node, ast.Const):
            checked_number(node.value)
        elif isinstance(node, ast.Call):
            self._check_call(node)
        elif isinstance(node, ast.Filter):
            _check_no_stars(node)
            if node.name not in FILTERS:
                raise Complaint(f"there is no filter '{node.name}'", filter_hint(node.name))
        elif isinstance(node, ast.Test):
            _check_no_stars(node)
            if node.name not in TESTS:
                raise Complaint(f"there is no test '{node.name}'", test_hint(node.name))
        elif type(node) not in HANDLERS and not isinstance(node, _PARTS):
            name = type(node).__name__
            raise Complaint(
                _WORDS.get(name, f"'{name.lower()}' is not part of the language"), "use a filter or a function"
            )

    def _check_call(self, node: ast.Call) -> None:
        _check_no_stars(node)
        if isinstance(node.node, ast.Getattr):
            method = node.node.attr
            fix = f"write | {method}" if method in FILTERS else method_hint(method)
            raise Complaint(f"'.{method}()' is a method, and values have no methods: use a filter", fix)
        if not isinstance(node.node, ast.Name):
            raise Complaint("only a function can be called", nearest("", self.functions))
        if node.node.name not in self.functions:
            name = node.node.name
            fix = f"write ... | {name}" if name in FILTERS else our_word(name, NAMES, self.functions)
            raise Complaint(f"there is no function '{name}'", fix)

    def value(self, source: str, names: Names, place: Place) -> Any:
        """What the expression is: plain data, a Later, or data that holds Laters. Raises Complaint."""
        tree = self.tree(source)
        try:
            return settle(Run(self.words, names).value(tree), self.words.purse)
        except NeedsLater:
            return self._later(source, tree, names, place)
        except RecursionError:
            raise Complaint("the values are nested too deeply", "let fewer `vars` refer to each other") from None

    def _later(self, source: str, tree: ast.Expr, names: Names, place: Place) -> Later:
        """A computed value: once all of its references are known, and secret if one of them is."""
        parts = waiting_parts(Run(self.words, names), tree)
        keys = {f"part_{i}": node for i, node in enumerate(parts)}

        def compute(values: dict[str, Any]) -> Any:
            answered = {node: _answer(values[key]) for key, node in keys.items()}
            return settle(Run(self.words, names, answered).value(tree))

        return Later(source, known(place, source, {key: parts[node] for key, node in keys.items()}, compute))


def _answer(value: Any) -> Any:
    return value if isinstance(value, Absent) else settle(value)


def _children(node: ast.Node) -> list[ast.Node]:
    """A function's name is not asked for its value."""
    children = list(node.iter_child_nodes())
    return [c for c in children if c is not node.node] if isinstance(node, ast.Call) else children


def _check_no_stars(node: Any) -> None:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        raise Complaint("'*' before an argument is not part of the language", "write the arguments out")


def _refuse_deep(source: str) -> None:
    """Before Jinja's parser, which is recursive, sees it."""
    depth, quote, skip = 0, "", False
    for c in source:
        if skip:
            skip = False
        elif quote:
            skip = c == "\\"
            quote = "" if c == quote else quote
        elif c in "'\"":
            quote = c
        else:
            depth += (c in "([{") - (c in ")]}")
            if depth > DEPTH:
                raise Complaint(f"nested more than {DEPTH} levels deep", "cut it into several `vars`")


def _syntax(why: str, source: str) -> Complaint:
    return Complaint(f"cannot be read: {why}", syntax_hint(source))


def _translated(message: str) -> str:
    """Jinja's words, without its own."""
    said = re.sub(r"'?end of print statement'?|'?end of template'?", "the end", message)
    if match := re.fullmatch(r"expected token '?(.+?)'?, got '?(.+?)'?", said):
        wanted, found = match.groups()
        found = found if found == "the end" else f"'{found}'"
        return f"{'a name' if wanted == 'name' else repr(wanted)} is missing before {found}"
    if match := re.match(r"unexpected char (.+) at \d+", said):
        return f"the character {match[1]} does not belong there"
    if "unexpected the end" in said:
        return "it ends too early"
    return said[:1].lower() + said[1:]
