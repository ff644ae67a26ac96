"""The way of a request through Resource Manager, in the order in which Azure refuses."""

from __future__ import annotations

from .cloud import Cloud
from .errors import ArmError, version_without
from .rbac import PROVIDER
from .scopes import scope_of
from .versions import ALL, known
from .wire import Reply, Request, Route, Router

_MIRROR = ["rp", "workspaces"]
_OTHER_PROVIDERS_VERSIONS = 10


def answer(cloud: Cloud, router: Router, request: Request) -> Reply:
    """Answer a request: find its route, ask who calls and whether he may, do it, write it down.

    A refusal is answered in Azure's envelope. What was begun is on disk before the answer is given.
    """
    cloud.tick()
    headers: dict[str, str] = {}
    try:
        reply = _answer(cloud, router, request, headers)
    except ArmError as error:
        reply = Reply(error.status, {"error": error.body()}, dict(error.headers))
    for name, value in headers.items():
        reply.headers.setdefault(name, value)
    cloud.commit()
    return reply


def _answer(cloud: Cloud, router: Router, request: Request, headers: dict[str, str]) -> Reply:
    segments = request.segments
    if [segment.lower() for segment in segments[:2]] == _MIRROR:
        # The retired SDK reads computes below this prefix of the workspace's own host.
        request.mirror = True
        segments = segments[2:]
    request.path = "/" + "/".join(segments) if not request.mirror else request.path
    route, request.params = router.find(request.method, segments)
    if route.open:
        return route.handler(cloud, request)
    request.caller = cloud.tokens.caller(request.headers.get("Authorization"))
    request.api_version = _version(request, route)
    subscription = request.params.get("subscription")
    if subscription is not None:
        subscription = cloud.estate.check_subscription(subscription)
    headers.update(
        cloud.throttling.count(
            cloud.settings, request.method, subscription or "", request.caller.oid
        )
    )
    if route.action is not None:
        cloud.directory.authorize(request.caller, route.action, scope_of(cloud, request.params))
    return route.handler(cloud, request)


def _version(request: Request, route: Route) -> str:
    version = request.query.get("api-version")
    if not version:
        raise ArmError(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    version = version.lower()
    if PROVIDER.lower() not in request.path.lower() or "microsoft.authorization" in (
        request.path.lower()
    ):
        # Other providers have versions of their own; their shape is what counts.
        if len(version) < _OTHER_PROVIDERS_VERSIONS or not version[:4].isdigit():
            raise _invalid_version(version)
        return version
    if not known(version):
        raise _invalid_version(version)
    if route.versions is not None and not route.versions(version):
        kind = "workspaces/computes/" + route.pattern.rpartition("/")[2]
        raise version_without(kind, version, [entry for entry in ALL if route.versions(entry)])
    return version


def _invalid_version(version: str) -> ArmError:
    return ArmError(
        400,
        "InvalidApiVersionParameter",
        f"The api-version '{version}' is invalid. The supported versions are '{', '.join(ALL)}'.",
    )
