"""Which files are written by the code itself? The tables of components and of the language, the JSON Schema.

python tools/tables.py            write them
python tools/tables.py --check    exit 1 and name those that are not fresh
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import yaml

from ultrastack.cli.arguments import rows
from ultrastack.cli.examples import use_of
from ultrastack.language.finder import ComponentEntry, find_components
from ultrastack.language.planned import OF_STEP
from ultrastack.language.schema import stack_schema
from ultrastack.language.tables import refreshed
from ultrastack.model.plan import Plan
from ultrastack.planner.many import plan_one
from ultrastack.planner.picture import picture
from ultrastack.report import review_json
from ultrastack.report.picture_page import svg_file

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file: the package of tools lies above

from tools import rule_pages  # noqa: E402

HEAD = """# Components

A page for each, made by `make tables` from the components themselves; `ultrastack doc WORD` prints it in a terminal.

| | |
| --- | --- |
"""
EXAMPLES_HEAD = """# Examples

Whole small stacks, one for each component and for what is less usual. They are planned and built like the stacks in
[`stacks/`](../stacks/README.md), by their name: `ultrastack plan tpu-vm`, `pulumi stack init tpu-vm`. Copy one to
`stacks/` to make it yours; a stack hides an example of the same name. `make tables` writes this list from the files.

| example | | made of |
| --- | --- | --- |"""
MADE = "Made by `make tables` from the component itself; all components: [components.md](../components.md)."


def generated() -> dict[Path, str]:
    components = find_components(ROOT)
    rows = [f"| [`{word}`](components/{word}.md) | {cell(_sentence(entry))} |" for word, entry in components.items()]
    pages = {
        Path(f"docs/components/{word}.md"): "\n".join(component(entry)) + "\n" for word, entry in components.items()
    }
    return {
        **pages,
        **rule_pages.pages(),
        Path("examples/README.md"): "\n".join(_examples()) + "\n",
        Path("docs/components.md"): HEAD + "\n".join(rows) + "\n",
        Path("docs/prod.svg"): svg_file(_drawn("prod")),
        Path("docs/review.schema.json"): json.dumps(review_json.schema(), indent=1, ensure_ascii=False) + "\n",
        Path("stacks/stack.schema.json"): json.dumps(stack_schema(components), indent=1, ensure_ascii=False) + "\n",
        Path("stacks/README.md"): refreshed((ROOT / "stacks/README.md").read_text()),
    }


def _drawn(stack: str) -> Plan:
    one = plan_one(ROOT, stack, ())
    assert one.plan is not None, one
    return replace(one.plan, picture=picture(one.plan.graph, one.plan.file))


def _examples() -> Iterator[str]:
    """Each with its own description and the components that it uses."""
    yield EXAMPLES_HEAD
    for file in sorted((ROOT / "examples").glob("*.yaml")):
        said = yaml.safe_load(file.read_text())
        used = dict.fromkeys(word for step in said.get("steps", []) for word in step if "." in word)
        links = ", ".join(f"[{word}](../docs/components/{word}.md)" for word in used)
        yield f"| [`{file.stem}`]({file.name}) | {cell(said['description'])} | {links} |"


def component(entry: ComponentEntry) -> Iterator[str]:
    """One page: arguments, outputs, children, a step that uses it."""
    made = entry.load()
    yield f"# {entry.word}\n"
    yield f"{_sentence(entry)}\n\n{MADE}\n"
    yield "| argument | takes | default | |\n| --- | --- | --- | --- |"
    for row in rows(made.Args.model_json_schema()):
        if row.path.partition(".")[0] in OF_STEP:
            continue
        default = "**required**" if row.required else f"`{cell(row.default)}`" if row.default else ""
        yield f"| `{row.path}` | {cell(row.type)} | {default} | {cell(row.sentence)} |"
    own = "`tags` and `schedule` stand" if "schedule" in made.Args.model_fields else "`tags` stands"
    yield f"\n{own} beside the component, on the step ([stacks/README.md](../../stacks/README.md)).\n"
    yield "| output | |\n| --- | --- |"
    yield from (f"| `{name}` | {cell(spec.description)} |" for name, spec in made.declared_outputs().items())
    if made.roles:
        yield "\n| child, for `options.children` | |\n| --- | --- |"
        yield from (f"| `{role}` | {cell(sentence)} |" for role, sentence in made.roles.items())
    if (use := use_of(ROOT, entry.word)) is not None:
        file = use.where.rpartition(":")[0]
        yield f"\nFrom [{file}](../../{file}):\n\n```yaml\n{use.text}\n```"


def _sentence(entry: ComponentEntry) -> str:
    return (sys.modules[entry.load().__module__].__doc__ or "").strip().splitlines()[0]


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> int:
    made = generated()
    stale = []
    folders = (ROOT / "docs/components", ROOT / "docs/rules")
    for old in {file.relative_to(ROOT) for folder in folders for file in folder.glob("*.md")} - made.keys():
        stale.append(old)
        if "--check" not in sys.argv:
            (ROOT / old).unlink()
    for path, text in made.items():
        file = ROOT / path
        if file.is_file() and file.read_text() == text:
            continue
        stale.append(path)
        if "--check" not in sys.argv:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
    for path in stale:
        print(f"{path} is not fresh: make tables" if "--check" in sys.argv else f"wrote {path}")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
