"""Which rules, levels and acceptances judge a project: those that lie here, or those of a git revision?

The toolkit's rules judge every project; a project's own `policies/` folder adds rules, and nobody's is replaced. With a
revision all of that comes from there, so that a change cannot excuse itself: rules, `levels.yaml`, `accepted.yaml`,
`catalog.local/`, and what the stack's file says under `policy` and `accept`. What a rule stands on (`rule.py`,
`world.py` ...) is this toolkit's in any case.
"""

from __future__ import annotations

import importlib
import os
import sys
import types
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ultrastack.model.finding import Acceptance
from ultrastack.model.place import Place, Problem, Refused
from ultrastack.policies import acceptance, levels
from ultrastack.policies.finder import BrokenRule, find_rules
from ultrastack.policies.judged import Difference
from ultrastack.policies.rule import Rule
from ultrastack.policies.written import nearest

from .revision import JUDGES, OF_RULES, take

PACKAGE = "ultrastack.policies"
TOOLKIT = Path(levels.FILE).parent
# What a rule stands on is one module for all, or its answers would be of another class than those that are expected
CORE = "acceptance baseline checking finder judged judging levels places resolver rule said world written".split()
DOORS = ("__init__", "__main__", "pack", "pack_profile")  # of the pack
LEVELS, ACCEPTED = "levels.yaml", "accepted.yaml"


@dataclass(frozen=True)
class RuleSet:
    """All that judges one project."""

    root: Path
    rules: tuple[Rule, ...]  # all that there are
    profiles: levels.Profiles
    acceptances: tuple[Acceptance, ...] = ()  # of accepted.yaml
    words: tuple[str, ...] = ()  # ids and topics that are asked alone; none: all
    revision: str = ""
    there: Path | None = None  # the project at that revision
    differences: tuple[Difference, ...] = ()
    _keeps: TemporaryDirectory[str] | None = field(default=None, repr=False)  # lives as long as the rules

    @property
    def selected(self) -> tuple[Rule, ...]:
        return tuple(r for r in self.rules if not self.words or {r.id, r.id.partition(".")[0]} & set(self.words))

    def only(self, words: Sequence[str]) -> RuleSet:
        """These rules or topics alone; Refused for a word that is neither."""
        known = {rule.id for rule in self.rules} | {rule.id.partition(".")[0] for rule in self.rules}
        problems = [
            Problem(Place(f"--rule {word}"), f"there is no rule or topic '{word}'", nearest(word, known))
            for word in words
            if word not in known
        ]
        if problems:
            raise Refused(*problems)
        return replace(self, words=tuple(words))


def load_rules(root: Path) -> RuleSet:
    """Refused for a rule, a profile or an acceptance that cannot be used."""
    own = root / "policies"
    return _loaded(root, own if _is_toolkit(own) else TOOLKIT, own)


def rules_of_revision(root: Path, revision: str) -> RuleSet:
    """The same as of a commit, branch or tag; what differs from what lies here is in `differences`."""
    folder = TemporaryDirectory(prefix="ultrastack-rules-")
    there = Path(folder.name).resolve()
    take(root, revision, there, OF_RULES)
    toolkit = there / "policies" if _is_toolkit(there / "policies") else TOOLKIT
    if not (toolkit / LEVELS).is_file():
        what = f"the revision has no policies/{LEVELS} to judge by"
        raise Refused(Problem(Place(f"--rules-from {revision}"), what, "name a later one"))
    made = _loaded(there, toolkit, there / "policies", shown=f"{revision}:")
    found = tuple(_differences(root, there, revision))
    return replace(made, root=root, revision=revision, there=there, differences=found, _keeps=folder)


def _is_toolkit(policies: Path) -> bool:
    """A checkout of the toolkit itself, perhaps another one than the one that runs: its rules are not a project's."""
    return (policies / "finder.py").is_file() and (policies / LEVELS).is_file()


def _loaded(root: Path, toolkit: Path, own: Path, shown: str = "") -> RuleSet:
    folders = [toolkit] if not own.is_dir() or own.resolve() == toolkit.resolve() else [toolkit, own]
    rules: dict[str, Rule] = {}
    for folder in folders:
        for rule in _rules(folder, f"{shown}policies" if folder == own else "ultrastack.policies"):
            if rule.id in rules:
                place = Place(f"{shown}policies/{rule.id.replace('.', '/')}.py")
                what = f"the rule {rule.id} is one of the toolkit's"
                raise Refused(Problem(place, what, f"give it another name, or a level in policies/{LEVELS}"))
            rules[rule.id] = rule
    every = tuple(rules[one] for one in sorted(rules))
    # also a folder or a link that leads nowhere: what makes the rules stricter must not be lost silently
    files = [(f / LEVELS, _shown(f, own, shown, LEVELS)) for f in folders if os.path.lexists(f / LEVELS)]
    accepted = own / ACCEPTED
    return RuleSet(
        root=root,
        rules=every,
        profiles=levels.read_profiles(every, files),
        acceptances=acceptance.read_accepted(accepted, f"{shown}policies/{ACCEPTED}", rules)
        if accepted.is_file()
        else (),
    )


def _shown(folder: Path, own: Path, before: str, name: str) -> str:
    return f"{before}policies/{name}" if folder == own else f"ultrastack/policies/{name}"


def _rules(folder: Path, shown: str) -> tuple[Rule, ...]:
    package = PACKAGE if folder.resolve() == TOOLKIT.resolve() else _package(folder.resolve())
    try:
        found: tuple[Rule, ...] = find_rules(folder, package)
        return found
    except BrokenRule as e:
        file = f"{shown}/{e.file.parent.name}/{e.file.name}"
        raise Refused(Problem(Place(file), f"the rule cannot be used: {e.why}", f"mend {file}")) from None


def _package(folder: Path) -> str:
    """A package name of its own for each folder, whose `..rule` and `..world` are this toolkit's."""
    name = f"ultrastack_policies_{zlib.crc32(str(folder).encode()):08x}"
    if name not in sys.modules:
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
        for file in sorted(TOOLKIT.glob("*.py")):
            if file.stem in CORE or (file.stem not in DOORS and not (folder / file.name).is_file()):
                module = importlib.import_module(f"{PACKAGE}.{file.stem}")
                sys.modules[f"{name}.{file.stem}"] = module
                setattr(package, file.stem, module)
    return name


def _differences(root: Path, there: Path, revision: str) -> Iterator[Difference]:
    old, new = _judges(there), _judges(root)
    for file in sorted(old.keys() | new.keys()):
        if old.get(file) != new.get(file):
            how = "was changed" if file in old and file in new else "is new" if file in new else "is gone"
            yield Difference(file, how, Place(file, 1, 1) if file in new else None)


def _judges(root: Path) -> Mapping[str, bytes]:
    """Every file that decides what is said, by its name in the project; of a link only where it leads."""
    found = {}
    for top, endings in JUDGES.items():
        if (root / top).is_symlink():
            found[top] = _led_to(root / top)
            continue
        for file in (root / top).rglob("*"):
            if file.suffix in endings and (file.is_symlink() or file.is_file()):
                found[file.relative_to(root).as_posix()] = _led_to(file) if file.is_symlink() else file.read_bytes()
    return found


def _led_to(link: Path) -> bytes:
    return os.fsencode(link.readlink())
