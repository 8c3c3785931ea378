"""A run that fails is told to somebody, and so is the first that goes through after it: to a file and to a webhook."""

import json
import time

import dagster as dg
import pytest

from orchestration.automation import notifications
from orchestration.automation.notification_sensors import (
    WHAT_TO_DO,
    notify_failure,
    notify_recovery,
    tell_of_end,
    tell_that_it_broke_off,
)
from orchestration.ingestion.tokens import SecretError
from orchestration.jobs import refresh
from orchestration.settings import PROJECT_DIR
from tests.operation.receiver import Receiver
from tests.operation.runs import cut_off, run, seen_by

# As Dagster calls the run of a selection of assets.
OF_A_SELECTION = "__ASSET_JOB"


@pytest.fixture
def webhook(monkeypatch):
    with Receiver() as receiver:
        monkeypatch.setenv("TAUEKEL_WEBHOOK_URL", receiver.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield receiver


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def tell(sensor, instance, dagster_run, event):
    """What a status sensor does when it sees the end of a run."""
    context = seen_by(sensor, instance, dagster_run, event)
    sensor(context.for_run_failure() if sensor is notify_failure else context)


def lines(installation):
    return [json.loads(line) for line in installation.settings.notifications_log.read_text().splitlines()]


def test_a_failure_goes_to_the_log_file_and_to_the_webhook(installation, webhook, instance):
    failed, end = run(instance, SecretError("the secret is not the warehouse's own: set TAUEKEL_SECRET"))
    tell(notify_failure, instance, failed, end)
    (line,) = lines(installation)
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "event": "failed",
        "run_id": failed.run_id,
        "job": "refresh",
        "failed_steps": [
            {
                "step": "load_deliveries",
                "cause": "SecretError: the secret is not the warehouse's own: set TAUEKEL_SECRET",
                "what_to_do": WHAT_TO_DO["load_deliveries"],
                "docs": "docs/operations/README.md#load_deliveries",
            }
        ],
    }
    ((content_type, posted),) = webhook.posted
    assert content_type == "application/json"
    assert posted | {"at": ""} == line | {"at": ""}
    assert installation.settings.notifications_log.stat().st_mode & 0o777 == 0o600


def test_words_that_may_quote_a_person_stay_at_home(installation, webhook, instance):
    try:
        int("Иванов 900101300126")
    except ValueError as error:
        failed, end = run(instance, error)
    tell(notify_failure, instance, failed, end)
    sent = installation.settings.notifications_log.read_text() + json.dumps(webhook.posted)
    assert "900101300126" not in sent
    assert "Иванов" not in sent
    assert "ValueError" in sent


def test_names_of_files_stay_at_home(installation, instance):
    failed, end = run(instance, PermissionError(13, "Permission denied", "/x/Ivanov.csv"))
    tell(notify_failure, instance, failed, end)
    (step,) = lines(installation)[0]["failed_steps"]
    assert step["cause"] == "PermissionError: [Errno 13] Permission denied: …"


def test_a_run_that_was_killed_outside_its_steps_is_told_too(installation, instance):
    tell(notify_failure, instance, *cut_off(instance))
    (step,) = lines(installation)[0]["failed_steps"]
    assert "killed" in step["cause"]


def test_a_run_that_dagster_could_not_write_down_is_told_by_its_command(installation):
    tell_that_it_broke_off("r1", OSError(28, "No space left on device", "/x/Ivanov.csv"), print)
    (line,) = lines(installation)
    assert (line["event"], line["run_id"], line["job"]) == ("failed", "r1", "refresh")
    assert line["failed_steps"][0]["cause"] == "the run broke off (OSError)"


def test_only_the_first_success_after_a_failure_is_news(installation, instance):
    tell(notify_recovery, instance, *run(instance))
    assert not installation.settings.notifications_log.exists()
    run(instance, ValueError())
    recovered, end = run(instance)
    tell(notify_recovery, instance, recovered, end)
    tell(notify_recovery, instance, *run(instance))
    (line,) = lines(installation)
    assert (line["event"], line["run_id"]) == ("recovered", recovered.run_id)


@pytest.mark.parametrize("job", [refresh.name, OF_A_SELECTION])
def test_a_run_that_no_code_server_knows_is_seen_too(installation, instance, job):
    """Of a shell, or of a selection of assets: what the sensors ask for, and not what a test hands to them."""

    def tick(sensor, cursor=None):
        context = dg.build_sensor_context(instance=instance, cursor=cursor, repository_name="__repository__")
        return sensor.evaluate_tick(context).cursor

    run(instance)
    failures, successes = tick(notify_failure), tick(notify_recovery)
    failed, _ = run(instance, ValueError(), job)
    tick(notify_failure, failures)
    recovered, _ = run(instance)
    tick(notify_recovery, successes)
    assert [(line["event"], line["run_id"], line["job"]) for line in lines(installation)] == [
        ("failed", failed.run_id, job),
        ("recovered", recovered.run_id, refresh.name),
    ]


def test_a_part_that_goes_through_is_no_recovery(installation, instance):
    run(instance, ValueError())
    tell(notify_recovery, instance, *run(instance, job=OF_A_SELECTION))
    assert not installation.settings.notifications_log.exists()
    recovered, end = run(instance)
    tell(notify_recovery, instance, recovered, end)
    assert [line["run_id"] for line in lines(installation)] == [recovered.run_id]


def test_no_run_is_told_of_twice(installation, webhook, instance):
    """By the command that made it, and by the sensors of a UI that looks on."""
    failed, end = run(instance, ValueError())
    tell_of_end(instance, failed.run_id, print)
    tell(notify_failure, instance, failed, end)
    recovered, end = run(instance)
    tell(notify_recovery, instance, recovered, end)
    tell_of_end(instance, recovered.run_id, print)
    assert [line["event"] for line in lines(installation)] == ["failed", "recovered"]
    assert len(webhook.posted) == 2


@pytest.mark.parametrize("broken", ["answers 500", "is not there"])
def test_a_webhook_that_fails_stops_nothing_and_its_secret_stays(installation, webhook, instance, broken, capfd):
    webhook.answer = 500
    if broken == "is not there":
        webhook.close()
    tell(notify_failure, instance, *run(instance, ValueError()))
    assert len(lines(installation)) == 1
    logged = "".join(capfd.readouterr())
    assert "nobody heard of it there: the webhook" in logged
    assert "of-the-hook" not in logged


def test_a_webhook_that_drips_its_answer_is_given_up_in_time(installation, webhook, instance, monkeypatch, capfd):
    """Each byte comes in time, the whole answer does not."""
    monkeypatch.setattr(notifications, "WEBHOOK_SECONDS", 1)
    webhook.drips_for = 5
    failed, end = run(instance, ValueError())
    began = time.monotonic()
    tell(notify_failure, instance, failed, end)
    assert 1 <= time.monotonic() - began < 4
    assert "the webhook did not answer within 1 s" in "".join(capfd.readouterr())
    assert len(webhook.posted) == len(lines(installation)) == 1


def test_every_step_has_its_advice_and_its_section(definitions):
    steps = set(definitions.resolve_job_def(refresh.name).graph.node_dict)
    assert steps == set(WHAT_TO_DO)
    page = (PROJECT_DIR / "docs/operations/README.md").read_text(encoding="utf-8")
    assert all(f"### {step}\n" in page for step in steps)
