"""What is a word of Ansible, Terraform, Pulumi YAML or a CI file called here?

Data only: {where it was written: {the foreign word: what to type instead}}. People bring these words along, and the
nearest word by spelling would send them somewhere else: `tasks` is not `tags`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .quoting import SMART
from .values import nearest

_LOOP = "use `loop`, and {{ item }} in the name: loop: [a, b]"
_STEPS = "use 'steps'"
_VARS = "use 'vars'"
_INCLUDE = "use 'include'"
_PROVIDERS = 'write aws: {region: us-east-2, account_id: "111122223333"} at the top of the file'
_OPTIONS = "write it under `options`: options: {%s}"
_CHILD = "name the child it means: options: {children: {ROLE: {%s: ...}}}"
_CONFIG = "remove it: the stack's config is in stacks/Pulumi.STACK.yaml, and read by {{ config('key') }}"
_NO_HOSTS = "remove it: steps make cloud resources, nothing is run on hosts"
_NO_TASKS = "remove it: Pulumi decides what is done, and in which order"
_ENVIRONMENT = "remove it: the stack's name is the name of its file"
_CREDENTIALS = "remove it: credentials come from the environment, or from a profile: profile: NAME"
_NO_ENVIRONMENT = "pulumi config set KEY VALUE, and {{ config('KEY') }}"

TOP: Mapping[str, str] = {
    **dict.fromkeys(("tasks", "resources", "resource", "module", "modules", "components", "jobs", "stages"), _STEPS),
    **dict.fromkeys(("pre_tasks", "post_tasks", "roles", "services"), _STEPS),
    **dict.fromkeys(("variables", "variable", "locals", "params", "parameters", "values", "env"), _VARS),
    **dict.fromkeys(("imports", "import", "inherits", "base", "parent", "bases"), "use 'extends'"),
    **dict.fromkeys(("hosts", "become", "gather_facts", "connection", "remote_user", "collections"), _NO_HOSTS),
    **dict.fromkeys(("handlers", "notify"), _NO_TASKS),
    **dict.fromkeys(("name", "environment", "stack"), _ENVIRONMENT),
    **dict.fromkeys(("config", "secrets"), _CONFIG),
    **dict.fromkeys(("runtime", "backend"), "remove it: it belongs into Pulumi.yaml"),
    **dict.fromkeys(("labels", "default_tags", "default_labels"), "use 'tags'"),
    **dict.fromkeys(("region", "account_id", "provider"), _PROVIDERS),
    **dict.fromkeys(("terraform", "version"), "remove it"),
    "vars_files": "use 'extends': a file with `vars` in it",
    "project": "write it under `gcp`: gcp: {project: example-ml, region: us-east5}",
    "include": "write it in a step: steps: [{name: west, include: west.yaml}], or use 'extends' to stand above it",
    "output": "use 'outputs'",
    "data": "use 'vars', or {{ stack_output('organization/project/stack', 'key') }}",
}

STEP: Mapping[str, str] = {
    **dict.fromkeys(("with_items", "with_list", "with_dict", "with_sequence", "with_flattened"), _LOOP),
    **dict.fromkeys(("for_each", "foreach", "each", "items", "repeat", "matrix", "with_together"), _LOOP),
    "count": 'use `loop`, as loop: "{{ range(3) }}", and {{ item }} in the name',
    "loop_control": "use `as` to rename the item; {{ index }} counts the rounds",
    **dict.fromkeys(("loop_var", "iterator"), "use 'as'"),
    **dict.fromkeys(("if", "condition", "only_if"), "use 'when'"),
    "unless": "use `when: not ...`",
    **dict.fromkeys(("depends_on", "dependsOn", "needs", "requires"), _OPTIONS % "depends_on: [net]"),
    **dict.fromkeys(("protect", "prevent_destroy", "lifecycle"), _OPTIONS % "protect: true"),
    **dict.fromkeys(("retain_on_delete", "retainOnDelete"), _OPTIONS % "retain_on_delete: true"),
    **dict.fromkeys(("ignore_changes", "ignoreChanges"), _CHILD % "ignore_changes"),
    **dict.fromkeys(("import", "import_id"), _CHILD % "import"),
    **dict.fromkeys(("delete_before_replace", "create_before_destroy"), _CHILD % "delete_before_replace"),
    **dict.fromkeys(("timeouts", "custom_timeouts"), _CHILD % "custom_timeouts"),
    **dict.fromkeys(("aliases", "alias", "moved", "moved_from"), "use 'formerly'"),
    **dict.fromkeys(("include_tasks", "import_tasks", "include_role", "import_role", "import_playbook"), _INCLUDE),
    **dict.fromkeys(("role", "block", "module"), "use `include` with a file of steps"),
    **dict.fromkeys(("set_fact", "vars_files", "include_vars"), "use `vars`, here or at the top of the file"),
    **dict.fromkeys(("fail", "debug", "precondition"), "use `assert`: {that: CONDITION, message: TEXT}"),
    **dict.fromkeys(("labels",), "use 'tags'"),
    **dict.fromkeys(
        ("region", "account_id"), "name a target under `providers` at the top, and pick it: provider: west"
    ),
    **dict.fromkeys(("become", "delegate_to", "run_once", "environment", "hosts", "connection"), _NO_HOSTS),
    **dict.fromkeys(("notify", "handlers", "until", "retries", "delay", "ignore_errors", "failed_when"), _NO_TASKS),
    **dict.fromkeys(("changed_when", "provisioner", "async", "poll", "no_log", "check_mode"), _NO_TASKS),
    **dict.fromkeys(("register_as", "id", "export"), "use 'register'"),
    **dict.fromkeys(("outputs", "output"), "use `register: NAME`, and {{ NAME.output }} in later steps"),
    **dict.fromkeys(
        ("type", "properties", "component", "resource", "args", "inputs", "arguments", "with", "uses", "source"),
        "write the component as the key, its arguments below: aws.storage_bucket: {versioning: true}",
    ),
    "title": "use 'description'",
    "parent": "remove it: a step's resources are its own",
    "secret": "use {{ secret('key') }} as a value",
}

# keys of `aws`, `gcp` and the entries of `providers`
TARGET: Mapping[str, str] = {
    **dict.fromkeys(("assume_role", "role"), "use 'role_arn'"),
    **dict.fromkeys(("default_tags", "default_labels", "tags", "labels"), "write `tags` at the top of the file"),
    **dict.fromkeys(("access_key", "secret_key", "token", "credentials", "access_key_id"), _CREDENTIALS),
    **dict.fromkeys(("account", "accountId", "allowed_account_ids"), "use 'account_id'"),
    **dict.fromkeys(("project_id", "projectId"), "use 'project'"),
    **dict.fromkeys(("availability_zone", "location"), "use 'zone' for Google Cloud; on AWS components take zone ids"),
}

OPTIONS: Mapping[str, str] = {
    **dict.fromkeys(("dependsOn", "depends"), "use 'depends_on'"),
    **dict.fromkeys(("aliases", "alias"), "write it on the step: formerly: old-name"),
    **dict.fromkeys(("provider", "providers"), "write it on the step: provider: west"),
    **dict.fromkeys(("retainOnDelete",), "use 'retain_on_delete'"),
    **dict.fromkeys(("prevent_destroy",), "use 'protect'"),
    "parent": "remove it: a step's resources are its own",
    **{
        word: f"name the child that it means: options: {{children: {{ROLE: {{{word}: ...}}}}}}"
        for word in ("import", "ignore_changes", "replace_on_changes", "delete_before_replace", "custom_timeouts")
    },
    "ignoreChanges": "name the child that it means: options: {children: {ROLE: {ignore_changes: [...]}}}",
}

# names and functions of expressions
NAMES: Mapping[str, str] = {
    "omit": "name the default itself, as in {{ x | default(true) }}",
    **dict.fromkeys(("lookup", "query", "env", "getenv", "get_env", "os", "environ", "ENV"), _NO_ENVIRONMENT),
    **dict.fromkeys(
        ("now", "timestamp", "timeadd", "uuid"), "write it under `vars`: the same file gives the same plan"
    ),
    **dict.fromkeys(("file", "templatefile", "open"), "write the text out, as a block: key: |"),
    **dict.fromkeys(("hostvars", "groups", "inventory_hostname", "ansible_facts"), "there are no hosts: use `vars`"),
    **dict.fromkeys(("vars", "var", "local", "locals", "variables"), "write the name alone: {{ nodes }}"),
    **dict.fromkeys(("each", "loop"), "in a loop: {{ item }}, of a mapping {{ item.key }}; {{ index }} counts"),
    "count": "{{ index }} counts a loop's rounds; the length of a list is {{ x | length }}",
    **dict.fromkeys(("environment", "stack_name", "workspace", "terraform"), "use 'stack'"),
    **dict.fromkeys(("pulumi", "self", "this", "data", "module"), "`register` a step, and name it: {{ net.vpc_id }}"),
    **dict.fromkeys(("cidrsubnet",), "use 'cidr_subnet'"),
    **dict.fromkeys(("nil", "undefined"), "write null"),
}

# what other languages write in expressions, outside of quotes -> what to type instead; the first that is found counts
SYNTAX: list[tuple[str, str]] = [
    (f"[{SMART}]", "use straight quotes: 'text'"),
    (r"&&|&", "write: a and b"),
    (r"\|\|", "write: a or b"),
    (r"\?\?|\?:", "write: a | default(b)"),
    (r"\?", "write: b if a else c"),
    (r"===?=", "write: a == b"),
    (r"<>|=!", "write: a != b"),
    (r"![^=]", "write: not a"),
    (r"=>|\blambda\b", "use a filter, as in: xs | map(attribute='id')"),
    (r"\bfor\b", "use a filter, as in: xs | map(attribute='id'), or `loop` on the step"),
    (r"(?<![=!<>(,])=(?!=)", "compare with ==: a == b"),
    (r"\$", "write the name alone: {{ nodes }}"),
    (r"\b[fr]''", "join texts with ~: name ~ '-text'"),
    (
        r"[~+*/%|,(\[{-]\s*$|\b(and|or|not|if|else|in|is)\s*$",
        "write what is missing at its end, or remove the last sign",
    ),
]
IN_QUOTES = re.compile(r"""'[^']*'|"[^"]*\"""")


def syntax_hint(source: str) -> str:
    """A fix for an expression that cannot be read."""
    bare = IN_QUOTES.sub("''", source)
    for pattern, fix in SYNTAX:
        if re.search(pattern, bare):
            return fix
    return "texts stand in quotes, names do not: {{ name ~ '-text' }}"


def our_word(word: str, foreign: Mapping[str, str], known: object) -> str:
    """A fix for a word that is not ours: what a foreign word is called here, else the nearest one."""
    return foreign.get(word) or nearest(word, known)
