"""What does a project's own `__main__.py` ask for? It runs as Pulumi's Python host would run it."""

from __future__ import annotations

import json
import os
import runpy
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import yaml

from ..model.graph import Graph
from ..model.place import Place, Problem, Refused
from .encrypted import PLACEHOLDER
from .invokes import Fixtures
from .run import run


def capture(
    root: Path,
    stack: str,
    *,
    config: Mapping[str, str] | None = None,
    secret_keys: Sequence[str] = (),
    fixtures: Fixtures | None = None,
    organization: str = "organization",
) -> Graph:
    """The graph of one stack of the project in `root`; `config` wins over the project's files."""
    root = root.resolve()
    project = _load(root, "Pulumi.yaml")
    if "name" not in project:
        raise Refused(Problem(Place("Pulumi.yaml"), "the project has no name", "add `name: my-project`"))
    name, runtime = str(project["name"]), project.get("runtime", "python")
    runtime = runtime.get("name") if isinstance(runtime, Mapping) else runtime
    if runtime != "python":
        raise Refused(
            Problem(Place("Pulumi.yaml"), f"the runtime is {runtime}", "only `runtime: python` can be planned offline")
        )
    found, secrets = _config(root, project, name, stack)
    found |= config or {}
    main = root / str(project.get("main", "."))
    folder = main if main.is_dir() else main.parent
    program = main / "__main__.py" if main.is_dir() else main
    if not program.is_file():
        where = os.path.relpath(program, root)
        raise Refused(Problem(Place("Pulumi.yaml"), f"the project's program is not there: {where}"))
    with _as_host(root, folder):
        return run(
            lambda: runpy.run_path(str(program), run_name="__main__") and None,
            project=name,
            stack=stack,
            organization=organization,
            config=found,
            secret_keys=[*secrets, *secret_keys],
            fixtures=fixtures,
            root=root,
        )


def _config(root: Path, project: Mapping[str, Any], name: str, stack: str) -> tuple[dict[str, str], list[str]]:
    """Defaults of Pulumi.yaml, then the stack's own file, as the CLI hands them to a program."""
    found: dict[str, str] = {}
    secrets: list[str] = []
    for key, given in (project.get("config") or {}).items():
        full = key if ":" in key else f"{name}:{key}"
        if isinstance(given, Mapping) and ("value" in given or "default" in given):
            given = given["value"] if "value" in given else given["default"]
        elif isinstance(given, Mapping) and "type" in given:
            continue
        found[full] = _text(given)
    file = Path(str(project.get("stackConfigDir") or "."), f"Pulumi.{stack}.yaml")
    for key, given in ((_load(root, str(file)) if (root / file).exists() else {}).get("config") or {}).items():
        full = key if ":" in key else f"{name}:{key}"
        if full in secrets:
            secrets.remove(full)
        if _has_secret(given):
            secrets.append(full)
        found[full] = _text(_covered(given))
    return found, secrets


def _has_secret(given: Any) -> bool:
    if isinstance(given, Mapping):
        return set(given) == {"secure"} or any(map(_has_secret, given.values()))
    return isinstance(given, list) and any(map(_has_secret, given))


def _covered(given: Any) -> Any:
    if isinstance(given, Mapping):
        return PLACEHOLDER if set(given) == {"secure"} else {k: _covered(v) for k, v in given.items()}
    return [_covered(v) for v in given] if isinstance(given, list) else given


def _text(given: Any) -> str:
    if given is None:
        return ""
    return given if isinstance(given, str) else json.dumps(given, separators=(",", ":"), default=str)  # str: of dates


def _load(root: Path, file: str) -> dict[str, Any]:
    try:
        data = yaml.safe_load((root / file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused(Problem(Place(file), "no such file", "run this in a Pulumi project's folder")) from None
    except (yaml.YAMLError, UnicodeDecodeError) as e:
        mark = getattr(e, "problem_mark", None)
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise Refused(Problem(place, f"this is not YAML: {getattr(e, 'problem', e)}")) from None
    if data is None:
        return {}
    if not isinstance(data, dict) or not isinstance(data.get("config") or {}, dict):
        what = "`config` is not a mapping" if isinstance(data, dict) else "a mapping is needed here"
        raise Refused(Problem(Place(file), what))
    return data


TOOLKIT = __name__.partition(".")[0]


@contextmanager
def _as_host(root: Path, folder: Path) -> Iterator[None]:
    """Folder, path, arguments and modules as in a process of its own; afterwards as they were.

    Modules of the project this toolkit itself stands in stay loaded, and this toolkit everywhere, also where the folder
    holds another revision of it: a second copy of a class would equal none, and would hear nothing of what is asked.
    """
    path, argv, cwd, modules = sys.path[:], sys.argv[:], Path.cwd(), dict(sys.modules)
    ours = Path(__file__).resolve().is_relative_to(root)
    if not ours:
        for name, module in modules.items():
            top = name.partition(".")[0]
            if top == TOOLKIT:
                continue
            if ((folder / top).is_dir() or (folder / f"{top}.py").is_file()) and not _within(module, folder):
                del sys.modules[name]
    sys.path.insert(0, str(folder))
    sys.argv = [str(folder)]
    os.chdir(folder)
    try:
        with redirect_stdout(sys.stderr):  # a report on stdout stays a report
            yield
    finally:
        os.chdir(cwd)
        sys.path[:], sys.argv[:] = path, argv
        if not ours:
            for name in [n for n, m in sys.modules.items() if n not in modules and _within(m, folder)]:
                del sys.modules[name]
            sys.modules.update({n: m for n, m in modules.items() if n not in sys.modules})


def _within(module: Any, folder: Path) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and Path(file).is_relative_to(folder) and "site-packages" not in Path(file).parts
