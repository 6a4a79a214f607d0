"""A client in Python: submits a job and waits for its end.

    MINDTRACE_API_KEY=... python3 client.py "to be or not to be"
"""

import json
import sys

from mindtrace import Cluster

FINAL = {"completed", "failed", "error", "cancelled"}


def main():
    text = sys.argv[1] if len(sys.argv) > 1 else "to be or not to be"
    cluster = Cluster()
    status = cluster.call("submit_job", schema_name="word_count", payload={"text": text})
    print(f"Job {status['job_id']}: {status['status']}")
    while status["status"] not in FINAL:
        status = cluster.call("wait_for_job", job_id=status["job_id"], timeout_seconds=45)
    print(f"Job {status['job_id']}: {status['status']} {json.dumps(status['output'])}")
    if status["status"] != "completed":
        sys.exit(status["job"]["error"])


if __name__ == "__main__":
    main()
