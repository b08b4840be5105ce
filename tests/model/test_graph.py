"""A graph is written as JSON and read again without loss; what is damaged or newer is refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ultrastack.model.graph import (
    SCHEMA,
    SECRET,
    UNKNOWN,
    UNKNOWN_SECRET,
    VERSION,
    Asset,
    Graph,
    Message,
    Options,
    Resource,
    ResourceReference,
    dumps,
    from_json,
    loads,
    to_json,
    value_from_json,
    value_to_json,
)
from ultrastack.model.place import Place
from ultrastack.model.step import Step

words = st.text(max_size=8)
# keys that look like the marks of the format are the hard ones
keys = words | st.sampled_from(["$", "$$", "$secret", "$unknown", "$asset", "$resource", "$$secret"])
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
    | st.sampled_from([UNKNOWN, SECRET, UNKNOWN_SECRET])
    | st.builds(Asset, st.sampled_from(["asset", "archive"]), words, words)
    | st.builds(ResourceReference, words)
)
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3))
tuples = st.lists(words, max_size=2).map(tuple)
mappings = st.dictionaries(keys, values, max_size=3)
edges = st.dictionaries(words, tuples, max_size=2)
options = st.builds(
    Options,
    protect=st.booleans(),
    retain_on_delete=st.booleans(),
    delete_before_replace=st.none() | st.booleans(),
    deleted_with=words,
    import_id=words,
    aliases=tuples,
    ignore_changes=tuples,
    custom_timeouts=st.dictionaries(st.sampled_from(["create", "update", "delete"]), words),
    version=words,
    replacement_trigger=values,
)
resources = st.builds(
    Resource,
    urn=words,
    type=words,
    name=words,
    kind=st.sampled_from(["stack", "component", "custom", "provider", "read"]),
    parent=words,
    provider=words,
    inputs=mappings,
    outputs=mappings,
    id=words,
    dependencies=tuples,
    property_dependencies=edges,
    references=edges,
    options=options,
    step=words,
)
steps = st.builds(Step, words, words, st.builds(Place, words, st.integers(0, 9), st.integers(0, 9)), words)
messages = st.builds(Message, st.sampled_from(["info", "warning", "error"]), words, words)
graphs = st.builds(
    Graph,
    words,
    words,
    words,
    st.lists(resources, max_size=2).map(tuple),
    mappings,
    st.lists(steps, max_size=2).map(tuple),
    st.lists(messages, max_size=2).map(tuple),
)


def alike(one: Any, other: Any) -> bool:
    """Equal, and True is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


@given(values)
def test_a_value_survives_json(value: Any) -> None:
    assert alike(value_from_json(json.loads(json.dumps(value_to_json(value)))), value)


@given(graphs)
def test_a_graph_survives_json(graph: Graph) -> None:
    assert loads(dumps(graph)) == graph


@given(graphs)
def test_the_same_graph_is_written_the_same(graph: Graph) -> None:
    assert dumps(loads(dumps(graph))) == dumps(graph)


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (UNKNOWN, {"$unknown": True}),
        (SECRET, {"$secret": True}),
        (UNKNOWN_SECRET, {"$secret": True, "$unknown": True}),
        (Asset("asset", "abc"), {"$asset": {"kind": "asset", "hash": "abc"}}),
        (ResourceReference("urn:x"), {"$resource": "urn:x"}),
        ({"$secret": True}, {"$$secret": True}),
        ({"$$": UNKNOWN}, {"$$$": {"$unknown": True}}),
    ],
)
def test_marks_and_the_users_own_keys_are_kept_apart(value: Any, data: Any) -> None:
    assert value_to_json(value) == data
    assert value_from_json(data) == value


def test_empty_fields_are_left_out() -> None:
    graph = Graph("p", "dev", resources=(Resource("u", "a:b:C", "n", "custom"),))
    assert to_json(graph)["resources"] == [{"urn": "u", "type": "a:b:C", "name": "n", "kind": "custom"}]


SMALL = to_json(Graph("p", "dev", resources=(Resource("u", "a:b:C", "n", "custom"),)))
ONE = SMALL["resources"][0]
NEWER = f"graph version {VERSION + 1} is not understood; this ultrastack reads version {VERSION}"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "this is no ultrastack graph"),
        ({}, "this is no ultrastack graph"),
        ({"version": 3, "deployment": {}}, "this is no ultrastack graph"),
        (SMALL | {"version": VERSION + 1}, NEWER),
        ({"schema": SCHEMA, "version": VERSION}, "damaged graph: 'project' is missing"),
        (SMALL | {"resources": None}, "damaged graph: resources is not a list"),
        (SMALL | {"resources": ["x"]}, "damaged graph: resources[0] is not a mapping"),
        (SMALL | {"resources": [{"urn": "u"}]}, "damaged graph: resources[0] has no 'kind'"),
        (SMALL | {"resources": [ONE | {"more": 1}]}, "damaged graph: resources[0] has an unknown 'more'"),
        (
            SMALL | {"resources": [ONE | {"kind": "x"}]},
            "damaged graph: resources[0].kind is none of stack, component, custom, provider, read",
        ),
        (SMALL | {"resources": [ONE | {"inputs": [1]}]}, "damaged graph: resources[0].inputs is not a mapping"),
        (SMALL | {"steps": [{"name": "a"}]}, "damaged graph: steps[0] has no 'component'"),
        (SMALL | {"messages": [{"severity": "x"}]}, "damaged graph: messages[0] has no 'text'"),
        (SMALL | {"outputs": {"a": {"$asset": {"kind": "asset", "hash": "", "no": 1}}}},
         "damaged graph: an asset has an unknown 'no'"),
        (SMALL | {"stack": 7}, "damaged graph: 'stack' is not a text"),
    ],
)  # fmt: skip
def test_a_damaged_or_newer_graph_is_refused_in_words(data: Any, words: str) -> None:
    with pytest.raises(ValueError) as e:
        from_json(data)
    assert str(e.value) == words


def test_text_that_is_no_json_is_refused_in_words() -> None:
    with pytest.raises(ValueError) as e:
        loads('{"schema": ')
    assert str(e.value) == "this is no ultrastack graph: it is not JSON"


def test_a_graph_knows_its_resources_by_urn_parent_and_step() -> None:
    stack = Resource("s", "pulumi:pulumi:Stack", "p-dev", "stack")
    box = Resource("b", "x:y:Box", "one", "component", parent="s", step="one")
    queue = Resource("q", "aws:sqs/queue:Queue", "q", "custom", parent="b", step="one")
    step = Step("one", "x.box", Place("stacks/dev.yaml", 3, 5))
    graph = Graph("p", "dev", resources=(stack, box, queue), steps=(step,))
    assert graph.by_urn["q"] is queue
    assert graph.children == {"": (stack,), "s": (box,), "b": (queue,)}
    assert list(graph.under("s")) == [stack, box, queue]
    assert (graph.step("one"), graph.step("two")) == (step, None)
