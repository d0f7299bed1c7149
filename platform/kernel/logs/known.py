"""What others say that is worth reading, word for word. Their arguments are shown only if any log may hold them."""

KNOWN = frozenset(
    {
        # our worker of gunicorn, and gunicorn
        "a request could not be read: %s",
        "WORKER TIMEOUT (pid:%s)",
        "Worker (pid:%s) was sent %s!",
        "Worker (pid:%s) exited with code %s.",
        "Worker (pid:%s) exited with code %s",
        "Worker failed to boot.",
        "Exception in worker process",
        "Unhandled exception in main loop",
        "Socket error processing request.",
        "Error handling request %s",
        "Error handling request %s %s",
        "Error handling request",
        "Error handling request (no URI read)",
        "Connection in use: %s",
        "Can't connect to %s",
        # the job library
        "Failed to pull task from broker",
        "Failed to push task to queue",
        "Could not save task result",
        "Could not create task from schedule",
        # Python
        "Task exception was never retrieved",
        "Exception in callback %s",
    }
)
