"""Which functions has the language? A fixed list: pure ones, and those that ask the stack's config and other stacks."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from ..model.later import Later
from .limits import VALUES, Complaint
from .pure import Entry, Tools, needs
from .stack_functions import make_config, make_secret, make_stack_output
from .values import Absent, nearest

__all__ = ["FUNCTIONS", "HANDED", "Function", "make_config", "make_secret", "make_stack_output"]


@dataclasses.dataclass(frozen=True)
class Function(Entry):
    """One function: `name(arguments)`."""

    def call(self, tools: Tools, args: list[Any], kwargs: Mapping[str, Any]) -> Any:
        result = self.called(tools, *args, **kwargs)
        if not isinstance(result, (Absent, Later)):
            tools.size_up(result)
        return result

    def bound(self, work: Callable[..., Any]) -> Function:
        """The same entry, answered by what the reader hands in."""
        inner = dataclasses.replace(self, work=work)  # checks the arguments against the inner signature
        return dataclasses.replace(self, work=lambda tools, *args, **kwargs: inner.called(*args, **kwargs))


# ---- pure ones


def count_up(tools: Tools, start: Any, stop: Any = None, step: Any = 1) -> list[int]:
    first, last, by = (
        needs(v, "range", int, words="whole numbers", fix="add | int")
        for v in ((0, start, step) if stop is None else (start, stop, step))
    )
    if by == 0:
        raise Complaint("`range` needs a step other than 0", "as in range(0, 10, 2)")
    numbers = range(first, last, by)
    if max(0, (last - first) // by) > VALUES:
        raise Complaint(f"makes more than {VALUES:,} values", "make fewer, or split them over several steps")
    return list(numbers)


def side_by_side(tools: Tools, *lists: Any) -> list[list[Any]]:
    checked = [needs(v, "zip", list, words="lists", fix="as in zip(names, sizes)") for v in lists]
    if not checked:
        raise Complaint("`zip` needs lists", "as in zip(names, sizes)")
    tools.spend(min(map(len, checked)) * (len(checked) + 1))
    return [list(row) for row in zip(*checked, strict=False)]


def cidr_subnet(tools: Tools, cidr: Any, new_bits: Any, index: Any) -> str:
    written = needs(cidr, "cidr_subnet", str, words="an address range", fix="as in cidr_subnet('10.20.0.0/16', 8, 3)")
    bits = needs(new_bits, "cidr_subnet", int, words="a whole number of new bits", fix="add | int")
    at = needs(index, "cidr_subnet", int, words="a whole number as its index", fix="add | int")
    try:
        network = ipaddress.ip_network(written)
    except ValueError:
        raise Complaint("{} is no address range", _network_of(written), written) from None
    prefix = network.prefixlen + bits
    if bits < 0 or prefix > network.max_prefixlen:
        raise Complaint(
            f"a /{network.prefixlen} cannot be cut by {bits} bits",
            f"use 0 to {network.max_prefixlen - network.prefixlen} new bits",
        )
    if not 0 <= at < 2**bits:
        raise Complaint(
            f"there is no range {at}: {bits} new bits make {2**bits}", f"use an index from 0 to {2**bits - 1}"
        )
    start = int(network.network_address) + (at << (network.max_prefixlen - prefix))
    return f"{type(network.network_address)(start)}/{prefix}"


def _network_of(written: str) -> str:
    try:
        return f"use '{ipaddress.ip_network(written, strict=False)}'"  # the host bits were set
    except ValueError:
        return "write it as 10.0.0.0/16"


def machine_row(tools: Tools, name: Any) -> dict[str, Any]:
    from .. import catalog  # on first use: most stacks ask for no machine

    wanted = needs(name, "machine", str, words="a machine's name", fix="as in machine('trn2.48xlarge')")
    try:
        return _row(catalog.machine(wanted))
    except catalog.UnknownRow as e:
        raise Complaint("the catalogue has no machine {}", nearest(wanted, e.known), wanted, "of that name") from None


@lru_cache(1000)
def _row(machine: Any) -> dict[str, Any]:
    from ..catalog import as_mapping

    return as_mapping(machine)


def _unbound(tools: Tools, *args: Any) -> Any:
    raise Complaint("the stack's config is not at hand here", "use it in a stack file")


_PURE = [
    Function(
        "range",
        "The whole numbers from a first one up to, without, a last one, by a step.",
        "range(2, 5)",
        [2, 3, 4],
        count_up,
    ),
    Function(
        "zip",
        "Two or more lists side by side, as long as the shortest.",
        "zip(['a', 'b'], [1, 2])",
        [["a", 1], ["b", 2]],
        side_by_side,
    ),
    Function(
        "cidr_subnet",
        "One of the equal parts of an address range: its prefix longer by some bits, counted from 0.",
        "cidr_subnet('10.20.0.0/16', 8, 3)",
        "10.20.3.0/24",
        cidr_subnet,
    ),
    Function(
        "machine",
        "The catalogue's row of a machine: its columns by name.",
        "machine('trn2.48xlarge').name",
        "trn2.48xlarge",
        machine_row,
    ),
]

_OF_THE_STACK = [
    Function(
        "config",
        "A value of Pulumi's config for this stack; secret keys are refused.",
        "config('team')",
        "ml",
        _unbound,
    ),
    Function(
        "secret",
        "A secret of Pulumi's config: opened only while the stack is built, masked everywhere.",
        "secret('token')",
        ...,
        _unbound,
    ),
    Function(
        "stack_output",
        "An output of another stack, named organization/project/stack.",
        "stack_output('acme/base/prod', 'vpc')",
        ...,
        _unbound,
    ),
]

FUNCTIONS: Mapping[str, Function] = {entry.name: entry for entry in _PURE}
HANDED: Mapping[str, Function] = {entry.name: entry for entry in _OF_THE_STACK}
