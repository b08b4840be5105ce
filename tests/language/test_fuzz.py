"""Whatever stands in a stack file, reading gives steps or problems: no traceback, no hang, no memory blow-up."""

from __future__ import annotations

import copy
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ultrastack.language.finder import find_components
from ultrastack.language.keywords import STEP, TOP
from ultrastack.language.reader import read
from ultrastack.model.place import Refused

ROOT = Path(__file__).parents[2]
SHIPPED = {p.name: p.read_text() for p in sorted((ROOT / "stacks").glob("*.yaml")) if not p.name.startswith("Pulumi.")}
COMPONENTS = find_components(ROOT)
EXAMPLES = int(os.environ.get("ULTRASTACK_FUZZ", "2000"))
SECONDS, BYTES = 20, 1_500_000_000  # for one file; far above what any needs, far below what a blow-up takes

HOSTILE = [
    "{{ 'a' * 10**10 }}", "{{ range(10**9) | list }}", "{{ range(999999999999) | max }}", "{{ 9**9**9 }}",
    "{{ 'x' | replace('', 'y' * 99) }}", "{{ [[1] * 9] * 9 }}", "{{ '%99999999d' % 1 }}", "{{ (" * 200,
    "{{" + "[" * 500, "{{ " + "(" * 300 + "1" + ")" * 300 + " }}", "{{ " + "not " * 400 + "true }}",
    "{{ " + "-" * 900 + "1 }}", "{{ a.b.c['d'][0:9:0] }}", "{{ [].append(1) }}", "{{ ''.__class__.__mro__ }}",
    "{{ net.__class__ }}", "{{ self }}", "{{ x }}{{ x }}{{ x }}", "{% for i in range(9) %}", "{# a #}", "{{", "}}",
    "{{ }}", "{{ 1 / 0 }}", "{{ 1 % 0 }}", "{{ undefined }}", "{{ net }}", "{{ data.mount.nothing }}",
    "{{ blocks[99] }}", "{{ blocks | map('upper') }}", "{{ secret('k') }}", "{{ secret(blocks) }}",
    "{{ stack_output('a', 'b') }}", "{{ config('x') }}", "{{ machine(5) }}",
    "{{ cidr_subnet('10.0.0.0/8', 99, -1) }}", "{{ loop }}", "{{ item }}", "{{ lipsum() }}", "{{ cycler }}",
    "{{ x is x }}", "{{ 1e308 * 1e308 }}", "{{ 99999999999999999999 }}", "{{ 'é' | b64encode }}",
    "{{ 'a' ~ none }}", "{{ none | join }}", "{{ {'a': 1}['b'] }}", "{{ {1: 2} }}", "{{ {[]: 1} }}",
    "{{ [1, 'a', none] | sort }}", "{{ [1, 'a'] | sum }}", "\x00", "\x1b[31m", "\ufeff", "\u2028", "\ud7ff", "'",
    '"', "&a", "*a", "!!python/object:os.system", "<<", "- - -", "? :",
]  # fmt: skip
SCALARS = [
    None,
    True,
    False,
    0,
    -1,
    10**14,
    10**30,
    1.5,
    float("inf"),
    "",
    " ",
    "no",
    "a",
    "A-b",
    "x" * 300,
    "0777",
    "2026-01-01",
]
WORDS = [*TOP, *STEP, *COMPONENTS, "{{ x }}", "", "-", "1", "tag", "Name", "aws:x", "cidr", "mounts", "<<", "__class__"]

scalars = st.sampled_from(SCALARS) | st.sampled_from(HOSTILE) | st.text(max_size=12)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=8,
)


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, child in inside:
        yield from places(child, (*path, key))


def change(tree: Any, path: tuple[Any, ...], how: str, value: Any) -> Any:
    """One place of the tree replaced, dropped, doubled, wrapped, or its key renamed."""
    if not path:
        return value if how == "replace" else [tree] if how == "wrap" else tree
    *above, last = path
    holder = tree
    for key in above:
        holder = holder[key]
    if how == "replace":
        holder[last] = value
    elif how == "wrap":
        holder[last] = [holder[last]] if value else {"a": holder[last]}
    elif how == "drop":
        del holder[last]
    elif isinstance(holder, list):
        holder.insert(last, copy.deepcopy(holder[last]))
    else:
        holder[str(value)[:20]] = holder.pop(last) if how == "rename" else copy.deepcopy(holder[last])
    return tree


@st.composite
def mutated_structures(draw: st.DrawFn) -> str:
    tree = yaml.safe_load(SHIPPED[draw(st.sampled_from(sorted(SHIPPED)))])
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(list(places(tree))))
        how = draw(st.sampled_from(["replace", "replace", "drop", "double", "wrap", "rename"]))
        tree = change(tree, path, how, draw(st.sampled_from(WORDS) | values if how in ("rename", "double") else values))
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, default_flow_style=draw(st.booleans()))


@st.composite
def mutated_texts(draw: st.DrawFn) -> str:
    text = SHIPPED[draw(st.sampled_from(sorted(SHIPPED)))]
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 1, 2, 9, 80])))
        more = draw(
            st.sampled_from(HOSTILE) | st.sampled_from(list("{}[]&*!|>'\"%@`#:,?-\t\n\r ")) | st.text(max_size=5)
        )
        text = text[:start] + more + text[end:]
    return text


@st.composite
def random_stacks(draw: st.DrawFn) -> str:
    steps = st.lists(st.dictionaries(st.sampled_from([*STEP, *COMPONENTS]), values, max_size=5), max_size=4)
    top = draw(st.dictionaries(st.sampled_from(list(TOP)), values, max_size=6))
    return yaml.safe_dump({**top, "steps": draw(steps)}, allow_unicode=True, sort_keys=False)


any_file = mutated_structures() | mutated_structures() | mutated_texts() | random_stacks() | st.text(max_size=200)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("fuzz")
    (root / "stacks").mkdir()
    (root / "Pulumi.yaml").write_text("name: fuzz\nruntime: python\nstackConfigDir: stacks\n")
    for name, text in SHIPPED.items():
        (root / "stacks" / name).write_text(text)
    return root


@pytest.fixture(autouse=True)
def bounded_memory() -> Iterator[None]:
    """A blow-up becomes a MemoryError, which is no Refused."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    used = (
        int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize() if Path("/proc").is_dir() else 0
    )
    resource.setrlimit(resource.RLIMIT_DATA, (used + BYTES, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_DATA, before)


def read_within_bounds(project: Path, text: str) -> str:
    """`steps`, or the text of the refusal; anything else is a failure."""

    def hang(*_: object) -> None:
        raise AssertionError(f"still reading after {SECONDS} s")

    (project / "stacks" / "fuzz.yaml").write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    old = signal.signal(signal.SIGALRM, hang)
    signal.alarm(SECONDS)
    try:
        read(project / "stacks" / "fuzz.yaml", project, COMPONENTS)
        return "steps"
    except Refused as e:
        assert e.problems
        for problem in e.problems:
            assert problem.what.strip()
            assert "\x1b" not in str(problem)
            assert "Traceback" not in str(problem)
            assert "object at 0x" not in str(problem)
        return str(e)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="ULTRASTACK_FUZZ" not in os.environ,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(text=any_file)
def test_any_file_gives_steps_or_problems(project: Path, text: str) -> None:
    read_within_bounds(project, text)


@pytest.mark.parametrize("expression", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_anywhere(project: Path, expression: str) -> None:
    quoted = yaml.safe_dump(expression, allow_unicode=True).removesuffix("...\n").strip()
    text = f"extends: common.yaml\naws: {{region: us-east-2}}\nvars: {{x: {quoted}, cidr: {quoted}}}\n"
    read_within_bounds(project, text + f"outputs: {{a: {quoted}}}\n")


def test_aliases_that_multiply(project: Path) -> None:
    lines = ["vars:", "  a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "alias" in read_within_bounds(project, "\n".join(lines) + "\nsteps: []\n")


def test_variables_that_double_each_other(project: Path) -> None:
    lines = ["vars:", "  v0: xxxxxxxxxx", *(f'  v{n}: "{{{{ v{n - 1} }}}}{{{{ v{n - 1} }}}}"' for n in range(1, 60))]
    assert "1,000,000" in read_within_bounds(project, "\n".join(lines) + "\nsteps: []\noutputs: {a: '{{ v59 }}'}\n")


def test_loops_inside_loops(project: Path) -> None:
    step = (
        '  - {name: "b-{{ item }}", loop: "{{ range(99999) }}", aws.storage_bucket: {}, tags: {a: "{{ range(9999) }}"}}'
    )
    assert read_within_bounds(project, f"aws: {{region: us-east-2}}\nsteps:\n{step}\n") != "steps"


def test_deep_nesting(project: Path) -> None:
    for opening, closing in (("[", "]"), ("{a: ", "}")):
        text = "vars: {x: " + opening * 100_000 + closing * 100_000 + "}\nsteps: []\n"
        assert "nested" in read_within_bounds(project, text)
