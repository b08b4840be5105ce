"""How does a stack stand in the clouds? Regions, zones, machines and what joins them, storage, endpoints: a picture.

It is made of the graph of any program, of types of the clouds' providers; a component or a step of ours gives better
names. Facts about machines are the catalogue's. What is unknown is said so; what is not drawn is counted in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ultrastack.model.picture import Picture

if TYPE_CHECKING:
    from ultrastack.model.change import Change
    from ultrastack.model.graph import Graph
    from ultrastack.model.stack_file import StackFile


def picture(graph: Graph, file: StackFile | None = None) -> Picture:
    """The whole stack."""
    from .picture_drawing import drawn, in_words, left  # brings the catalogue and the rules' readers
    from .picture_tree import tree

    drawing = drawn(graph, file)
    nodes, links = tree(drawing)
    return Picture(nodes, links, in_words(left(drawing)))


def change_picture(old: Graph, new: Graph, changes: Sequence[Change], file: StackFile | None = None) -> Picture:
    """What changes, with its marks, and as much around it as is needed to see where that is."""
    from .picture_change import changed

    return changed(old, new, changes, file)
