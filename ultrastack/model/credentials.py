"""Does a text hold a credential, which everybody would read who may see the text?"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Kind, what every one of it has in it (without which nothing more is looked for), and how it looks. What begins with
# its maker's own letters begins no earlier.
_MADE = r"(?<![\w-])"
_KINDS = [
    (kind, tuple(parts.split()), re.compile(pattern))
    for kind, parts, pattern in (
        ("a private key", "PRIVATE", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
        # the same in Base64, as in a kubeconfig: plain, RSA, EC and OpenSSH
        ("a private key", "LS0tLS1CRUdJTi", r"LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0EgUFJJVkFURS|BFQyBQUklWQVRF|BPUEVOU1NI)"),
        ("an AWS access key", "AKIA ASIA", _MADE + r"(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
        (
            "an AWS secret key",
            "secret SECRET Secret",
            r"(?i:secret_?access_?key)[\"']?\s*[=:]\s*[\"']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])",
        ),
        (
            "a GitHub token",
            "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
            _MADE + r"(?:gh[pousr]_\w{20,}|github_pat_\w{22,})",
        ),
        ("a GitLab token", "glpat-", _MADE + r"glpat-[\w-]{20,}"),
        ("a Hugging Face token", "hf_", _MADE + r"hf_[A-Za-z0-9]{20,}"),
        ("an NVIDIA key", "nvapi-", _MADE + r"nvapi-[\w-]{20,}"),
        ("a Slack token", "xox xapp-", _MADE + r"(?:xox[abeoprs]-[\w-]{10,}|xapp-\d-[\w-]{10,})"),
        (
            "a Slack webhook",
            "hooks.slack",
            r"https://hooks\.slack(?:-gov)?\.com/services/T\w+/B\w+/\w+",
        ),
        ("a Google API key", "AIza", _MADE + r"AIza[\w-]{35}(?![\w-])"),
        ("a Google access token", "ya29.", _MADE + r"ya29\.[\w-]{20,}"),
        ("a Docker token", "dckr_pat_", _MADE + r"dckr_pat_[\w-]{20,}"),
        ("a Pulumi token", "pul-", _MADE + r"pul-[0-9a-f]{40}\b"),
        ("a package registry's token", "npm_ pypi-", _MADE + r"(?:npm_[A-Za-z0-9]{36}\b|pypi-AgE[\w-]{20,})"),
        ("a Stripe key", "k_live_", _MADE + r"[rs]k_live_\w{16,}"),
        ("a Tailscale key", "tskey-", _MADE + r"tskey-[a-z]+-[\w-]{12,}"),
        ("an API key", "sk-", _MADE + r"sk-[\w-]*?[A-Za-z0-9_]{20,}"),
        ("a JSON web token", "eyJ", _MADE + r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
        (
            "a bearer token",
            "earer EARER",
            r"(?i:\bbearer)[ ]+(?=[\w.~+/-]*\d)[A-Za-z0-9][\w.~+/-]{19,}=*",
        ),
        (
            "a URL with a password",
            "://",
            r"://[^\s/:@$'\"<>{}]*:(?![$<{%*])[^\s/:@'\"<>{}]{3,}@[\w.-]",
        ),
    )
]

# Names that stand for a credential; a token that ends a sequence is none.
_NAME = re.compile(r"(TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY(_ID)?|PRIVATE_?KEY|CREDENTIALS?)$")
_NO_NAME = re.compile(r"(^|_)(EOS|BOS|PAD|UNK|SEP|CLS|MASK|STOP)_TOKEN$")

# NAME=value, "name": "value", --name value; what a shell or a template fills in later is no value
_WORDS = ("password", "passwd", "secret", "token", "key")  # how a name ends
_VALUE = re.compile(
    r"""["']?(?P<sign>\s*(?:=|:=?)\s*|[ ]+)
        (?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'|(?P<bare>[^\s"'`;,&|<>(){}\[\]]+)(?![(\[{.]))""",
    re.VERBOSE,
)
_BEGINNING = re.compile(r"[\w-]*$")
_FILLED_IN = re.compile(r"[$`{<(*%]|(?i:arn:|[a-z][a-z0-9+.-]*://|projects/|/|\./|~/)")
_NO_VALUE = re.compile(r"(?i:true|false|yes|no|none|null|nil|required|optional|str|string|x+|\.+|-+)?$")


def credential_in(text: str) -> str:
    """What kind of credential a text holds, with its article: "a private key"; "" for none that can be told."""
    for kind, parts, pattern in _KINDS:
        if any(part in text for part in parts) and pattern.search(text):
            return kind
    for name, value in _assignments(text):
        if kind := _assigned(name, value):
            return kind
    return ""


def names_a_credential(name: str) -> bool:
    """HF_TOKEN, DB_PASSWORD, but not EOS_TOKEN."""
    return bool(_NAME.search(name.upper())) and not _NO_NAME.search(name.upper())


def _assignments(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Names that may be those of credentials, each with what follows. Texts are long, and few have any."""
    small = text.lower()
    for word in _WORDS if len(small) == len(text) else ():
        at = small.find(word)
        while at >= 0:
            end = at + len(word)
            if found := _VALUE.match(text, end):
                beginning = _BEGINNING.search(text[max(0, at - 64) : at])
                yield (beginning[0] if beginning else "") + text[at:end], found
            at = small.find(word, end)


def _assigned(name: str, found: re.Match[str]) -> str:
    bare = found["bare"]
    if found["sign"].isspace() and not name.startswith("--"):
        return ""
    value = bare if bare is not None else found["double"] or found["single"] or ""
    if _FILLED_IN.match(value) or "${" in value or "{{" in value or _NO_VALUE.match(value):
        return ""
    if name.lower().endswith(("password", "passwd")):
        # without quotes it is a value in a shell (PASSWORD=hunter), and may be a variable elsewhere (password=given)
        sure = bare is None or re.search(r"\d", bare) or (name.isupper() and found["sign"] == "=")
        return "a password" if sure and len(value) >= 4 else ""
    if not names_a_credential(name.replace("-", "_")):
        return ""
    return "a key or a token" if _random(value) else ""  # the name of a secret is none


def _random(value: str) -> bool:
    """Twenty characters that nobody would have thought of as a name."""
    if len(value) < 20 or not re.fullmatch(r"[\w+/=.~-]+", value):
        return False
    if re.fullmatch(r"[0-9a-f]{32,}", value):
        return True
    if re.fullmatch(r"(?i:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})", value):  # a UUID names something
        return False
    turns = sum(a.isdigit() != b.isdigit() for a, b in zip(value, value[1:], strict=False))
    mixed = len({c.isupper() for c in value if c.isalpha()}) == 2 and len(set(value)) >= 14
    return turns >= 6 or (mixed and any(c.isdigit() for c in value) and not re.search(r"[-./]", value))
