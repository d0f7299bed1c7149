"""How the web server runs, in the demo and in production.

`gunicorn --config python:waystation.gunicorn --bind 127.0.0.1:8000 waystation.wsgi:application`.

One process with threads by default, because the API's rate limits are counted per process; GUNICORN_CMD_ARGS and the
command line override each value. Nothing here writes an address of a visitor anywhere.
"""

import os

from kernel.collector import set_aside_what_is_there

worker_class = "waystation.web_worker.StayingWorker"  # threads
logger_class = "kernel.logs.web_server.QuietLogger"
workers = int(os.environ.get("WEB_PROCESSES", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 5
keepalive = 5
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True  # it lies in the home directory, where every instance of a user would share it


def post_worker_init(worker: object) -> None:
    """Begin to serve: the application is loaded by now."""
    set_aside_what_is_there()
