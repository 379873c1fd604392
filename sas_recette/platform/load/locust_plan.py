"""Plays, in Locust's own processes, the arrivals that the harness planned; stands alone, and imports nothing of the project.

The harness writes this file with the plan in it, and gives it to a Locust master; workers, of this machine or of another, receive
it from the master. Each takes its share of the plan, sends each search at its instant whatever became of the others, and tells
the master, which writes one JSON line a request. gevent replaces parts of the standard library: never imported by the harness.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gevent
from locust import FastHttpUser, events, task
from locust.runners import MasterRunner

PLAN: dict[str, Any] = json.loads(r"""{}""")

_TELL = "sas-arrival"
_DONE = "sas-done"
_FAULTS = (
    (gevent.Timeout, "timeout"),
    (TimeoutError, "timeout"),
    (ssl.SSLError, "tls"),
    (socket.gaierror, "name"),
    (ConnectionRefusedError, "refused"),
    (ConnectionError, "reset"),
)


def tls_context() -> ssl.SSLContext:
    """The platform's identity, from the files that the environment names."""
    context = ssl.create_default_context(cafile=os.environ.get("SAS_CHARGE_CA") or None)
    certificate = os.environ.get("SAS_CHARGE_CERTIFICATE")
    if certificate:
        password = os.environ.get("SAS_CHARGE_PASSWORD", "")
        context.load_cert_chain(certificate, os.environ.get("SAS_CHARGE_KEY") or None, lambda: password)
    return context


class Platform(FastHttpUser):
    """One user a worker: it decides nothing, it follows the plan."""

    host = PLAN.get("host", "")
    concurrency = 100
    insecure = False
    network_timeout = PLAN.get("seconds", 0.0)
    connection_timeout = PLAN.get("seconds", 0.0)
    ssl_context_factory = staticmethod(tls_context)

    @task
    def follow(self) -> None:
        """The share of this worker, once."""
        runner = self.environment.runner
        share = runner.worker_index
        origin = time.monotonic()
        under_way = []
        for shot in PLAN["shots"][share :: PLAN["workers"]]:
            gevent.sleep(max(0.0, origin + shot["planned"] - time.monotonic()))
            under_way.append(gevent.spawn(self.search, shot, origin))
        gevent.joinall(under_way)
        runner.send_message(_DONE, {"worker": share})
        gevent.sleep(PLAN["patience"])  # until the master has heard of every worker

    def search(self, shot: Mapping[str, Any], origin: float) -> None:
        """One search, and what became of it."""
        told: dict[str, Any] = {"rank": shot["rank"], "sent": time.monotonic() - origin}
        error: BaseException | None = None
        body, headers = b"", []
        try:
            with gevent.Timeout(PLAN["seconds"]):
                response = self.client.request(
                    "GET", shot["target"], name="recherche", headers=PLAN["headers"], allow_redirects=False
                )
            error = getattr(response, "error", None)
            body = response.content or b""
            headers = list((response.headers or {}).items())
            told |= {"status": response.status_code or None, "size": len(body)}
        except gevent.Timeout as late:
            error = late
        told["ended"] = time.monotonic() - origin
        if not told.get("status"):
            fault = next((kind for kind_of_error, kind in _FAULTS if isinstance(error, kind_of_error)), "protocol")
            told |= {"fault": fault, "detail": str(error), "status": None}
        if shot["whole"] or told["status"] != 200:
            kept = body if shot["whole"] else body[: PLAN["excerpt"]]
            told |= {"headers": headers, "body": base64.b64encode(kept).decode("ascii")}
        self.environment.runner.send_message(_TELL, told)


@events.init.add_listener
def listen(environment: Any, **_: object) -> None:  # noqa: ANN401 - Locust's own
    """The master writes what the workers tell, and ends the run when all of them have."""
    runner = environment.runner
    if not isinstance(runner, MasterRunner):
        return
    done: set[int] = set()
    results = Path(PLAN["results"])

    def tell(msg: Any, **_: object) -> None:  # noqa: ANN401
        with results.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(msg.data) + "\n")

    def over(msg: Any, **_: object) -> None:  # noqa: ANN401
        done.add(msg.data["worker"])
        if len(done) >= PLAN["workers"]:
            runner.quit()

    runner.register_message(_TELL, tell)
    runner.register_message(_DONE, over)
