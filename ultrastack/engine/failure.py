"""What went wrong in the user's program, in the user's terms, and where?"""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..model.place import Place, Problem
from ..model.step import Step

TOOLKIT = Path(__file__).resolve().parents[1]  # its own frames are never the user's place


class ProgramFailed(Exception):
    """The program ended with an error; `__cause__` keeps the original, where there is one, with its traceback."""

    def __init__(self, problem: Problem, step: Step | None = None):
        super().__init__(str(problem))
        self.problem, self.step = problem, step


def failed(what: str, fix: str = "", step: Step | None = None, place: Place | None = None) -> ProgramFailed:
    """The step that is concerned says where; without one the line of the program, if any is known."""
    what = what.expandtabs(2)
    if step is None:
        return ProgramFailed(Problem(place or Place("__main__.py"), what, fix))
    code = f" ({place.file}:{place.line})" if place and place.file != step.place.file else ""
    return ProgramFailed(Problem(step.place, f"step '{step.name}': {what}{code}", fix), step)


def words(error: BaseException) -> tuple[str, str]:
    """KeyError: 'name'; of an error without a text its name alone. And the fix, where there is one."""
    if type(error).__name__ == "_OutputToStringError":  # private to the SDK, whose own text is a page
        return (
            "a text is made of an Output, whose value is not known yet",
            "use Output.concat(...) or Output.format(...)",
        )
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return (f"{type(error).__name__}: {text}" if text else type(error).__name__), ""


def frames(error: BaseException) -> list[traceback.FrameSummary]:
    """Outermost first."""
    return list(traceback.extract_tb(error.__traceback__))


def place_of(error: BaseException, root: Path) -> Place | None:
    """The innermost line of the project's own code that the error went through, or what caused the error."""
    for one in _causes(error):
        if isinstance(one, SyntaxError) and one.lineno and (file := _within(root, one.filename or "")):
            return Place(file, one.lineno, one.offset or 1, 1, (one.text or "").rstrip("\n"))
        for frame in reversed(frames(one)):
            if frame.lineno and (file := _within(root, frame.filename)):
                column = (frame.colno or 0) + 1
                width = (frame.end_colno or column) - column + 1 if frame.end_lineno == frame.lineno else 1
                line = linecache.getline(frame.filename, frame.lineno).rstrip("\n")
                return Place(file, frame.lineno, column, max(1, width), line)
    return None


def place_at(uri: str, line: int, root: Path) -> Place | None:
    """The line that an SDK names as the origin of a registration: file:///project/__main__.py."""
    path = unquote(urlsplit(uri).path)
    if not line or not (file := _within(root, path)):
        return None
    text = linecache.getline(path, line).rstrip("\n")
    column = len(text) - len(text.lstrip()) + 1
    return Place(file, line, column, max(1, len(text.strip())), text)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen:
        seen.append(one)
        yield one
        one = one.__cause__ or one.__context__


def _within(root: Path, filename: str) -> str:
    """The file's path below the project's root; "" for installed packages and the toolkit itself."""
    file = Path(filename)
    if not file.is_relative_to(root) or file.is_relative_to(TOOLKIT) or "site-packages" in file.parts:
        return ""
    return str(file.relative_to(root))
