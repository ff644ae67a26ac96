"""A thin Azure Resource Manager client on azure-core's pipeline.

Thin because the generated management libraries lack half of what compute instances can do. What
it adds to azure-core: the bearer token goes to one host only, nobody waits longer than
:data:`DEADLINE_SECONDS` for one request, writes are never sent twice, and every failure becomes
one of our own errors. No resource provider is ever registered behind a user's back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import urljoin, urlsplit

from ..errors import CIManagerError, NotFound, SignedOut, Throttled, TimedOut, Unavailable
from ..sentences import say
from .arm_answers import Operation, Reply, decoded, json_object, operation_of, unreadable
from .arm_errors import WAIT_FIRST, error_from_response, of_a_write, unreachable
from .clouds import checked_endpoint, is_loopback
from .patience import deadline

if TYPE_CHECKING:
    from azure.core import PipelineClient
    from azure.core.pipeline.transport import HttpTransport

Method = Literal["GET", "PUT", "POST", "DELETE"]

#: Seconds that one request may take, all of its retries included.
DEADLINE_SECONDS = 9.0

#: Seconds until the tenant has to be told; without it the code serves any organisation.
_TENANT_SECONDS = 2.0

#: A difference of the clocks up to this many seconds is the answer's own way and rounding.
_SAME_TIME_SECONDS = 10.0


class Credential(Protocol):
    """What gives tokens: azure-core's ``SupportsTokenInfo``."""

    def get_token_info(self, *scopes: str, options: Any = None) -> Any:
        """Give a token for ``scopes``."""

    def close(self) -> None:
        """Let go of what is held."""


class ArmClient:
    """One endpoint of Azure Resource Manager, and who asks it. Thread-safe.

    Parameters
    ----------
    endpoint:
        Its address; plain http for loopback only.
    credential:
        Gives the tokens; used from several threads.
    scope:
        The OAuth scope of the tokens.
    transport:
        For tests; else requests, which honours proxies and private certificate authorities
        (but not for loopback, where no proxy has any business).

    refused_hint:
        What to do where a token is not accepted; empty: sign in again.

    Raises
    ------
    InvalidValue
        The endpoint is no usable address.
    """

    def __init__(
        self,
        endpoint: str,
        credential: Credential,
        *,
        scope: str,
        transport: HttpTransport[Any, Any] | None = None,
        refused_hint: str = "",
    ) -> None:
        self.endpoint = checked_endpoint(endpoint)
        self._credential = credential
        self._scope = scope
        self._transport = transport
        self._refused_hint = refused_hint
        self._client: PipelineClient[Any, Any] | None = None
        self._lock = threading.Lock()
        self._throttled_until = 0.0
        #: Seconds that one request may take, all of its retries included.
        self.deadline = DEADLINE_SECONDS
        #: By how many seconds the service's clock is ahead of ours; small differences are none.
        self.clock_skew = 0.0

    def request(
        self,
        method: Method,
        path: str,
        *,
        api_version: str | None = None,
        body: Any = None,
        params: Mapping[str, str] | None = None,
        timeout: float | None = None,
        is_question: bool = False,
    ) -> Reply:
        """Send one request and give Azure's answer.

        Parameters
        ----------
        path:
            A path below the endpoint, or a full address that Azure gave (a next page, a status).
        api_version:
            Left out for addresses that Azure gave: those carry their own.
        timeout:
            Seconds for this request and its retries together; the client's deadline by default.
        is_question:
            It changes nothing, though it is no GET.

        Raises
        ------
        CIManagerError
            Any answer from 400 on, an unreachable or silent service, an answer that is no JSON,
            an address on another host, or a wait that Azure asked for and that is not over.
        """
        is_write = method != "GET" and not is_question
        until = deadline(timeout or self.deadline, is_write=is_write)
        try:
            return self._send(
                method, self._pinned(path), api_version, body, params, until, is_write
            )
        except CIManagerError as error:
            if is_write:
                of_a_write(error)
            raise

    def _send(
        self,
        method: Method,
        url: str,
        api_version: str | None,
        body: Any,
        params: Mapping[str, str] | None,
        until: float,
        is_write: bool,
    ) -> Reply:
        self._check_throttle()
        import uuid

        from azure.core.exceptions import AzureError, ClientAuthenticationError
        from azure.core.rest import HttpRequest

        query = dict(params or {})
        if api_version:
            query["api-version"] = api_version
        http_request = HttpRequest(
            method,
            url,
            params=query,
            headers={"Accept": "application/json", "x-ms-client-request-id": str(uuid.uuid4())},
            **({"json": body} if body is not None else {}),
        )
        try:
            response = self._pipeline().send_request(
                http_request,
                enforce_https=not url.startswith("http://"),
                ci_deadline=until,
            )
            text = response.text()
        except ClientAuthenticationError as error:
            from .sign_in_failures import signed_out

            raise getattr(error, "ci_error", None) or signed_out(error) from error
        except AzureError as error:
            raise unreachable(error, self.endpoint, sent=is_write) from error
        headers = {str(k).lower(): str(v) for k, v in response.headers.items()}
        self._compare_clocks(headers.get("date"))
        if response.status_code >= 400:
            failure = error_from_response(response.status_code, headers, text)
            if isinstance(failure, SignedOut) and self._refused_hint:
                failure.hint = self._refused_hint
            if isinstance(failure, Throttled) and failure.retry_after:
                self._throttled_until = time.monotonic() + failure.retry_after
            raise failure
        answer = decoded(text, headers)
        if isinstance(answer, dict) and answer.get("error") and "status" not in answer:
            # Azure has been seen to refuse with 200; an operation's status tells its own error.
            raise error_from_response(response.status_code, headers, answer)
        return Reply(response.status_code, answer, headers)

    def get(self, path: str, *, api_version: str, **params: str) -> dict[str, Any]:
        """Read one resource: a JSON object.

        Raises
        ------
        CIManagerError
            As :meth:`request`; also when the answer is no JSON object.
        """
        return json_object(self.request("GET", path, api_version=api_version, params=params))

    def pages(self, path: str, *, api_version: str) -> Iterator[Any]:
        """Give the items of a list, page after page; a page's link is followed as Azure wrote it.

        Raises
        ------
        CIManagerError
            As :meth:`request`; also when a link repeats or a page has no ``value``.
        """
        page = self.get(path, api_version=api_version)
        seen: set[str] = set()
        while True:
            items = page.get("value")
            if not isinstance(items, list):
                raise unreadable(say("Azure's list has no “value”."))
            yield from items
            link = page.get("nextLink")
            if not link:
                return
            if not isinstance(link, str) or link in seen:
                raise unreadable(say("Azure's list goes round in a circle."))
            seen.add(link)
            page = json_object(self.request("GET", link))

    def operation(self, url: str) -> Operation:
        """Read how a long-running operation stands; accepts both of ARM's forms.

        ``Azure-AsyncOperation``: a body with a ``status``. ``Location``: 202 while it goes on,
        another 2xx when it is done, 4xx when it failed.
        """
        try:
            reply = self.request("GET", url)
        except CIManagerError as error:
            if error.code in ("foreign_link", "not_permitted") or isinstance(error, NotFound):
                # It lies in the subscription, where a role in the workspace reaches nothing, and
                # Azure forgets old ones: that says nothing of how it ended.
                return Operation("untold")
            if error.status in (401, 429) or isinstance(error, Unavailable | TimedOut):
                raise
            return Operation("failed", error)
        return operation_of(reply)

    def tenant_of_challenge(self, path: str, *, api_version: str) -> str | None:
        """Ask without a token, and read from the 401 which tenant wants one; ``None``: not said."""
        import re

        from azure.core.exceptions import AzureError
        from azure.core.rest import HttpRequest

        asked = HttpRequest("GET", self._pinned(path), params={"api-version": api_version})
        try:
            response = self._pipeline().send_request(
                asked, ci_anonymous=True, ci_deadline=deadline(_TENANT_SECONDS, is_write=False)
            )
        except AzureError:
            return None
        challenge = response.headers.get("WWW-Authenticate", "")
        found = re.search(r'authorization(?:_uri)?="https?://[^/"]+/([^/"]+)', challenge)
        return found.group(1) if found else None

    @property
    def throttled_for(self) -> float:
        """Give how many seconds Azure still wants to be left alone; 0: none."""
        return max(0.0, self._throttled_until - time.monotonic())

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _compare_clocks(self, date: str | None) -> None:
        from email.utils import parsedate_to_datetime

        try:
            ahead = parsedate_to_datetime(date or "").timestamp() - time.time()
        except (TypeError, ValueError):
            return
        self.clock_skew = ahead if abs(ahead) > _SAME_TIME_SECONDS else 0.0

    def _check_throttle(self) -> None:
        left = self.throttled_for
        if left > 0:
            raise Throttled(
                say("Azure asked to wait; {left:.0f} s are left.", left=left),
                hint=WAIT_FIRST,
                retry_after=left,
            )

    def _pinned(self, path: str) -> str:
        base, url = urlsplit(self.endpoint), urlsplit(urljoin(self.endpoint + "/", path))
        if (url.scheme, url.hostname, url.port) != (base.scheme, base.hostname, base.port):
            raise Unavailable(
                say(
                    "Azure's answer points to another host ({hostname}); it was not followed.",
                    hostname=url.hostname,
                ),
                hint=say(
                    "A sign-in token goes to the configured Resource Manager only. Try again; "
                    "if it stays, something between here and Azure changes its answers."
                ),
                code="foreign_link",
            )
        return url.geturl()

    def _pipeline(self) -> PipelineClient[Any, Any]:
        with self._lock:
            if self._client is None:
                from .arm_pipeline import build

                self._client = build(
                    self.endpoint,
                    self._credential,
                    scope=self._scope,
                    direct=is_loopback(urlsplit(self.endpoint).hostname),
                    transport=self._transport,
                )
            return self._client
