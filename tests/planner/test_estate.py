"""Which stack comes first, and what is missing between two."""

from __future__ import annotations

from ultrastack.model.estate import Estate, Reference, StackPlan
from ultrastack.model.graph import UNKNOWN, Graph
from ultrastack.model.place import Place, Problem
from ultrastack.model.plan import Plan
from ultrastack.planner.estate import estate


def stack(name: str, *reads: str, outputs: tuple[str, ...] = ("vpc", "subnets")) -> StackPlan:
    """`reads`: acme/p/base vpc, each in a line of its own."""
    place = [Place(f"stacks/{name}.yaml", line, 7) for line, _ in enumerate(reads, 4)]
    references = tuple(Reference(at, *words.split()) for at, words in zip(place, reads, strict=True))
    graph = Graph("p", name, outputs=dict.fromkeys(outputs, UNKNOWN))
    return StackPlan(name, Plan(graph, base="nothing, all new"), references=references)


def made(*stacks: StackPlan, known: tuple[str, ...] = ()) -> Estate:
    return estate("p", stacks, {*known, *(one.name for one in stacks)})


def test_a_stack_comes_after_those_that_it_reads() -> None:
    found = made(
        stack("training", "acme/p/data vpc", "acme/p/net vpc"),
        stack("dev"),
        stack("data", "acme/p/net subnets"),
        stack("other", "acme/p/net vpc"),
        stack("net"),
    )
    assert found.order == (("net",), ("data", "other"), ("training",))
    assert found.warnings == ()


def test_stacks_that_read_nothing_of_each_other_have_no_order() -> None:
    assert made(stack("dev", "acme/elsewhere/net vpc"), stack("prod")) == Estate(
        "p", (stack("dev", "acme/elsewhere/net vpc"), stack("prod"))
    )


def test_an_output_that_the_other_stack_has_not() -> None:
    found = made(stack("data", "acme/p/net vcp", "acme/p/net key"), stack("net"))
    assert found.warnings == (
        Problem(Place("stacks/data.yaml", 4, 7), "data reads 'vcp' of net, which has no such output", "use 'vpc'"),
        Problem(
            Place("stacks/data.yaml", 5, 7),
            "data reads 'key' of net, which has no such output",
            "add it to the `outputs` of net; it has: subnets, vpc",
        ),
    )


def test_a_stack_without_any_output() -> None:
    (warning,) = made(stack("data", "acme/p/net vpc"), stack("net", outputs=())).warnings
    assert warning.fix == "add it to the `outputs` of net; it has none"


def test_a_stack_that_the_project_has_not() -> None:
    found = made(stack("data", "acme/p/nett vpc", "acme/p/elsewhere vpc"), known=("net",))
    assert found.warnings == (
        Problem(Place("stacks/data.yaml", 4, 7), "data reads stack 'nett', which this project has not", "use 'net'"),
        Problem(
            Place("stacks/data.yaml", 5, 7),
            "data reads stack 'elsewhere', which this project has not",
            "the stacks are: data, net",
        ),
    )


def test_what_is_not_planned_now_is_not_judged() -> None:
    refused = StackPlan("net", problems=(Problem(Place("stacks/net.yaml"), "wrong"),))
    assert made(stack("data", "acme/p/net lost"), refused).warnings == ()
    assert made(stack("data", "acme/p/net lost"), known=("net",)).warnings == ()


def test_a_circle_is_told_and_has_no_order() -> None:
    found = made(stack("a", "acme/p/b vpc"), stack("b", "acme/p/c vpc"), stack("c", "acme/p/a vpc"), stack("d"))
    assert found.order == ()
    (warning,) = found.warnings
    start = warning.what.removeprefix("the stacks wait for each other in a circle: ").split(" -> ")
    assert start in (["a", "b", "c", "a"], ["b", "c", "a", "b"], ["c", "a", "b", "c"])
    assert str(warning.place) == f"stacks/{start[0]}.yaml:4:7"
    assert warning.fix == "move what both need into a stack of its own"


def test_a_stack_that_reads_itself() -> None:
    (warning,) = made(stack("a", "acme/p/a vpc")).warnings
    assert warning.what == "the stacks wait for each other in a circle: a -> a"
