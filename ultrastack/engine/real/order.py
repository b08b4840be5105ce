"""Which of the orders that an engine could have taken is shown, so that two runs read the same?

What is independent comes in any order, also with `--parallel 1`: the program's registrations race each other. Here
every two operations that depend on each other keep the engine's order; among the others the stack file decides.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence

from ...model.operation import TAKES, Operation

Depends = Mapping[str, Iterable[str]]  # URN -> URNs that it needs, its parent too


def stable(done: Sequence[Operation], depends: Depends, written: Mapping[str, int]) -> list[Operation]:
    """`written`: URN -> its place in the stack file, or in the state for what is in it no more.

    What the engine deletes at the very end stays there, the last written first.
    """
    end = next((i for i in range(len(done), 0, -1) if done[i - 1].op not in TAKES), 0)
    last = len(written)

    def place(one: Operation) -> int:
        return written.get(one.lasting_urn, last)

    return [
        *_sorted(done[:end], depends, [place(one) for one in done[:end]]),
        *_sorted(done[end:], depends, [-place(one) for one in done[end:]]),
    ]


def _sorted(done: Sequence[Operation], depends: Depends, places: Sequence[int]) -> list[Operation]:
    of: dict[str, list[int]] = {}
    needs: dict[str, set[str]] = {}
    names = {one.urn: one.lasting_urn for one in done}
    for i, one in enumerate(done):
        of.setdefault(one.lasting_urn, []).append(i)
        needed = (*depends.get(one.urn, ()), *depends.get(one.lasting_urn, ()))
        needs.setdefault(one.lasting_urn, set()).update(names.get(urn, urn) for urn in needed)
    later: list[set[int]] = [set() for _ in done]
    waits = [0] * len(done)
    for urn, own in of.items():
        for other in {urn, *needs[urn]} & of.keys():
            for first, second in ((min(i, j), max(i, j)) for i in own for j in of[other] if i != j):
                if second not in later[first]:
                    later[first].add(second)
                    waits[second] += 1
    ready = [(places[i], i) for i, count in enumerate(waits) if not count]
    heapq.heapify(ready)
    found = []
    while ready:
        _, i = heapq.heappop(ready)
        found.append(done[i])
        for j in later[i]:
            waits[j] -= 1
            if not waits[j]:
                heapq.heappush(ready, (places[j], j))
    return found
