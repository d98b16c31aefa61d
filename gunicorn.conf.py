"""How the site is served: `gunicorn resolutionflow.wsgi` reads this file by itself."""

import gc
import os
from pathlib import Path

from resolutionflow import environment
from resolutionflow.launch import parent_watch

bind = environment.bind_address()
worker_class = "resolutionflow.launch.web_worker.WebWorker"
workers = environment.positive_int("WEB_WORKERS", 2)
# As many requests at once use the database; both are read by the settings, which each worker loads
# after this.
database_connections = environment.positive_int("WEB_THREADS", 4)
os.environ.setdefault("DATABASE_POOL_SIZE", str(database_connections))
os.environ["RESOLUTIONFLOW_PROCESS"] = "web"
# Many more threads than connections: those that wait, for the database or for the rest of a body,
# leave some for static files and the health check. A thread without work costs next to nothing.
threads = database_connections * (1 + environment.WAITING_PER_CONNECTION) + 32

timeout = 60
graceful_timeout = environment.positive_int("GRACEFUL_TIMEOUT_SECONDS", 25)
keepalive = 5
# Whether a proxy's word about HTTPS is taken is decided in one place, by TRUST_FORWARDED_PROTO.
secure_scheme_headers: dict[str, str] = {}
forwarded_allow_ips = ""
accesslog = None
loglevel = "warning"
# The heartbeat's file must not wait for a busy disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True  # nothing of ours talks to it


def on_starting(server: object) -> None:
    """End with the supervisor, when there is one, so that no orphan keeps the port."""
    parent_watch.exit_with_parent()


def post_worker_init(worker: object) -> None:
    """Keep what was loaded out of the garbage collector's rounds."""
    gc.collect()
    gc.freeze()
    # A request makes thousands of short-lived objects; looking more often finds no garbage.
    gc.set_threshold(50_000, 20, 50)
