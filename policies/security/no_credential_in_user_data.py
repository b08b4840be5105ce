"""Scripts that machines start with hold no credential."""

from __future__ import annotations

from collections.abc import Iterator

from ..credentials import credential_in, script
from ..launches import CONFIGURATION, INSTANCE, SPOT_INSTANCE, TEMPLATE
from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Subject

NOTEBOOK = "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration"
STUDIO = "aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig"
SCRIPTS = {  # input -> whether it is always Base64
    TEMPLATE: {"userData": True},
    CONFIGURATION: {"userData": False, "userDataBase64": True},
    INSTANCE: {"userData": False, "userDataBase64": True},
    SPOT_INSTANCE: {"userData": False, "userDataBase64": True},
    NOTEBOOK: {"onCreate": True, "onStart": True},
    STUDIO: {"studioLifecycleConfigContent": True},
}

RULE = Rule(
    title="user data holds no credential",
    level="mandatory",
    why="Every program on the machine reads user data, and so does everybody who may describe it, or the template.",
    fix="keep it in Secrets Manager, and let the machine's role read it there when it starts",
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html",
    ),
)


@RULE.resource(*SCRIPTS)
def check(subject: Subject) -> Iterator[Said]:
    given = {name: encoded for name, encoded in SCRIPTS[subject.type].items() if subject.has(name)}
    if not given:
        raise NotApplicable
    for name, encoded in given.items():
        yield from each(_of_script, subject, name, encoded)


def _of_script(subject: Subject, name: str, encoded: bool) -> Iterator[Said]:
    if kind := credential_in(script(subject.text(name), encoded=encoded)):
        yield fail(subject, f"`{name}` holds {kind}", at=name)
