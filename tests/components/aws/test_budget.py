"""A budget tells somebody before the money is gone, and an anomaly monitor tells what nobody expected."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from components.aws.budget import Budget, BudgetArgs
from tests.components.arguments import complaints
from tests.components.offline import build, make
from ultrastack.model.graph import UNKNOWN

TOPIC = "arn:aws:sns:us-east-1:111122223333:costs"
MAIL = "ml-costs@example.com"
ONE: dict[str, Any] = {"amount": 250000, "emails": [MAIL]}


def budget(**arguments: Any) -> dict[str, Any]:
    return dict(make(Budget, "limit", **{**ONE, **arguments})["budget"].inputs)


def notification(threshold: float, kind: str = "ACTUAL", by: str = "PERCENTAGE") -> dict[str, Any]:
    return {
        "comparisonOperator": "GREATER_THAN",
        "notificationType": kind,
        "threshold": threshold,
        "thresholdType": by,
        "subscriberEmailAddresses": [MAIL],
    }


def test_the_smallest_one() -> None:
    made = make(Budget, "limit", **ONE, tags={"owner": "platform"})
    assert made.roles == {"budget"}
    assert made["budget"].type == "aws:budgets/budget:Budget"
    assert made["budget"].inputs == {
        "budgetType": "COST",
        "timeUnit": "MONTHLY",
        "limitAmount": "250000",
        "limitUnit": "USD",
        "notifications": [notification(50), notification(80), notification(100), notification(100, "FORECASTED")],
        "tags": {"Name": "limit-budget", "owner": "platform"},
    }
    assert made.outputs == {"budget_name": UNKNOWN, "arn": UNKNOWN}


@pytest.mark.parametrize(
    ("period", "unit", "told"), [("daily", "DAILY", 3), ("quarterly", "QUARTERLY", 4), ("yearly", "ANNUALLY", 4)]
)
def test_periods_and_that_nothing_is_expected_of_a_day(period: str, unit: str, told: int) -> None:
    inputs = budget(period=period)
    assert (inputs["timeUnit"], len(inputs["notifications"])) == (unit, told)


@pytest.mark.parametrize(("amount", "written"), [(99.5, "99.5"), (10000000, "10000000"), (0.1, "0.1")])
def test_an_amount_is_a_plain_decimal(amount: float, written: str) -> None:
    assert budget(amount=amount, currency="EUR")["limitAmount"] == written
    assert budget(amount=amount, currency="EUR")["limitUnit"] == "EUR"


def test_days_between_which_it_counts() -> None:
    inputs = budget(starts_on="2026-12-01", ends_on="2027-01-01", physical_name="december")
    assert (inputs["timePeriodStart"], inputs["timePeriodEnd"]) == ("2026-12-01_00:00", "2027-01-01_00:00")
    assert inputs["name"] == "december"


@pytest.mark.parametrize(
    ("given", "data"),
    [
        ({"auto_adjust": "forecast"}, {"autoAdjustType": "FORECAST"}),
        (
            {"auto_adjust": "historical", "auto_adjust_periods": 6},
            {"autoAdjustType": "HISTORICAL", "historicalOptions": {"budgetAdjustmentPeriod": 6}},
        ),
    ],
)
def test_aws_may_set_the_amount(given: dict[str, Any], data: dict[str, Any]) -> None:
    inputs = make(Budget, "limit", emails=[MAIL], **given)["budget"].inputs
    assert inputs["autoAdjustData"] == data
    assert not {"limitAmount", "limitUnit"} & set(inputs)


def test_thresholds_of_ones_own_and_a_topic() -> None:
    thresholds = [{"percent": 90}, {"amount": 5000, "basis": "forecasted"}]
    inputs = make(Budget, "limit", amount=9000, thresholds=thresholds, sns_topic_arn=TOPIC)["budget"].inputs
    topic = {"subscriberSnsTopicArns": [TOPIC]}
    first, second = notification(90), notification(5000, "FORECASTED", "ABSOLUTE_VALUE")
    del first["subscriberEmailAddresses"], second["subscriberEmailAddresses"]
    assert inputs["notifications"] == [{**first, **topic}, {**second, **topic}]


# ---- what it counts -------------------------------------------------------------------------------------------------


def test_values_of_one_tag_and_further_filters() -> None:
    inputs = budget(
        filter_tags={"service": ["llm", "vision"]},
        services=["Amazon SageMaker"],
        account_ids=["111122223333"],
        regions=["us-east-2"],
        credits="exclude",
    )
    assert inputs["costFilters"] == [
        {"name": "TagKeyValue", "values": ["user:service$llm", "user:service$vision"]},
        {"name": "Service", "values": ["Amazon SageMaker"]},
        {"name": "LinkedAccount", "values": ["111122223333"]},
        {"name": "Region", "values": ["us-east-2"]},
    ]
    assert inputs["costTypes"] == {"includeCredit": False, "includeRefund": False}


def test_several_tags_are_all_wanted() -> None:
    inputs = budget(filter_tags={"service": ["llm"], "environment": ["prod"]}, regions=["us-east-2"])
    assert inputs["filterExpression"] == {
        "ands": [
            {"tags": {"key": "service", "values": ["llm"]}},
            {"tags": {"key": "environment", "values": ["prod"]}},
            {"dimensions": {"key": "REGION", "values": ["us-east-2"]}},
        ]
    }
    assert inputs["metrics"] == "UnblendedCost"
    assert not {"costFilters", "costTypes"} & set(inputs)


def test_a_tags_value_may_be_known_later() -> None:
    def program() -> None:
        value = pulumi.Output.from_input("llm")
        Budget("limit", BudgetArgs.model_validate({**ONE, "filter_tags": {"service": [value]}}))

    made = next(r for r in build(program).resources if r.name == "limit-budget")
    assert made.inputs["costFilters"] == [{"name": "TagKeyValue", "values": ["user:service$llm"]}]


def test_tag_keys_are_activated_only_when_asked_and_before_they_filter() -> None:
    made = make(Budget, "limit", **ONE, activate_tags=["cost-center", "Team:Name"])
    assert made.roles == {"budget", "allocation-tag-cost-center", "allocation-tag-Team-Name-20d572"}
    assert made["allocation-tag-Team-Name-20d572"].inputs == {"tagKey": "Team:Name", "status": "Active"}
    assert made.waits_for("budget") == {"allocation-tag-cost-center", "allocation-tag-Team-Name-20d572"}


# ---- anomalies ------------------------------------------------------------------------------------------------------


def test_unusual_costs_of_a_tag_are_told_every_day() -> None:
    made = make(Budget, "limit", **ONE, anomaly={"tag": {"service": ["llm"]}}, tags={"owner": "platform"})
    assert made.roles == {"budget", "anomaly-monitor", "anomaly-subscription"}
    monitor = dict(made["anomaly-monitor"].inputs)
    # every member, as the API answers it: else there would be a replacement in each preview
    assert json.loads(str(monitor.pop("monitorSpecification"))) == {
        "And": None,
        "CostCategories": None,
        "Dimensions": None,
        "Not": None,
        "Or": None,
        "Tags": {"Key": "service", "MatchOptions": None, "Values": ["llm"]},
    }
    assert monitor == {"monitorType": "CUSTOM", "tags": {"Name": "limit-anomaly-monitor", "owner": "platform"}}
    assert made["anomaly-subscription"].inputs == {
        "frequency": "DAILY",
        "monitorArnLists": [UNKNOWN],
        "subscribers": [{"type": "EMAIL", "address": MAIL}],
        "thresholdExpression": {
            "dimension": {
                "key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                "matchOptions": ["GREATER_THAN_OR_EQUAL"],
                "values": ["100"],
            }
        },
        "tags": {"Name": "limit-anomaly-subscription", "owner": "platform"},
    }
    assert made.outputs["anomaly_monitor_arn"] == UNKNOWN


def test_or_at_once_to_a_topic_if_they_are_large_in_both_ways() -> None:
    anomaly = {"tag": {"service": ["llm"]}, "frequency": "immediate", "impact_usd": 500, "impact_percent": 40}
    made = make(Budget, "limit", **ONE, sns_topic_arn=TOPIC, anomaly=anomaly)
    inputs: Any = made["anomaly-subscription"].inputs
    assert (inputs["frequency"], inputs["subscribers"]) == ("IMMEDIATE", [{"type": "SNS", "address": TOPIC}])
    assert [one["dimension"]["values"] for one in inputs["thresholdExpression"]["ands"]] == [["500"], ["40"]]


# ---- refusals -------------------------------------------------------------------------------------------------------

NOBODY = "emails: must name somebody, as there is no sns_topic_arn; fix: add emails: [ml-costs@example.com]"
NAME = r"physical_name: a budget's name has no ':', no '\' and no '/action/'; fix: write it like ml-research"
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"amount": None}, "amount: Field required"),
    ({"amount": 0}, "amount: Input should be greater than 0"),
    ({"auto_adjust": "forecast"}, "amount: cannot go with auto_adjust, which sets it; fix: remove one of them"),
    (
        {"amount": None, "auto_adjust": "historical"},
        "auto_adjust: looks back, and nothing says how far; fix: add auto_adjust_periods: 6",
    ),
    (
        {"auto_adjust_periods": 3},
        "auto_adjust_periods: is for auto_adjust: historical; fix: write that, or remove it",
    ),
    (
        {"period": "daily", "thresholds": [{"percent": 80, "basis": "forecasted"}]},
        "thresholds: has forecasted, which AWS never is for a daily budget; "
        "fix: write basis: actual, or period: monthly",
    ),
    ({"thresholds": [80]}, "thresholds.0: must say what it counts; fix: write it like {percent: 80}"),
    *[({"physical_name": name}, NAME) for name in ("a:b", "a\\b", "a/action/b")],
    ({"currency": "usd"}, "currency: must be a currency; fix: write it like USD"),
    ({"period": "weekly"}, "period: Input should be 'daily', 'monthly', 'quarterly' or 'yearly'"),
    *[
        ({"starts_on": day}, "starts_on: must be a day; fix: write it like 2026-12-01")
        for day in ("2026-02-30", "1.12.2026", "20261201")
    ],
    ({"starts_on": "2026-12-02", "ends_on": "2026-12-01"}, "ends_on: must be after starts_on; fix: exchange them"),
    ({"emails": []}, NOBODY),
    ({"emails": ["ml-costs"]}, "emails.0: must be an e-mail address; fix: write it like ml-costs@example.com"),
    (
        {"emails": [f"{n}@example.com" for n in range(11)]},
        "emails: List should have at most 10 items after validation, not 11",
    ),
    ({"sns_topic_arn": "costs"}, f"sns_topic_arn: must be a topic; fix: write it like {TOPIC}"),
    ({"account_ids": ["prod"]}, "account_ids.0: must be an account's id; fix: write its 12 digits"),
    (
        {"filter_tags": {"service": []}},
        "filter_tags.service: List should have at least 1 item after validation, not 0",
    ),
    (
        {"filter_tags": {"service": ["llm"], "owner": ["a"]}, "credits": "exclude"},
        "credits: cannot be told from the rest with several filter_tags; fix: keep one key, or include them",
    ),
    ({"thresholds": [{}]}, "thresholds.0: needs either percent or amount; fix: add percent: 80, and only that"),
    (
        {"thresholds": [{"percent": 80, "amount": 100}]},
        "thresholds.0: needs either percent or amount; fix: add percent: 80, and only that",
    ),
    ({"thresholds": [{"percent": 0}]}, "thresholds.0.percent: Input should be greater than 0"),
    ({"thresholds": [{"percent": 80}, {"percent": 80}]}, "thresholds: has 80 percent actual twice; fix: remove one"),
    (
        {"thresholds": [{"percent": n} for n in range(1, 12)]},
        "thresholds: has more than the 10 that AWS takes; fix: keep 10",
    ),
    (
        {"anomaly": {"tag": {"service": ["llm"], "owner": ["a"]}}},
        "anomaly.tag: takes one tag key; fix: write it like {service: [llm]}",
    ),
    (
        {"anomaly": {"tag": {"service": [str(n) for n in range(11)]}}},
        "anomaly.tag.service: List should have at most 10 items after validation, not 11",
    ),
    (
        {"anomaly": {"tag": {"service": ["llm"]}, "frequency": "immediate"}},
        "anomaly: cannot be told at once without a topic; fix: add sns_topic_arn, or write frequency: daily",
    ),
    (
        {"emails": [], "sns_topic_arn": TOPIC, "anomaly": {"tag": {"service": ["llm"]}}},
        "anomaly: cannot be told daily without emails; fix: add emails, or write frequency: immediate",
    ),
    ({"activate_tags": ["a:b", "a:b"]}, "activate_tags: has a:b twice; fix: remove one"),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[str(i) for i in range(len(REFUSED))])
def test_what_is_impossible_is_refused_at_the_door(given: dict[str, Any], said: str) -> None:
    assert complaints(BudgetArgs, {**ONE, **given}) == [said]


def test_keys_that_differ_in_signs_alone_are_two() -> None:
    made = make(Budget, "limit", **ONE, activate_tags=["a:b", "a/b", "a-b", "Größe", "Grüße", "日本"])
    assert len([role for role in made.roles if role.startswith("allocation-tag-")]) == 6


def test_without_thresholds_and_anomalies_nobody_has_to_be_told() -> None:
    assert complaints(BudgetArgs, {"amount": 100, "thresholds": []}) == []


def test_a_name_must_leave_room_for_the_budgets() -> None:
    assert Budget.too_long("x" * 85, {}) == ""
    assert Budget.too_long("x" * 86, {}) == (
        "is too long for its budget, whose name in the cloud has at most 100 characters; fix: use at most 85 characters"
    )
