"""Self-tests of the unit that the service keeps: one at a time, each a job that can be followed."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import uuid4

from console.errors import CheckUnknown, JobUnknown, SelfTestRunning
from examination.self_test import CHECKS, Check

# What was run lately can be read again; older jobs are forgotten.
KEPT_JOBS = 20

RunChecks = Callable[[Sequence[str]], Iterator[Check]]


class JobState(Enum):
    """Where a job is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(slots=True)
class Job:
    """One run: what was wanted, and what is known so far."""

    id: str
    started: datetime
    wanted: tuple[str, ...]
    state: JobState = JobState.RUNNING
    checks: list[Check] = field(default_factory=list)
    error: dict[str, str] | None = None

    def as_record(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "id": self.id,
            "started": self.started.isoformat(timespec="seconds"),
            "wanted": list(self.wanted),
            "state": self.state.value,
            "checks": [check.as_record() for check in list(self.checks)],
            "error": self.error,
        }


def wanted_checks(named: Sequence[str]) -> tuple[str, ...]:
    """Give the names of checks, each once, all of them when none is named. Raises CheckUnknown."""
    unknown = [name for name in named if name not in CHECKS]
    if unknown:
        raise CheckUnknown(f"There is no check {unknown[0][:40]!r}; there are {', '.join(CHECKS)}.")
    return tuple(dict.fromkeys(named)) or tuple(CHECKS)


class SelfTests:
    """Starts jobs and tells how they go; the checks run in a thread of the job."""

    def __init__(self, run_checks: RunChecks, now: Callable[[], datetime]) -> None:
        self._run_checks, self._now = run_checks, now
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closing = False

    def start(self, wanted: Sequence[str]) -> dict[str, Any]:
        """Begin a job of these checks, all of them when none is named.

        Raises CheckUnknown, or SelfTestRunning while another job runs.
        """
        names = wanted_checks(wanted)
        with self._lock:
            if any(job.state is JobState.RUNNING for job in self._jobs.values()):
                raise SelfTestRunning("Another self-test is running; wait until it has ended.")
            job = Job(str(uuid4()), self._now(), names)
            self._keep(job)
        self._thread = threading.Thread(target=self._run, args=(job,), name="self-test")
        self._thread.start()
        return job.as_record()

    def job(self, job_id: str) -> dict[str, Any]:
        """Tell how a job goes. Raises JobUnknown."""
        if job_id not in self._jobs:
            raise JobUnknown(
                f"There is no self-test {job_id!r}; only the last {KEPT_JOBS} are kept."
            )
        return self._jobs[job_id].as_record()

    def jobs(self) -> list[dict[str, Any]]:
        """Tell of all jobs that are kept, the latest first."""
        with self._lock:
            return [job.as_record() for job in reversed(self._jobs.values())]

    def close(self) -> None:
        """End the job that runs after the check that it is at, which has a deadline of its own."""
        self._closing = True
        if self._thread is not None:
            self._thread.join()

    def _keep(self, job: Job) -> None:
        while len(self._jobs) >= KEPT_JOBS:
            del self._jobs[next(iter(self._jobs))]
        self._jobs[job.id] = job

    def _run(self, job: Job) -> None:
        try:
            for check in self._run_checks(job.wanted):
                job.checks.append(check)
                if self._closing:
                    break
        except Exception as error:
            code = getattr(error, "code", type(error).__name__)
            job.error = {"code": code, "message": str(error)}
            job.state = JobState.FAILED
            if not hasattr(error, "code"):
                raise
        else:
            job.state = JobState.DONE
