"""Which project and which stack does a command speak of?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


@dataclass(frozen=True)
class Project:
    """A folder with a Pulumi.yaml, looked for when it is needed: `completion` and `doc when` work anywhere."""

    folder: Path

    @classmethod
    def find(cls, folder: Path | None) -> Project:
        return cls((folder or Path.cwd()).absolute())

    @cached_property
    def found(self) -> Path | None:
        return next((f for f in (self.folder, *self.folder.parents) if (f / "Pulumi.yaml").is_file()), None)

    @property
    def root(self) -> Path:
        if self.found is not None:
            return self.found
        raise click.UsageError(
            f"no Pulumi.yaml in {self.folder} or above it, so this is no project; "
            "go to the project's folder or name it with -C DIR"
        )

    @property
    def home(self) -> Path:
        """For questions that have an answer without a project: the toolkit's own components are always there."""
        return self.found or self.folder

    @cached_property
    def stacks(self) -> tuple[str, ...]:
        """Names of the stack files that are environments, not only extended by them."""
        from ultrastack.language.stacks import stacks

        return tuple(stacks(self.root))

    def stack(self, word: str | None) -> str:
        """The stack that a word means, its name or the path of its file."""
        from ultrastack.language.stacks import stack_path

        root = self.root
        if word is None:
            raise click.UsageError(f"which stack? There are: {', '.join(self.stacks) or 'none; write stacks/dev.yaml'}")
        return stack_path(root, word).stem

    @cached_property
    def examples(self) -> tuple[str, ...]:
        from ultrastack.language.stacks import examples

        return tuple(examples(self.root))

    def file_of(self, stack: str) -> Path:
        return self.root / ("stacks" if stack in self.stacks else "examples") / f"{stack}.yaml"

    def step_names(self, stack: str) -> list[str]:
        """As written, extended files first; a looped name is left out: only reading everything tells its rounds."""
        from ultrastack.language.extends import flattened

        file = self.file_of(stack).relative_to(self.root).as_posix()
        steps = flattened(file, self.root, []).data().get("steps", [])
        names = [step.get("name") for step in steps if isinstance(step, dict)]
        return [name for name in names if isinstance(name, str) and "{{" not in name]


def folder_of(ctx: click.Context) -> Path | None:
    """What -C says, after the command or, as with git and make, before it."""
    found: Path | None = ctx.params.get("project") or ctx.find_root().params.get("project")
    return found


def complete_stacks(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return _items(lambda project: [*project.stacks, *project.examples], ctx, incomplete)


def complete_steps(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    # after an option without its value click leaves the stack among the words that it has not placed
    stack = ctx.params.get("stack") or next(iter(ctx.args), None)
    return _items(lambda project: project.step_names(project.stack(stack)), ctx, incomplete)


def _items(words: Callable[[Project], Iterable[str]], ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """A file that cannot be read completes nothing: the shell's line is no place for an error."""
    from click.shell_completion import CompletionItem

    try:
        found = list(words(Project.find(folder_of(ctx))))
    except Exception:
        return []
    return [CompletionItem(word) for word in found if word.startswith(incomplete)]
