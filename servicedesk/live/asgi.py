"""Live events: a small ASGI process that streams announcements to signed-in staff.

It touches the database once, to see who asks, and never holds a transaction.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

import django

django.setup()

import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from redis.exceptions import RedisError

from servicedesk.live.admission import admitted_tenant, header_of
from servicedesk.live.announcing import channel_of

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

# The browser connects again by itself; a stream that ends lets a worker be replaced.
STREAM_ENDS_AFTER_SECONDS = 600
HEARTBEAT_SECONDS = 15


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer one connection: GET /live/ streams, /healthz says ok."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/healthz":
        await answer(send, status=200, body=b"ok\n")
    elif scope["type"] == "http" and scope["path"] == "/live/" and scope["method"] == "GET":
        await admit(scope, receive, send)
    elif scope["type"] == "http":
        await answer(send, status=404, body=b"There is nothing here.\n")


async def lifespan(receive: Receive, send: Send) -> None:
    """Answer the server's start and stop."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def admit(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Stream to staff of the tenant at this host; refuse everybody else."""
    host, origin = header_of(scope, b"host"), header_of(scope, b"origin")
    tenant_id = await sync_to_async(admitted_tenant)(
        host=host, origin=origin, cookies=header_of(scope, b"cookie")
    )
    if tenant_id is None:
        await answer(send, status=403, body=b"Sign in first.\n")
        return
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    if origin:
        headers += [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
            (b"vary", b"origin"),
        ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await write(send, b"retry: 3000\n\n")
    streaming = asyncio.create_task(stream(tenant_id, send))
    leaving = asyncio.create_task(has_left(receive))
    done, pending = await asyncio.wait(
        {streaming, leaving},
        timeout=STREAM_ENDS_AFTER_SECONDS,
        return_when=asyncio.FIRST_COMPLETED,
    )
    for task in pending:
        task.cancel()
    if leaving not in done:
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def has_left(receive: Receive) -> None:
    """Return when the browser has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def stream(tenant_id: int, send: Send) -> None:
    """Pass on what is announced to a tenant, with a heartbeat while nothing is."""
    try:
        async with (
            redis.asyncio.Redis.from_url(settings.REDIS_URL) as client,
            client.pubsub(ignore_subscribe_messages=True) as pubsub,
        ):
            await pubsub.subscribe(channel_of(tenant_id))
            while True:
                message = await pubsub.get_message(timeout=HEARTBEAT_SECONDS)
                if message is None:
                    await write(send, b": still here\n\n")
                else:
                    await write(send, b"event: change\ndata: " + message["data"] + b"\n\n")
    except (RedisError, OSError):
        # The stream ends; the browser asks again in a few seconds.
        return


async def write(send: Send, body: bytes) -> None:
    """Send a part of the stream."""
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def answer(send: Send, *, status: int, body: bytes) -> None:
    """Send a whole answer."""
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
