"""A worker in Python: takes jobs of one type over HTTP and runs them, one at a time, until Ctrl+C or SIGTERM.

    MINDTRACE_API_KEY=... python3 worker.py word_count
"""

import signal
import sys
import threading
import time
import uuid

from mindtrace import Cluster, Refused

RETRY_SECONDS = 2


class Cancelled(Exception):
    """The job was cancelled, or given to another worker."""


def run(payload, check, log):
    """The work itself: counts the words of a text. Long work calls check() now and then, which raises Cancelled."""
    words = payload["text"].lower().split()
    log(f"Counting {len(words)} words")
    counts = {}
    for word in words:
        check()
        counts[word] = counts.get(word, 0) + 1
    return {"words": sum(counts.values()), "counts": counts}


class Lease:
    """Keeps an attempt alive by renewing its lease in the background, and notes when it is to stop."""

    def __init__(self, cluster, attempt):
        self._cluster, self._attempt = cluster, attempt
        self._done = threading.Event()
        self.answer = "renewed"
        self._thread = threading.Thread(target=self._renew, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()

    def check(self):
        if self.answer != "renewed":
            raise Cancelled

    def _renew(self):
        # Three tries within a lease: one lost answer is no death.
        while not self._done.wait(self._attempt["lease_seconds"] / 3):
            try:
                answer = self._cluster.call("renew_attempt", job_id=self._attempt["job"]["id"], token=self._attempt["token"])
                self.answer = answer["answer"]
            except (Refused, OSError) as fault:
                print(f"The lease was not renewed: {fault}", file=sys.stderr)


class Log:
    """Prints to the job's log. Each line is a call here; a worker that prints much gathers lines for a while."""

    def __init__(self, cluster, attempt):
        self._cluster, self._attempt, self._number = cluster, attempt, 0

    def __call__(self, *lines):
        self._number += 1
        try:
            insist(
                self._cluster, "write_attempt_log",
                job_id=self._attempt["job"]["id"], token=self._attempt["token"], number=self._number, lines=lines,
            )
        except Refused:  # The attempt was ended by others.
            raise Cancelled from None


def work(cluster, attempt):
    """Runs one attempt and stores its outcome."""
    job = attempt["job"]
    with Lease(cluster, attempt) as lease:
        try:
            outcome = {"status": "completed", "output": run(job["payload"], lease.check, Log(cluster, attempt))}
        except Cancelled:
            outcome = {"status": "failed", "error": "stopped"}
        except (KeyError, TypeError, AttributeError) as fault:
            outcome = {"status": "error", "error": f"The payload cannot be read: {fault!r}"}
        except Exception as fault:  # The job's own code: whatever it raises fails the attempt.
            outcome = {"status": "failed", "error": repr(fault)}
        finish(cluster, job["id"], attempt["token"], outcome)
    print(f"{job['id']} attempt {attempt['number']}: {outcome['status']}", flush=True)


def finish(cluster, job_id, token, outcome):
    """Stores an outcome."""
    try:
        insist(cluster, "finish_attempt", job_id=job_id, token=token, **outcome)
    except Refused as refused:
        print(f"The outcome of {job_id} was not taken: {refused}", file=sys.stderr)


def insist(cluster, operation, **request):
    """Calls an operation until it is answered, for as long as that takes: repeating those of an attempt is harmless."""
    while True:
        try:
            return cluster.call(operation, **request)
        except Refused as refused:
            if refused.status != 503:
                raise
        except OSError as fault:
            print(f"The cluster is away: {fault}", file=sys.stderr)
        time.sleep(RETRY_SECONDS)


def main():
    job_type = sys.argv[1] if len(sys.argv) > 1 else "word_count"
    cluster, worker_id = Cluster(), str(uuid.uuid4())
    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.set())
    print(f"Worker {worker_id} takes {job_type} from {cluster.url}", flush=True)
    while not stopping.is_set():
        try:
            attempt = cluster.call("take_job", worker_id=worker_id, job_type=job_type, wait_seconds=5)["attempt"]
        except (Refused, OSError) as fault:
            print(f"No job can be taken: {fault}", file=sys.stderr)
            stopping.wait(RETRY_SECONDS)
            continue
        if attempt:
            work(cluster, attempt)


if __name__ == "__main__":
    main()
