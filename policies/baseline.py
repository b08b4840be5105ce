"""Which findings were there before somebody began to look? They are known, and do not stand against the stack."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ultrastack.model.finding import Finding, Judgement, Known
from ultrastack.model.place import Place, Problem, Refused

SCHEMA = "https://ultrastack.invalid/schema/baseline"  # a name, not an address
VERSION = 1
FIELDS = ("rule", "urn", "id", "message")
FIX = "write it again: ultrastack check STACK --write-baseline FILE"


def write_baseline(judgements: Judgement | Iterable[Judgement]) -> str:
    """What fails and nobody has accepted; sorted, so that its diff shows what came and what went."""
    given = [judgements] if isinstance(judgements, Judgement) else judgements
    standing = {
        (f.rule, f.urn, f.id): f.message
        for judgement in given
        for f in judgement.findings
        if f.verdict == "fail" and f.accepted is None
    }
    known = [
        {"rule": rule, "urn": urn, "id": id_, "message": message}
        for (rule, urn, id_), message in sorted(standing.items())
    ]
    return json.dumps({"schema": SCHEMA, "version": VERSION, "findings": known}, indent=1, ensure_ascii=False) + "\n"


def read_baseline(path: Path) -> tuple[Known, ...]:
    """Refused for a file that write_baseline has not written."""
    try:
        return parse_baseline(path.read_bytes(), str(path))
    except OSError as e:
        why = (e.strerror or "no reason given").lower()
        raise Refused(Problem(Place(str(path)), f"the baseline cannot be read: {why}", FIX)) from None


def parse_baseline(content: bytes, shown: str) -> tuple[Known, ...]:
    """The same of its content; `shown` is what the file is called."""
    place, text = Place(shown), ""
    try:
        text = content.decode("utf-8-sig")
        data = json.loads(text)
    except UnicodeDecodeError:
        raise Refused(Problem(place, "the baseline is not UTF-8 text", FIX)) from None
    except json.JSONDecodeError as e:
        lines = text.splitlines()
        excerpt = lines[e.lineno - 1] if e.lineno <= len(lines) else ""
        at = Place(shown, e.lineno, e.colno, 1, excerpt)
        raise Refused(Problem(at, f"the baseline is no JSON: {e.msg}", FIX)) from None
    except RecursionError:
        raise Refused(Problem(place, "the baseline is nested too deeply", FIX)) from None
    except ValueError:  # Python reads no number of so many digits
        raise Refused(Problem(place, "the baseline has a number, which it never has", FIX)) from None
    return tuple(_entries(data, place))


def _entries(data: Any, place: Place) -> Iterable[Known]:
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise Refused(Problem(place, "this is no baseline of ultrastack", FIX))
    if data.get("version") != VERSION:
        what = f"baseline version {data.get('version')} is not understood; this ultrastack reads version {VERSION}"
        raise Refused(Problem(place, what, FIX))
    found = data.get("findings")
    if not isinstance(found, list):
        raise Refused(Problem(place, "the baseline has no list of findings", FIX))
    for i, one in enumerate(found):
        if not isinstance(one, dict) or sorted(one) != sorted(FIELDS) or not all(isinstance(one[k], str) for k in one):
            what = f"findings[{i}] of the baseline must have {', '.join(FIELDS)}, all texts"
            raise Refused(Problem(place, what, FIX))
        yield Known(**one)


def against(findings: Iterable[Finding], baseline: Iterable[Known]) -> tuple[list[Finding], tuple[Known, ...]]:
    """The findings, marked where they are known, and the entries that match nothing any more."""
    entries = {one.id: one for one in baseline}
    found = [replace(f, known=True) if f.verdict == "fail" and f.id in entries else f for f in findings]
    there = {f.id for f in found}
    return found, tuple(one for one in entries.values() if one.id not in there)
