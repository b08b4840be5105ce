"""How do the reports of finished previews get onto the merge requests of GitLab?

Run by a schedule on the protected default branch, which alone may see the token: a pipeline of a merge request runs
whatever `.gitlab-ci.yml` the merge request brings. Each open merge request whose newest commit has a finished preview
in this project gets one note, brought up to date. Ends with 1 if one of them could not be written, and says why.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

import report
from api import Api, Clock, Problem, Refused
from publish import Thread, publish

JOB = "preview"
FILE = "report/comment.md"
LONGEST = 1_000_000  # https://docs.gitlab.com/administration/instance_limits: size of comments
JUDGES = (".gitlab-ci.yml", ".gitlab/", ".github/scripts/")


def main(env: Mapping[str, str], clock: Clock) -> int:
    try:
        headers = {"PRIVATE-TOKEN": env["ULTRASTACK_NOTE_TOKEN"], "User-Agent": "ultrastack"}
        api = Api(env["CI_API_V4_URL"], headers, clock)
        project = f"/projects/{int(env['CI_PROJECT_ID'])}"
        me = api.get("/user")["id"]
        opened = list(api.pages(f"{project}/merge_requests", state="opened"))
    except KeyError as e:
        print(f"no note: {e.args[0]} is not set; docs/pull-requests.md says how")
        return 1
    except (Problem, TypeError, ValueError) as e:
        print(f"no note: {e}")
        return 1
    return max([_one(api, project, me, one) for one in opened], default=0)


def _one(api: Api, project: str, me: int, merge_request: Any) -> int:
    number = int(merge_request["iid"])
    try:
        job = _job(api, project, merge_request)
        if job is None:
            print(f"merge request {number}: no finished preview of {merge_request['sha'][:7]} in this project")
            return 0
        path = f"{project}/merge_requests/{number}/notes"
        thread = Thread(api, path, path, "PUT", lambda one: one["author"]["id"] == me, LONGEST)
        text = report.without_quick_actions(_text(api, project, number, job))
        now = api.get(f"{project}/merge_requests/{number}")["sha"]
        if now != merge_request["sha"]:  # then the files listed may be another commit's
            print(f"merge request {number}: {merge_request['sha'][:7]} is no longer the newest commit")
            return 0
        said = publish(thread, text, f"The whole report is an artifact of [this job]({job['web_url']}).")
    except Problem as e:
        print(f"merge request {number}: no note: {e}")
        return 1
    except (KeyError, TypeError, ValueError) as e:
        print(f"merge request {number}: no note: the API answered otherwise than it is documented ({type(e).__name__})")
        return 1
    print(f"merge request {number}: {said}")
    return 0


def _job(api: Api, project: str, merge_request: Any) -> Any:
    """The newest finished preview of the newest commit. A fork's own pipelines are the fork's, and are not read."""
    for pipeline in api.pages(f"{project}/merge_requests/{int(merge_request['iid'])}/pipelines"):
        if pipeline["sha"] != merge_request["sha"] or f"/projects/{pipeline['project_id']}" != project:
            continue
        for job in api.pages(f"{project}/pipelines/{int(pipeline['id'])}/jobs"):
            if job["name"] == JOB and job["status"] in ("success", "failed"):
                return job
    return None


def _text(api: Api, project: str, number: int, job: Any) -> str:
    changed = api.pages(f"{project}/merge_requests/{number}/diffs")
    if any(name.startswith(JUDGES) for one in changed for name in (one["new_path"], one["old_path"])):
        return (
            f"{report.MARKER}\n**Not repeated here**: this merge request changes what makes the report, so that it "
            f"could say anything.\n\nRead those changes first; then [the job]({job['web_url']}).\n"
        )
    try:
        return report.text(api.download(f"{project}/jobs/{int(job['id'])}/artifacts/{FILE}", report.TEXT))
    except Refused as e:
        if e.status != 404:
            raise
        return (
            f"{report.MARKER}\n**No report**: the preview ended as `{job['status']}` without one.\n\n"
            f"[Its log]({job['web_url']}) says why.\n"
        )


if __name__ == "__main__":
    sys.exit(main(os.environ, Clock()))
