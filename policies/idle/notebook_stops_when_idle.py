"""A notebook instance has a lifecycle configuration, the only thing that can stop it when nobody works."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="a notebook instance has a lifecycle configuration that stops it",
    level="advisory",
    why="A notebook instance runs until somebody stops it; closing the browser does not.",
    fix="set `lifecycleConfigName` to a configuration that stops the instance after an idle hour",
    references=("https://www.github.com/svpino/amazon-sagemaker-notebook-instance-lifecycle-config-samples",),
)


@RULE.resource("aws:sagemaker/notebookInstance:NotebookInstance")
def check(notebook: Subject) -> Iterator[Said]:
    if not notebook.has("lifecycleConfigName"):
        kind = notebook.raw("instanceType")
        name = f" ({kind})" if isinstance(kind, str) else ""
        yield fail(notebook, f"nothing stops the notebook{name} when nobody works", at="lifecycleConfigName")
