"""What is asked about a new stack, and which answers can be?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import first_up
from .questions import Check, Questions

if TYPE_CHECKING:
    from ultrastack.language.beginning.start import Start

OPTIONS = {  # cloud and setting -> option and question
    ("aws", "region"): ("--aws-region", "AWS region"),
    ("aws", "account_id"): ("--aws-account", "AWS account, 12 digits"),
    ("gcp", "project"): ("--gcp-project", "Google Cloud project"),
    ("gcp", "region"): ("--gcp-region", "Google Cloud region"),
    ("gcp", "zone"): ("--gcp-zone", "Google Cloud zone"),
}


def start(root: Path, questions: Questions, given: str | None) -> str:
    """What it begins with; everything else depends on it."""
    answer = questions.ask("--from", _what_there_is(root, questions, given), given, _start_problem(root), "empty")
    questions.done()
    return answer


def _what_there_is(root: Path, questions: Questions, given: str | None) -> str:
    """The question of the start; what can be answered is shown above it."""
    if given is None and questions.terminal:
        from ultrastack.language.beginning.start import starts

        words = starts(root)
        width = max(map(len, words)) + 2
        for word, sentence in words.items():
            click.echo(f"  {word:<{width}}{sentence}", err=True)
    return "Begin with"


def _start_problem(root: Path) -> Check:
    from ultrastack.language.beginning.start import start
    from ultrastack.model.place import Refused

    def problem(word: str) -> str:
        try:
            start(root, word)
        except Refused as e:
            return "\n".join(f"{p.what}; {p.fix}" if p.place.file == "--from" else str(p) for p in e.problems)
        return ""

    return problem


def targets(questions: Questions, begin: Start, given: Mapping[str, str | None]) -> dict[str, dict[str, str]]:
    """Each setting that the start has, or, for an empty one, that was given or is wanted."""
    found: dict[str, dict[str, str]] = {}
    for cloud in ("aws", "gcp"):
        there = begin.targets.get(cloud)
        if there is None and begin.kind != "empty":
            _refuse_unasked(begin, cloud, given)
            continue
        found |= {cloud: answers} if (answers := _target(questions, begin, cloud, given)) else {}
    if begin.kind == "empty" and not found and not questions.missing:
        if questions.terminal:
            raise click.UsageError("a stack is made somewhere: it needs AWS, or Google Cloud, or both")
        questions.missing += ["--aws-region and --aws-account", "or --gcp-project and --gcp-region"]
    return found


def _refuse_unasked(begin: Start, cloud: str, given: Mapping[str, str | None]) -> None:
    for (one, _), (option, _) in OPTIONS.items():
        if one == cloud and given[_parameter(option)] is not None:
            raise click.UsageError(f"{option}: {begin.word} makes nothing there")


def _parameter(option: str) -> str:
    return option.removeprefix("--").replace("-", "_")


def _target(questions: Questions, begin: Start, cloud: str, given: Mapping[str, str | None]) -> dict[str, str]:
    from ultrastack.language.beginning.start import ASKED, OPTIONAL, target_problem

    there = begin.targets.get(cloud, {})
    answers: dict[str, str] = {}
    options = [OPTIONS[cloud, key][0] for key in ASKED[cloud]]
    if begin.kind == "empty" and all(given[_parameter(option)] is None for option in options):
        name = {"aws": "AWS", "gcp": "Google Cloud"}[cloud]
        if not questions.terminal or not click.confirm(f"Anything on {name}?", default=False, err=True):
            return {}
    for key in ASKED[cloud]:
        option, text = OPTIONS[cloud, key]
        said = given[_parameter(option)]
        if said is None and key not in there and (begin.kind != "empty" or key in OPTIONAL):
            continue  # what it begins with does without
        if said is not None and key not in there and begin.kind == "example":
            raise click.UsageError(f"{option}: {begin.word} names none")
        if said is None and begin.kind == "stack" and not questions.terminal:
            continue  # what it extends says it

        def check(value: str, key: str = key) -> str:
            return target_problem(cloud, {**{k: v for k, v in answers.items() if v}, key: value})

        placeholder = begin.kind == "example" and key in ("account_id", "project")
        answers[key] = questions.ask(option, text, said, check, None if placeholder else there.get(key))
    return {key: value for key, value in answers.items() if value}


def tags(questions: Questions, begin: Start, given: tuple[str, ...]) -> dict[str, str] | None:
    """None: those of the start stay."""
    if given:
        for one in given:
            if problem := _tag_problem(one):
                raise click.UsageError(f"--tag: {problem}")
        return dict(_pair(one) for one in given)
    if not questions.terminal:
        return None
    there = " ".join(f"{k}={v}" for k, v in begin.tags.items())
    answer = questions.ask("--tag", "Cost tags, as key=value key=value", None, _tags_problem, there)
    return None if answer == there else dict(_pair(one) for one in answer.split())


def _pair(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    return key.strip(), value.strip()


def _tag_problem(text: str) -> str:
    key, value = _pair(text)
    plain = key.isprintable() and value.isprintable() and "{{" not in text
    return "" if key and value and plain else f"{text!r} is no tag; write KEY=VALUE, as cost-center=ml-research"


def description_problem(text: str) -> str:
    """What stands in the file on one line, and is what was said."""
    if not text.strip():
        return "a sentence has words"
    return "" if text.isprintable() and "{{" not in text else f"{text!r} is no sentence on one line"


def _tags_problem(text: str) -> str:
    return next((problem for one in text.split() if (problem := _tag_problem(one))), "")


def state(questions: Questions, given: str | None) -> str | None:
    if given is None and not questions.terminal:
        return None
    text = "State in (s3://BUCKET?region=REGION, gs://BUCKET, file://~, pulumi-cloud)"
    return questions.ask("--state", text, given, first_up.state_problem, first_up.PULUMI_CLOUD)


def secrets(questions: Questions, given: str | None, state: str | None) -> str | None:
    if given is None and not questions.terminal:
        return None
    text = "Secrets encrypted with (default, passphrase, awskms://KEY?region=REGION, gcpkms://projects/...)"
    default = "default" if state == first_up.PULUMI_CLOUD else "passphrase"
    return questions.ask("--secrets", text, given, first_up.secrets_problem, default)
