"""A budget tells somebody before the money is gone, in the one way that Google takes."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from components.gcp.budget import Budget, BudgetArgs
from tests.components.arguments import complaints
from tests.components.offline import build, make
from ultrastack.model.graph import UNKNOWN

ACCOUNT = "012345-6789AB-CDEF01"
MAIL = "ml-costs@example.com"
CHANNEL = "projects/example-ml/notificationChannels/1234567890"
TOPIC = "projects/example-ml/topics/costs"
ONE: dict[str, Any] = {"billing_account": ACCOUNT, "amount": 40000}


def budget(**arguments: Any) -> dict[str, Any]:
    return dict(make(Budget, "limit", **{**ONE, **arguments})["budget"].inputs)


def test_the_smallest_one_tells_the_administrators() -> None:
    made = make(Budget, "limit", **ONE)
    assert made.roles == {"budget"}
    assert made["budget"].type == "gcp:billing/budget:Budget"
    assert made["budget"].inputs == {
        "billingAccount": ACCOUNT,
        "displayName": "limit",
        "amount": {"specifiedAmount": {"units": "40000"}},
        "budgetFilter": {"calendarPeriod": "MONTH", "creditTypesTreatment": "INCLUDE_ALL_CREDITS"},
        "thresholdRules": [
            {"thresholdPercent": 0.5, "spendBasis": "CURRENT_SPEND"},
            {"thresholdPercent": 0.8, "spendBasis": "CURRENT_SPEND"},
            {"thresholdPercent": 1, "spendBasis": "CURRENT_SPEND"},
            {"thresholdPercent": 1, "spendBasis": "FORECASTED_SPEND"},
        ],
    }
    assert made.outputs == {"budget_name": UNKNOWN, "channel_ids": {}}


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        (
            {"amount": 99.5, "currency": "EUR"},
            {"specifiedAmount": {"units": "99", "nanos": 500000000, "currencyCode": "EUR"}},
        ),
        ({"amount": 0.1}, {"specifiedAmount": {"units": "0", "nanos": 100000000}}),
        ({"amount": 0}, {"specifiedAmount": {"units": "0"}}),
        ({"amount": None, "last_period": True}, {"lastPeriodAmount": True}),
    ],
)
def test_amounts(given: dict[str, Any], amount: dict[str, Any]) -> None:
    assert budget(**given)["amount"] == amount


def test_an_amount_may_be_known_later() -> None:
    def program() -> None:
        Budget("limit", BudgetArgs.model_validate({**ONE, "amount": pulumi.Output.from_input(7.25)}))

    made = next(r for r in build(program).resources if r.name == "limit-budget")
    assert made.inputs["amount"] == {"specifiedAmount": {"units": "7", "nanos": 250000000}}


def test_percent_are_fractions_there() -> None:
    rules = budget(thresholds=[{"percent": 7}, {"percent": 150, "basis": "forecasted"}])["thresholdRules"]
    assert rules == [
        {"thresholdPercent": 0.07, "spendBasis": "CURRENT_SPEND"},
        {"thresholdPercent": 1.5, "spendBasis": "FORECASTED_SPEND"},
    ]


def test_what_it_counts() -> None:
    inputs = budget(
        period="quarterly",
        project_numbers=["123456789012"],
        folders=["folders/123456789012"],
        services=["6F81-5844-456A"],
        filter_labels={"service": "llm"},
        credits="exclude",
        display_name="Models",
    )
    assert inputs["displayName"] == "Models"
    assert inputs["budgetFilter"] == {
        "calendarPeriod": "QUARTER",
        "projects": ["projects/123456789012"],
        "resourceAncestors": ["folders/123456789012"],
        "services": ["services/6F81-5844-456A"],
        "labels": {"service": "llm"},
        "creditTypesTreatment": "EXCLUDE_ALL_CREDITS",
    }


@pytest.mark.parametrize(
    ("ends", "period"),
    [
        ({}, {"startDate": {"year": 2026, "month": 12, "day": 1}}),
        (
            {"ends_on": "2027-01-31"},
            {
                "startDate": {"year": 2026, "month": 12, "day": 1},
                "endDate": {"year": 2027, "month": 1, "day": 31},
            },
        ),
    ],
)
def test_it_may_count_once_and_then_nothing_is_forecasted(ends: dict[str, str], period: dict[str, Any]) -> None:
    inputs = budget(starts_on="2026-12-01", **ends)
    assert inputs["budgetFilter"] == {"customPeriod": period, "creditTypesTreatment": "INCLUDE_ALL_CREDITS"}
    assert {rule["spendBasis"] for rule in inputs["thresholdRules"]} == {"CURRENT_SPEND"}


def test_each_address_gets_a_channel_of_its_own() -> None:
    made = make(
        Budget,
        "limit",
        **ONE,
        emails=[MAIL, "Owner@example.com"],
        notification_channel_ids=[CHANNEL],
        tell_billing_admins=False,
        tags={"owner": "platform"},
    )
    assert made.roles == {"budget", "channel-ml-costs-example-com", "channel-owner-example-com"}
    assert made["channel-ml-costs-example-com"].inputs == {
        "type": "email",
        "displayName": f"limit: {MAIL}",
        "labels": {"email_address": MAIL},
        "userLabels": {"owner": "platform"},
    }
    assert made["budget"].inputs["allUpdatesRule"] == {
        "monitoringNotificationChannels": [UNKNOWN, UNKNOWN, CHANNEL],
        "schemaVersion": "1.0",
        "disableDefaultIamRecipients": True,
        "enableProjectLevelRecipients": False,
    }
    assert made.outputs["channel_ids"] == {MAIL: UNKNOWN, "Owner@example.com": UNKNOWN}


def test_a_topic_and_the_owners_of_the_project() -> None:
    rule = budget(pubsub_topic=TOPIC, project_numbers=["123456789012"], tell_project_owners=True)["allUpdatesRule"]
    assert rule == {
        "pubsubTopic": TOPIC,
        "schemaVersion": "1.0",
        "disableDefaultIamRecipients": False,
        "enableProjectLevelRecipients": True,
    }


NUMBER = 'project_numbers.0: is no project\'s number, and its id is not taken here; fix: write it like "123456789012"'
KEY = (
    "a label's key has lower-case letters, digits, _ and -, at most 63, and begins with a letter; "
    "fix: write it like cost-center"
)
REFUSED: list[tuple[dict[str, Any], str]] = [
    *[
        (
            {"billing_account": account},
            "billing_account: must be a billing account; fix: write it like 012345-6789AB-CDEF01",
        )
        for account in ("012345", "billingAccounts/012345-6789AB-CDEF01", "012345-6789ab-cdef01")
    ],
    ({"amount": None}, "amount: Field required"),
    ({"last_period": True}, "amount: cannot go with last_period, which sets it; fix: remove one of them"),
    ({"amount": -1}, "amount: Input should be greater than or equal to 0"),
    (
        {"amount": None, "last_period": True, "currency": "USD"},
        "currency: needs an amount; fix: remove it",
    ),
    ({"currency": "dollars"}, "currency: must be a currency; fix: write it like USD"),
    ({"display_name": "x" * 61}, "display_name: String should have at most 60 characters"),
    ({"period": "daily"}, "period: Input should be 'monthly', 'quarterly' or 'yearly'"),
    (
        {"period": "monthly", "starts_on": "2026-12-01"},
        "period: cannot go with starts_on, which counts once; fix: remove one of them",
    ),
    ({"ends_on": "2026-12-01"}, "ends_on: needs starts_on; fix: add starts_on: 2026-12-01"),
    (
        {"starts_on": "2026-12-02", "ends_on": "2026-12-01"},
        "ends_on: cannot be before starts_on; fix: exchange them",
    ),
    ({"starts_on": "01.12.2026"}, "starts_on: must be a day; fix: write it like 2026-12-01"),
    (
        {"amount": None, "last_period": True, "starts_on": "2026-12-01"},
        "last_period: cannot go with starts_on, which counts once; fix: write an amount instead",
    ),
    (
        {"starts_on": "2026-12-01", "thresholds": [{"percent": 50, "basis": "forecasted"}]},
        "thresholds: cannot be forecasted with starts_on, which counts once; fix: write basis: actual",
    ),
    ({"project_numbers": ["example-ml"]}, NUMBER),
    (
        {"folders": ["example"]},
        "folders.0: must be a folder or an organization; fix: write it like folders/123456789012",
    ),
    (
        {"services": ["compute"]},
        "services.0: must be a service's id; fix: write it like 6F81-5844-456A, which is Compute Engine",
    ),
    (
        {"filter_labels": {"service": "llm", "owner": "platform"}},
        "filter_labels: has 2 labels, and Google takes one; fix: keep one, or tell the rest by project_numbers",
    ),
    ({"filter_labels": {"Service": "llm"}}, f"filter_labels.Service.[key]: {KEY}"),
    (
        {"filter_labels": {"service": "LLM"}},
        "filter_labels.service: a label's value has lower-case letters, digits, _ and -, at most 63; "
        "fix: write it like ml-research",
    ),
    ({"thresholds": [{"percent": 0}]}, "thresholds.0.percent: Input should be greater than 0"),
    ({"emails": ["ml-costs"]}, "emails.0: must be an e-mail address; fix: write it like ml-costs@example.com"),
    (
        {"emails": [MAIL, "ml.costs@example.com"]},
        "emails: has ml.costs@example.com twice, or another one much like it; fix: remove one",
    ),
    (
        {"emails": [f"{n}@example.com" for n in range(3)], "notification_channel_ids": [CHANNEL] * 3},
        "emails: makes 6 channels, and Google takes 5; fix: name a mailing list",
    ),
    (
        {"notification_channel_ids": ["1234567890"]},
        f"notification_channel_ids.0: must be a channel; fix: write it like {CHANNEL}",
    ),
    ({"pubsub_topic": "costs"}, f"pubsub_topic: must be a topic; fix: write it like {TOPIC}"),
    (
        {"tell_billing_admins": False},
        "tell_billing_admins: cannot be false where nobody else is told; fix: add emails, or remove it",
    ),
    (
        {"tell_project_owners": True, "project_numbers": ["1"]},
        "tell_project_owners: needs a channel or a topic beside it; fix: add emails",
    ),
    (
        {"tell_project_owners": True, "emails": [MAIL]},
        "tell_project_owners: needs one project; fix: write it into project_numbers, or remove this",
    ),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[str(i) for i in range(len(REFUSED))])
def test_what_is_impossible_is_refused_at_the_door(given: dict[str, Any], said: str) -> None:
    assert complaints(BudgetArgs, {**ONE, **given}) == [said]


def test_a_name_must_be_one_for_the_console() -> None:
    assert Budget.too_long("x" * 60, {}) == ""
    assert Budget.too_long("x" * 61, {}) == (
        "is too long for a budget, whose name has at most 60 characters; fix: give a display_name"
    )
    assert Budget.too_long("x" * 61, {"display_name": "short"}) == ""
