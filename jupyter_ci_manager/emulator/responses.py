"""Answers that go wrong on demand."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

import msgspec
from tornado.web import RequestHandler

from .faults import RequestFault
from .wire import Reply

_ELSEWHERE = "https://elsewhere.example"


async def spoil(fault: RequestFault, handler: RequestHandler, reply: Reply | None) -> Reply | None:
    """Let a request go wrong.

    Args:
        fault: What goes wrong.
        handler: The handler whose connection may be cut.
        reply: The right answer; None for faults that hit before anything is done.

    Returns:
        The answer to be sent, or None when the connection is gone.
    """
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds)
    if fault.kind in ("reset", "hang"):
        _reset(handler)
        return None
    if fault.kind == "status" or reply is None:
        headers = dict(fault.headers)
        if fault.retry_after is not None:
            headers["Retry-After"] = f"{fault.retry_after:g}"
        error = {"code": fault.code, "message": fault.message}
        return Reply(fault.status, {"error": error}, headers)
    if fault.kind == "truncate":
        await _truncate(handler, reply)
        return None
    if fault.kind == "not-json":
        page = b"<!DOCTYPE html><html><body><h1>Service unavailable</h1></body></html>"
        return Reply(reply.status, page, reply.headers, "text/html; charset=utf-8")
    if fault.kind == "empty":
        return Reply(reply.status, None, reply.headers)
    if fault.kind == "foreign-operation":
        for name in ("Azure-AsyncOperation", "Location"):
            if name in reply.headers:
                reply.headers[name] = f"{_ELSEWHERE}/operations/1"
        return reply
    content = msgspec.json.decode(reply.encoded() or b"null")
    if fault.kind == "malformed":
        content = _malformed(content, fault.name.lower())
    elif fault.kind == "nulls":
        content = _nulls(content)
    elif isinstance(content, dict):
        content["nextLink"] = f"{_ELSEWHERE}{handler.request.uri}"
    return Reply(reply.status, content, reply.headers)


def _malformed(value: Any, name: str) -> Any:
    """Give one compute properties of kinds that no specification knows."""
    if isinstance(value, list):
        return [_malformed(entry, name) for entry in value]
    if not isinstance(value, dict):
        return value
    if str(value.get("name")).lower() == name and isinstance(value.get("properties"), dict):
        wrong = {"state": 7, "schedules": "soon", "applications": {"a": 1}, "errors": [None, 3]}
        return {
            **value,
            "tags": ["x"],
            "properties": {"computeType": "ComputeInstance", "properties": wrong},
        }
    return {key: _malformed(below, name) for key, below in value.items()}


def _nulls(value: Any) -> Any:
    """Make null of everything in a resource but what names it."""
    if isinstance(value, dict):
        return {
            key: below if key in ("id", "name", "type", "computeType") else _nulls(below)
            for key, below in value.items()
        }
    if isinstance(value, list):
        return [_nulls(below) for below in value]
    return None


def _reset(handler: RequestHandler) -> None:
    stream = handler.detach()
    if stream.socket is not None:
        # Lingering for no time makes the kernel send a reset instead of an orderly end.
        option = struct.pack("ii", 1, 0)
        stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)
    stream.close()


async def _truncate(handler: RequestHandler, reply: Reply) -> None:
    body = reply.encoded()
    stream = handler.detach()
    head = (
        f"HTTP/1.1 {reply.status} OK\r\nContent-Type: {reply.content_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    await stream.write(head.encode() + body[: len(body) // 2])
    stream.close()
