"""The policies between a request and the wire; imported with the first request, not before."""

from __future__ import annotations

import os
import time
from typing import Any

from azure.core import PipelineClient
from azure.core.exceptions import ServiceResponseTimeoutError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HeadersPolicy, HTTPPolicy, RetryPolicy, UserAgentPolicy
from azure.core.pipeline.transport import HttpTransport, RequestsTransport
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from .retry_after import seconds_asked

#: Seconds to make a connection; half a request's time, so that a second try still fits.
_CONNECT_SECONDS = 4.0
#: A longer wait than this is shown to the user instead of being sat out.
_LONGEST_SILENT_WAIT = 2.0
#: A read that was cut off is tried again only when this many seconds are left for it.
_LEAST_SECONDS = 0.2


class _TakeOptions(HTTPPolicy[Any, Any]):
    """Moves our own options out of the transport's sight."""

    def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        for name in ("ci_deadline", "ci_anonymous"):
            request.context[name] = request.context.options.pop(name, None)
        # Only a read is tried again after its connection broke: a write may have been carried out.
        request.context.options["retry_on_methods"] = frozenset({"GET"})
        return self.next.send(request)


class _CarefulRetry(RetryPolicy[Any, Any]):
    """Tries reads again, writes never, and sits out no wait that a user would notice."""

    def get_retry_after(self, response: PipelineResponse[Any, Any]) -> float | None:
        return seconds_asked({k.lower(): v for k, v in response.http_response.headers.items()})

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        # A 5xx to a POST does not say that nothing happened: sending it again could do it twice.
        if response.http_request.method != "GET":
            return False
        if (self.get_retry_after(response) or 0) > _LONGEST_SILENT_WAIT:
            return False
        if response.http_response.status_code == 429:
            return False
        return bool(settings["total"] > 0 and super().is_retry(settings, response))


class _Deadline(HTTPPolicy[Any, Any]):
    """Gives each attempt only what is left of the request's time."""

    def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        left = request.context["ci_deadline"] - time.monotonic()
        if left < _LEAST_SECONDS:
            raise ServiceResponseTimeoutError("No answer in time.")
        request.context.options["connection_timeout"] = min(_CONNECT_SECONDS, left)
        request.context.options["read_timeout"] = left
        return self.next.send(request)


class _Bearer(ARMChallengeAuthenticationPolicy):
    """Azure's own policy, which answers claims challenges; passes requests that want no token.

    The policy keeps a token for as long as it is good; a sign-out must end that at once.
    """

    def __init__(self, credential: Any, *scopes: str, **kwargs: Any) -> None:
        super().__init__(credential, *scopes, **kwargs)
        self._epoch = getattr(credential, "epoch", 0)

    def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        if request.context["ci_anonymous"]:
            request.context.options.pop("enforce_https", None)
            return self.next.send(request)
        epoch = getattr(self._credential, "epoch", 0)
        if epoch != self._epoch:
            self._token, self._epoch = None, epoch
        return super().send(request)


def build(
    endpoint: str,
    credential: Any,
    *,
    scope: str,
    direct: bool,
    transport: HttpTransport[Any, Any] | None,
) -> PipelineClient[Any, Any]:
    """Put the pipeline together.

    Parameters
    ----------
    direct:
        No proxy: the endpoint is this machine.
    """
    if transport is None:
        transport = _direct_transport() if direct else RequestsTransport()
    return PipelineClient(
        endpoint,
        transport=transport,
        policies=[
            _TakeOptions(),
            HeadersPolicy(),
            UserAgentPolicy("jupyter-ci-manager"),
            _CarefulRetry(
                retry_total=2,
                retry_backoff_factor=0.4,
                timeout=60,
            ),
            _Deadline(),
            _Bearer(credential, scope, enable_cae=True),
        ],
    )


class DirectToThisMachine(RequestsTransport):  # type: ignore[misc]
    """A transport that uses no proxy for the machine's own identity endpoints.

    A proxy knows nothing of ``127.0.0.1`` here or of the link-local metadata address, and must
    not see the secrets that go there. ``cancelled`` ends a sign-in that polls.
    """

    _OWN = frozenset({"127.0.0.1", "localhost", "::1", "169.254.169.254"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._direct = _direct_transport(**kwargs)
        self.cancelled = False

    def send(self, request: Any, **kwargs: Any) -> Any:
        """Send ``request``, past any proxy when it is for this machine."""
        from urllib.parse import urlsplit

        if self.cancelled:
            raise ServiceResponseTimeoutError("The sign-in was cancelled.")
        if urlsplit(request.url).hostname in self._OWN:
            return self._direct.send(request, **kwargs)
        return super().send(request, **kwargs)

    def close(self) -> None:
        """Close both ways."""
        self._direct.close()
        super().close()


def _direct_transport(**options: Any) -> RequestsTransport:
    """Give a transport without a proxy; a private certificate authority still counts."""
    verify = os.environ.get("REQUESTS_CA_BUNDLE")
    return RequestsTransport(
        use_env_settings=False, **options, **({"connection_verify": verify} if verify else {})
    )
