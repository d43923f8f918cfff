"""The processes of the program: the one table that `make up` and the containers share."""

from dataclasses import dataclass

QUEUES = ("urgent", "mail", "default", "bulk", "webhooks")
DROP_WORK_AFTER = 10.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Process:
    """One long-running process and how long it may take to end.

    One that `stands_alone` shares nothing with the others: it loads what they never need.
    """

    name: str
    command: tuple[str, ...]
    seconds_to_end: float = DROP_WORK_AFTER
    stands_alone: bool = False


def web(*, bind: str, port: int, threads: int = 3) -> Process:
    """Return pages and API: two processes, because one waits while the other computes.

    Each of the threads of both has a session of the database: 20 MB in a large installation.
    """
    return Process(
        name="web",
        command=(
            "gunicorn",
            "servicedesk.wsgi:application",
            f"--bind={bracketed(bind)}:{port}",
            "--workers=2",
            "--worker-class=gthread",
            f"--threads={threads}",
            "--timeout=60",
            "--graceful-timeout=5",
            # A process that begins anew answers late for some seconds: once in hours, in case memory leaks.
            "--max-requests=200000",
            "--max-requests-jitter=50000",
            "--worker-tmp-dir=/dev/shm",
            "--no-control-socket",
            "--preload",
        ),
    )


def live(*, bind: str, port: int) -> Process:
    """Return live events: one process that holds many open connections."""
    return Process(
        name="live",
        command=(
            "uvicorn",
            "servicedesk.live.asgi:application",
            f"--host={bind}",
            f"--port={port}",
            "--no-access-log",
            "--timeout-graceful-shutdown=2",
        ),
    )


def listener(*, bind: str, port: int) -> Process:
    """Return the door for mail servers: SMTP at `port`, LMTP where LMTP_PORT says so."""
    return Process(
        name="listener",
        command=("python", "manage.py", "listen_for_mail", f"--host={bind}", f"--port={port}"),
    )


def tick() -> Process:
    """Return the process that finds due work."""
    return Process(name="tick", command=("python", "manage.py", "tick"))


def matcher() -> Process:
    """Return the process that holds the matching model; there is one, everybody asks it."""
    return Process(name="matcher", command=("python", "manage.py", "match"), stands_alone=True)


def worker(*queues: str, concurrency: int, in_threads: bool = False) -> Process:
    """Return a worker of one or more queues, whose tasks run in processes or in threads of its own.

    A process for each is ended alone when a task takes too long, and needs 30 MB more.
    """
    name = f"worker-{'-'.join(queues)}"
    return Process(
        name=name,
        command=(
            "celery",
            "--app=servicedesk.celery:app",
            "worker",
            f"--queues={','.join(queues)}",
            f"--hostname={name}@%h",
            f"--concurrency={concurrency}",
            f"--pool={'threads' if in_threads else 'prefork'}",
            "--loglevel=INFO",
            "--without-gossip",
            "--without-mingle",
        ),
    )


def on_one_machine(*, bind: str, port: int, live_port: int, smtp_port: int) -> tuple[Process, ...]:
    """Return what `make up` runs: few processes, for a small machine."""
    return (
        web(bind=bind, port=port, threads=2),
        live(bind=bind, port=live_port),
        listener(bind=bind, port=smtp_port),
        tick(),
        matcher(),
        worker("urgent", "default", "mail", concurrency=2, in_threads=True),
        # Whatever waits for hosts of others, which may be slow, keeps nobody else waiting.
        worker("webhooks", "bulk", concurrency=1, in_threads=True),
    )


def as_services() -> tuple[Process, ...]:
    """Return what the containers run: each service can be given more copies."""
    return (
        web(bind="0.0.0.0", port=8000),  # noqa: S104 inside a container, behind the proxy
        live(bind="0.0.0.0", port=8001),  # noqa: S104
        listener(bind="0.0.0.0", port=8025),  # noqa: S104
        tick(),
        matcher(),
        *(worker(queue, concurrency=2) for queue in QUEUES),
    )


def bracketed(host: str) -> str:
    """Return a host as it stands before a colon and a port."""
    return f"[{host}]" if ":" in host else host
