"""The operations of a Mindtrace cluster, by nothing but the standard library. See docs/worker-protocol.md."""

import json
import os
import urllib.error
import urllib.request


class Refused(Exception):
    """The cluster refused a call, or failed: an RFC 9457 problem."""

    def __init__(self, problem):
        super().__init__(problem.get("detail") or problem.get("title") or str(problem))
        self.status = problem.get("status")
        self.type = problem.get("type")


class Cluster:
    """A cluster: its manager's URL and an API key, by default from MINDTRACE_URL and MINDTRACE_API_KEY."""

    def __init__(self, url=None, api_key=None):
        self.url = (url or os.environ.get("MINDTRACE_URL", "http://localhost:8002")).rstrip("/")
        self._api_key = api_key or os.environ["MINDTRACE_API_KEY"]

    def call(self, operation, timeout=90, **request):
        """Calls an operation: POST /{operation} with a JSON body; every operation answers JSON."""
        call = urllib.request.Request(
            f"{self.url}/{operation}",
            data=json.dumps(request).encode(),
            headers={"Authorization": f"Bearer {self._api_key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(call, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as fault:
            raise Refused(json.load(fault)) from None
