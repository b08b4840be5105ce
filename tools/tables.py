"""Which files are written by the code itself? The tables of components and of the language, the JSON Schema.

python tools/tables.py            write them
python tools/tables.py --check    exit 1 and name those that are not fresh
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from ultrastack.cli.arguments import rows
from ultrastack.language.finder import ComponentEntry, find_components
from ultrastack.language.schema import stack_schema
from ultrastack.language.tables import refreshed

ROOT = Path(__file__).resolve().parents[1]
HEAD = """# Components

Made by `make tables` from the components themselves; `ultrastack doc WORD` prints one of them, with an example.
"""


def generated() -> dict[Path, str]:
    components = find_components(ROOT)
    table = [HEAD, *(line for entry in components.values() for line in component(entry))]
    return {
        Path("docs/components.md"): "\n".join(table) + "\n",
        Path("stacks/stack.schema.json"): json.dumps(stack_schema(components), indent=1, ensure_ascii=False) + "\n",
        Path("stacks/README.md"): refreshed((ROOT / "stacks/README.md").read_text()),
    }


def component(entry: ComponentEntry) -> Iterator[str]:
    """One section: arguments, outputs, children."""
    made = entry.load()
    module = sys.modules[made.__module__]
    yield f"## {entry.word}\n"
    yield (module.__doc__ or "").strip().splitlines()[0] + "\n"
    yield "| argument | takes | default | |\n| --- | --- | --- | --- |"
    for row in rows(made.Args.model_json_schema()):
        default = "**required**" if row.required else f"`{cell(row.default)}`" if row.default else ""
        yield f"| `{row.path}` | {cell(row.type)} | {default} | {cell(row.sentence)} |"
    yield "\n| output | |\n| --- | --- |"
    yield from (f"| `{name}` | {cell(spec.description)} |" for name, spec in made.declared_outputs().items())
    if made.roles:
        yield "\n| child, for `options.children` | |\n| --- | --- |"
        yield from (f"| `{role}` | {cell(sentence)} |" for role, sentence in made.roles.items())
    yield ""


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> int:
    stale = []
    for path, text in generated().items():
        file = ROOT / path
        if file.is_file() and file.read_text() == text:
            continue
        stale.append(path)
        if "--check" not in sys.argv:
            file.write_text(text)
    for path in stale:
        print(f"{path} is not fresh: make tables" if "--check" in sys.argv else f"wrote {path}")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
