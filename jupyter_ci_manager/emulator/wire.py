"""What goes over the wire: one request, one reply, and the table that routes between them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

import msgspec

from .errors import ArmError, invalid_content

if TYPE_CHECKING:
    from .cloud import Cloud
    from .rbac import Caller


@dataclass
class Request:
    """A request as the emulator's rooms see it."""

    method: str
    path: str
    query_text: str
    headers: Mapping[str, str]
    body: bytes
    scheme: str
    host: str
    params: dict[str, str] = field(default_factory=dict)
    api_version: str = ""
    mirror: bool = False
    _caller: Caller | None = None

    def __post_init__(self) -> None:
        """Split path and query; names in a query have no case."""
        self.segments = [unquote(part) for part in self.path.split("/") if part]
        pairs = parse_qsl(self.query_text, keep_blank_values=True)
        self.query = {name.lower(): value for name, value in pairs}

    @property
    def base_url(self) -> str:
        """The address under which the client reached the emulator."""
        return f"{self.scheme}://{self.host}"

    @property
    def caller(self) -> Caller:
        """Who calls; only for routes that ask for a token."""
        if self._caller is None:
            raise AssertionError("this route does not ask who calls")
        return self._caller

    @caller.setter
    def caller(self, caller: Caller) -> None:
        self._caller = caller

    def json(self) -> Any:
        """Decode the body.

        Raises:
            ArmError: It is not JSON (400), or is declared as something else (415).
        """
        kind = self.headers.get("Content-Type", "application/json").split(";")[0].strip().lower()
        if kind not in ("application/json", "text/json", "") and not kind.endswith("+json"):
            raise ArmError(
                415,
                "UnsupportedMediaType",
                f"The content media type '{kind}' is not supported. Only 'application/json' is "
                "supported.",
            )
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise invalid_content(str(error)) from None

    def json_object(self) -> dict[str, Any]:
        """Decode a body that must be a JSON object."""
        value = self.json()
        if not isinstance(value, dict):
            raise invalid_content("an object was expected")
        return value


@dataclass
class Reply:
    """An answer; ``content`` is sent as JSON unless it is bytes."""

    status: int = 200
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"
    later: Awaitable[Reply] | None = None
    """What to wait for, where the answer takes time; everything else is answered at once."""

    def encoded(self) -> bytes:
        """Give the bytes of the body."""
        if self.content is None:
            return b""
        if isinstance(self.content, bytes):
            return self.content
        return msgspec.json.encode(self.content)


Handler = Callable[["Cloud", Request], Reply]


@dataclass(frozen=True)
class Route:
    """One verb on one path.

    ``pattern`` holds literal segments and ``{names}``. ``action`` is the Azure RBAC action that the
    caller needs (None: any valid token will do). ``versions`` says for which api-versions the
    action exists. ``open`` marks paths that ask for no token and no api-version.
    """

    method: str
    pattern: str
    handler: Handler
    action: str | None = None
    versions: Callable[[str], bool] | None = None
    open: bool = False


class Router:
    """Finds the route of a path; literal segments have no case."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Build the tree of segments."""
        self._root: dict[str, Any] = {}
        for route in routes:
            node = self._root
            for part in filter(None, route.pattern.split("/")):
                key = "{}" if re.fullmatch(r"\{\w+\}", part) else part.lower()
                node = node.setdefault(key, {})
            node.setdefault("", {})[route.method] = route

    def find(self, method: str, segments: list[str]) -> tuple[Route, dict[str, str]]:
        """Give the route and the values of its names.

        Raises:
            ArmError: No such path (404), or not with this verb (405).
        """
        node = self._root
        for segment in segments:
            following = node.get(segment.lower()) or node.get("{}")
            if following is None:
                raise _no_such_path(segments)
            node = following
        verbs: dict[str, Route] | None = node.get("")
        if not verbs:
            raise _no_such_path(segments)
        route = verbs.get(method)
        if route is None:
            raise ArmError(
                405,
                "MethodNotAllowed",
                f"The requested resource does not support http method '{method}'.",
                headers={"Allow": ", ".join(sorted(verbs))},
            )
        names = list(filter(None, route.pattern.split("/")))
        params = {
            name[1:-1]: segment
            for name, segment in zip(names, segments, strict=True)
            if name.startswith("{")
        }
        return route, params


def _no_such_path(segments: list[str]) -> ArmError:
    lowered = [segment.lower() for segment in segments]
    if "providers" in lowered:
        where = lowered.index("providers")
        namespace = segments[where + 1] if len(segments) > where + 1 else ""
        kind = "/".join(segments[where + 2 :: 2])
        return ArmError(
            404,
            "InvalidResourceType",
            f"The resource type '{kind}' could not be found in the namespace '{namespace}'.",
        )
    return ArmError(404, "NotFound", f"No resource is served at '/{'/'.join(segments)}'.")
