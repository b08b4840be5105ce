"""How does the report of a finished preview get onto its pull request on GitHub?

Run by `workflow_run`, from the default branch, with a token that may write comments. What the preview left behind may
have been made by anybody: which pull request it belongs to is asked of GitHub, and one file of it is taken, as text.
(https://securitylab.github.com/research/github-actions-preventing-pwn-requests: the second workflow treats artifacts as
untrusted.) Ends with 0 if there is nothing more to do, with 1 if it could not be done, and says why.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import report
from api import Api, Clock, Problem, Refused
from publish import Thread, publish

ARTIFACT = "ultrastack-report"
LONGEST = 65_536  # characters of a comment
JUDGES = (".github/",)  # what makes the report: whoever changes it could write anything
FILES_LISTED = 3000  # https://docs.github.com/rest/pulls/pulls#list-pull-requests-files


@dataclass(frozen=True)
class Run:
    """The preview that has finished, as GitHub tells it; all but `title` cannot be chosen by a pull request."""

    repository: str
    id: int
    sha: str
    branch: str
    head_repository: str
    conclusion: str
    title: str
    pulls: tuple[int, ...]  # empty for a fork
    server: str

    @property
    def log(self) -> str:
        return f"{self.server}/{self.repository}/actions/runs/{self.id}"


def main(env: Mapping[str, str], clock: Clock) -> int:
    try:
        run = _run(env)
        if run.conclusion in ("cancelled", "skipped", "action_required", "stale"):
            print(f"nothing to do: the preview ended as {run.conclusion}")
            return 0
        api = _api(env, clock)
        number = _pull(api, run)
        if number is None:
            return 0
        text = _text(api, run, number)
        if not _is_of(api.get(_path(run, f"/pulls/{number}")), run):  # then the files listed may be another commit's
            print(f"nothing to do: {run.sha[:7]} is no longer the newest commit")
            return 0
        said = publish(_thread(api, run, number, _author(env)), text, _pointer(run))
    except Problem as e:
        hint = ": the job needs `pull-requests: write` and `actions: read`" if _forbidden(e) else ""
        print(f"no comment: {e}{hint}")
        return 1
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        print(f"no comment: the API answered otherwise than it is documented ({type(e).__name__})")
        return 1
    print(f"pull request {number}: {said}")
    return 0


def _forbidden(problem: Problem) -> bool:
    return isinstance(problem, Refused) and problem.status in (401, 403, 404)


def _run(env: Mapping[str, str]) -> Run:
    try:
        event = json.loads(Path(env["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
        run = event["workflow_run"]
        return Run(
            env["GITHUB_REPOSITORY"],
            int(run["id"]),
            run["head_sha"],
            run["head_branch"] or "",
            (run["head_repository"] or {}).get("full_name", ""),
            run["conclusion"] or "",
            run.get("display_title") or "",
            tuple(
                int(one["number"])
                for one in run["pull_requests"]  # also those into other repositories
                if one["base"]["repo"]["id"] == event["repository"]["id"]
            ),
            env.get("GITHUB_SERVER_URL", "https://github.com"),
        )
    except (KeyError, TypeError, ValueError, OSError) as e:
        raise Problem(f"this is no event of a finished workflow ({type(e).__name__}: {e})") from e


def _api(env: Mapping[str, str], clock: Clock) -> Api:
    headers = {
        "Authorization": f"Bearer {env.get('GITHUB_TOKEN', '')}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        "User-Agent": "ultrastack",
    }
    return Api(env.get("GITHUB_API_URL", "https://api.github.com"), headers, clock)


def _author(env: Mapping[str, str]) -> str:
    return env.get("COMMENT_AUTHOR") or "github-actions[bot]"


def _pull(api: Api, run: Run) -> int | None:
    """The open pull request that this commit is the newest of; None, and said, if there is none any more."""
    found = [number for number in _candidates(api, run) if _is_of(api.get(_path(run, f"/pulls/{number}")), run)]
    if len(found) > 1:  # one branch into two others; `run-name` says which, and can only choose among these
        found = [number for number in found if f"#{number} " in f"{run.title} "] or found
    if len(found) > 1:
        raise Problem(f"{run.sha[:7]} is the newest commit of several pull requests, and which is not known")
    if not found:
        print(f"nothing to do: {run.sha[:7]} is not the newest commit of an open pull request")
        return None
    return found[0]


def _candidates(api: Api, run: Run) -> list[int]:
    if run.pulls:
        return list(run.pulls)
    owner = run.head_repository.partition("/")[0]  # of a fork GitHub tells no number
    if not owner or not run.branch:
        return []
    open_ones = api.pages(_path(run, "/pulls"), state="open", head=f"{owner}:{run.branch}")
    return [int(one["number"]) for one in open_ones if _is_of(one, run)]


def _is_of(pull: Any, run: Run) -> bool:
    head, base = pull.get("head") or {}, pull.get("base") or {}
    return (
        pull.get("state") == "open"
        and head.get("sha") == run.sha
        and (head.get("repo") or {}).get("full_name") == run.head_repository
        and (base.get("repo") or {}).get("full_name") == run.repository
    )


def _text(api: Api, run: Run, number: int) -> str:
    """The report, or why there is none."""
    if _changes_judges(api, run, number):
        return (
            f"{report.MARKER}\n**Not repeated here**: this pull request changes `.github/`, so that its report could "
            f"say anything.\n\nRead those changes first; then [the run]({run.log}) for `{run.sha[:7]}`.\n"
        )
    artifact = _artifact(api, run)
    if artifact is None:
        return (
            f"{report.MARKER}\n**No report** for `{run.sha[:7]}`: the preview ended as `{run.conclusion}` without one."
            f"\n\n[Its log]({run.log}) says why.\n"
        )
    return report.from_archive(api.download(_path(run, f"/actions/artifacts/{artifact}/zip"), report.ARCHIVE))


def _changes_judges(api: Api, run: Run, number: int) -> bool:
    names = [
        name
        for one in api.pages(_path(run, f"/pulls/{number}/files"))
        for name in (one.get("filename"), one.get("previous_filename"))
        if name
    ]
    return len(names) >= FILES_LISTED or any(name.startswith(JUDGES) for name in names)


def _artifact(api: Api, run: Run) -> int | None:
    """The newest, of a run that was repeated."""
    found = api.get(_path(run, f"/actions/runs/{run.id}/artifacts"), name=ARTIFACT, per_page="100")["artifacts"]
    ours = [one for one in found if one["name"] == ARTIFACT and not one["expired"]]
    if not ours:
        return None
    newest = max(ours, key=lambda one: int(one["id"]))
    if newest["size_in_bytes"] > report.ARCHIVE:
        raise report.NotOurs(f"the artifact has {newest['size_in_bytes']:,} bytes")
    return int(newest["id"])


def _thread(api: Api, run: Run, number: int, author: str) -> Thread:
    return Thread(
        api,
        _path(run, f"/issues/{number}/comments"),
        _path(run, "/issues/comments"),
        "PATCH",
        lambda one: (one.get("user") or {}).get("login") == author,
        LONGEST,
    )


def _pointer(run: Run) -> str:
    return f"The whole report is an artifact of [this run]({run.log}), `{ARTIFACT}`."


def _path(run: Run, rest: str) -> str:
    return f"/repos/{run.repository}{rest}"


if __name__ == "__main__":
    sys.exit(main(os.environ, Clock()))
