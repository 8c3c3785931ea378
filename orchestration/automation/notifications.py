"""Who hears of a run that failed, and of the first that went through after it: what is said, and by which ways.

Dagster's side of it is in `notification_sensors`. Nothing that is sent may identify a person, so no word of an
error goes out that may quote delivered data: it stays in the run's log, which the message points to.
"""

import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Literal, Protocol

import requests

from orchestration.settings import Settings, webhook_url

WEBHOOK_SECONDS = 10
DOCS = "docs/operations/README.md"


@dataclass(frozen=True)
class FailedStep:
    """A step that failed, the first cause of it, and what somebody is to do."""

    step: str
    cause: str
    what_to_do: str
    docs: str


@dataclass(frozen=True)
class Notification:
    """What is said of a run. `at` is the time of saying it, in UTC."""

    event: Literal["failed", "recovered"]
    run_id: str
    job: str
    failed_steps: Sequence[FailedStep] = ()

    def as_json(self, at: datetime) -> str:
        """One line of JSON."""
        return json.dumps({"at": at.isoformat(timespec="seconds"), **asdict(self)}, ensure_ascii=False)


class Notifier(Protocol):
    """A way to tell somebody. Another one (mail, a messenger) is a class like these and a line in `notifiers`."""

    def send(self, notification: Notification) -> None:
        """Send it, or raise NotSent."""


class NotSent(Exception):
    """A notification did not arrive; the message says why, without the address, which may hold a password."""


@dataclass(frozen=True)
class LogFile:
    """Appends to a file that only its owner reads, one JSON line a notification."""

    path: Path

    def send(self, notification: Notification) -> None:
        """Append the line; NotSent when the file cannot be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as log:
                log.write(notification.as_json(datetime.now(UTC)) + "\n")
        except OSError as error:
            raise NotSent(f"{self.path}: {error.strerror}") from error


@dataclass(frozen=True)
class Webhook:
    """Posts JSON to an address, for a messenger or a pager to pick up."""

    url: str

    def send(self, notification: Notification) -> None:
        """Post it; NotSent unless the answer is a success, and comes within WEBHOOK_SECONDS in all."""
        body = notification.as_json(datetime.now(UTC)).encode()
        answer: Future[int] = Future()
        # The limit of requests is one for each read: who drips an answer would hold us for hours. So a thread of its
        # own waits for it, and is left to itself when the time is over; it holds up no process that ends.
        Thread(target=self._post, args=(body, answer), daemon=True).start()
        try:
            status = answer.result(timeout=WEBHOOK_SECONDS)
        except (TimeoutError, requests.Timeout):
            raise NotSent(f"the webhook did not answer within {WEBHOOK_SECONDS} s") from None
        except requests.RequestException as error:
            raise NotSent(f"the webhook was not reached: {type(error).__name__}") from None
        if not 200 <= status < 300:
            raise NotSent(f"the webhook answered {status}")

    def _post(self, body: bytes, answer: Future[int]) -> None:
        try:
            with requests.post(
                self.url,
                data=body,
                headers={"Content-Type": "application/json"},
                timeout=WEBHOOK_SECONDS,
                allow_redirects=False,  # nobody but the address that was set
                stream=True,  # what the answer says besides its status is not read
            ) as response:
                answer.set_result(response.status_code)
        except Exception as error:
            answer.set_exception(error)


def notifiers(settings: Settings) -> list[Notifier]:
    """The ways of this installation: always the log file, and the webhook when there is an address."""
    url = webhook_url()
    return [LogFile(settings.notifications_log), *([Webhook(url)] if url else [])]


def notify(ways: Sequence[Notifier], notification: Notification, report: Callable[[str], None]) -> None:
    """Send by every way. One that fails is reported and stops nothing: neither the others nor a run."""
    for way in ways:
        try:
            way.send(notification)
        except NotSent as error:
            report(f"run {notification.run_id} {notification.event}, and nobody heard of it there: {error}")
