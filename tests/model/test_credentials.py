"""A credential is told by what it looks like, and neither a name nor a placeholder is one."""

from __future__ import annotations

import pytest

from ultrastack.model.credentials import credential_in, names_a_credential

HOLDS = {
    "export KEY=AKIAIOSFODNN7EXAMPLE": "an AWS access key",
    "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY": "an AWS secret key",
    "-----BEGIN OPENSSH PRIVATE KEY-----": "a private key",
    "-----BEGIN PRIVATE KEY-----": "a private key",
    "--token=hf_" + "a" * 34 + " --fast": "a Hugging Face token",
    "ghp_" + "a" * 36: "a GitHub token",
    "xoxb-123456789012-abcdefghij": "a Slack token",
    "sk-abcdefghij0123456789xx": "an API key",
    "curl -H 'Authorization: Bearer abc123def456ghi789jkl0'": "a bearer token",
    "postgres://admin:opensesame@db.example.com/x": "a URL with a password",
    "client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQ==": "a private key",
    "password=hunter2": "a password",
    "DB_PASSWORD=hunter": "a password",
    '{"password": "swordfish"}': "a password",
    "mysql --password hunter2": "a password",
    "WANDB_API_KEY=0123456789abcdef0123456789abcdef01234567": "a key or a token",
    "TOKEN='a1b2c3d4e5f6g7h8i9j0k1'": "a key or a token",
}
HOLDS_NONE = [
    "",
    "def connect(password: Optional[str], port: int)",
    "connect(password=given)",
    "password = os.environ['X']",
    "PASSWORD=$(aws secretsmanager get-secret-value --secret-id prod/db)",
    'PASSWORD="${FROM_SSM}"',
    'password="$PW"',
    "passwd -d ubuntu",
    "Bearer $TOKEN",
    "bearer tokens_are_explained_in_the_manual",
    "https://${USER}:${PASS}@registry.example.com",
    "http://localhost:8080/",
    "git@github.com:example/repository",
    "EOS_TOKEN=2",
    "ClientToken=123e4567-e89b-12d3-a456-426614174000",
    "apt-key adv --recv-keys F6ECB3762474EDA9D21B7022871920D1991BC93C",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPlaceholderPlaceholderPlaceholder ops@example.com",
    "certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t",
    "TOKEN=$(curl -sX PUT http://169.254.169.254/latest/api/token -H 'X-aws-ec2-metadata-token-ttl: 60')",
    "docker login -u AWS -p $(aws ecr get-login-password --region us-east-2)",
    "lock_passwd: true",
    "max_new_tokens=512",
    "SECRET=prod/hf-token",
    "secret: my-very-long-secret-name-in-production",
    "imagePullSecret: neuron-registry-pull-secret-2024-01",
    "HF_TOKEN_SECRET=arn:aws:secretsmanager:us-east-2:111122223333:secret:hf-token-AbCdEf",
    "sk-learn-something-long-name",
    "s3://example-models/hf_transformers",
]


@pytest.mark.parametrize("text", HOLDS)
def test_a_credential_is_called_by_its_kind(text: str) -> None:
    assert credential_in(text) == HOLDS[text]


@pytest.mark.parametrize("text", HOLDS_NONE)
def test_what_is_no_credential_is_none(text: str) -> None:
    assert credential_in(text) == ""


@pytest.mark.parametrize(
    ("name", "so"),
    [("HF_TOKEN", True), ("dbPassword", True), ("EOS_TOKEN", False), ("TOKENS", False), ("MODEL", False)],
)
def test_a_name_says_whether_it_stands_for_a_credential(name: str, so: bool) -> None:
    assert names_a_credential(name) is so
