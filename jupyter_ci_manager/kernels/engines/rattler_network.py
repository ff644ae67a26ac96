"""How rattler reaches channels: the user's conda configuration in rattler's terms."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ...sentences import say
from .anaconda_tokens import tokens, with_token
from .conda_config import CondaConfig
from .subdirs import own_subdir

if TYPE_CHECKING:
    from rattler import Client, Gateway

#: Settings of conda that rattler has no counterpart for, and what they are about.
_BEYOND = {
    "client_ssl_cert": say("a client certificate"),
    "channel_settings": say("authentication through a plugin of conda"),
    "disallowed_packages": say("a list of disallowed packages"),
    "restore_free_channel": say("the free channel"),
    "track_features": "tracked features",
    "repodata_fns": say("other names of the package index"),
    "use_only_tar_bz2": say("packages of the old format only"),
    "always_copy": say("copies instead of links"),
}
#: What rattler says of an answer that it cannot match with what it keeps.
_NOT_MODIFIED = "304 Not Modified"
_environment = threading.Lock()
_T = TypeVar("_T")


def beyond_rattler(condarc: CondaConfig) -> list[str]:
    """Say what the configuration holds that rattler cannot honour, in words; empty: nothing."""
    found: list[str] = [_named(key) for key in _BEYOND if condarc.other.get(key)]
    if condarc.other.get("repodata_fns") in (["repodata.json"], "repodata.json"):
        found.remove(_named("repodata_fns"))
    subdir = condarc.other.get("subdir")
    if subdir and subdir != own_subdir():
        found.append(say("packages of another platform ({subdir})", subdir=subdir))
    if any("::" in pin or "channel" in pin for pin in condarc.pinned_packages):
        found.append(say("packages pinned to a channel (pinned_packages)"))
    odd = [key for key in condarc.proxy_servers if key not in ("http", "https")]
    if odd:
        found.append(say("a proxy for {odd} (proxy_servers)", odd=", ".join(sorted(odd))))
    return found


def _named(key: str) -> str:
    return say("{what} ({key})", what=_BEYOND[key], key=key)


def client(condarc: CondaConfig) -> Client:
    """Give a client with the proxies, certificates, mirrors and credentials of the user."""
    from rattler import Client, Config

    config = Config.from_toml(_toml(condarc))
    with _certificates(condarc):
        return Client.from_config(config, user_agent="jupyter-ci-manager")


async def with_gateway(
    condarc: CondaConfig,
    cache: Path,
    network: Client,
    work: Callable[[Gateway], Awaitable[_T]],
) -> _T:
    """Do ``work`` with what reads channels' indexes, kept in ``cache``; offline nothing else.

    A server that says of an index only that it has not changed, and not which one it means, is
    not understood by rattler: then the work is done once more with indexes fetched anew.
    """
    from rattler import Gateway, SourceConfig

    def reader(action: Any) -> Gateway:
        source = SourceConfig(cache_action=action)
        return Gateway(cache_dir=cache / "repodata", default_config=source, client=network)

    if condarc.offline:
        return await work(reader("force-cache-only"))
    try:
        return await work(reader("cache-or-fetch"))
    except Exception as error:
        if _NOT_MODIFIED not in str(error):
            raise
    return await work(reader("no-cache"))


def _toml(condarc: CondaConfig) -> str:
    lines: list[str] = []

    def put(key: str, value: Any) -> None:
        # JSON's strings, lists and booleans are TOML's too.
        lines.append(f"{key} = {json.dumps(value)}")

    if condarc.ssl_verify is False:
        put("tls-no-verify", True)
    if _bundle(condarc) is not None or condarc.ssl_verify == "truststore":
        put("tls-root-certs", "system")
    mirrors = condarc.mirrors()
    if mirrors:
        lines.append("[mirrors]")
        known = tokens(condarc)
        for channel, urls in mirrors.items():
            signed = [with_token(url, known) for url in urls]
            # A channel that is asked for with its own token has its mirrors all the same.
            for address in dict.fromkeys([channel, with_token(channel, known)]):
                put(json.dumps(address), signed)
    proxies = {k: v for k, v in condarc.proxy_servers.items() if k in ("http", "https")}
    if proxies:
        lines.append("[proxy-config]")
        for scheme, url in proxies.items():
            put(scheme, url if "://" in url else f"http://{url}")
        direct = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
        put("non-proxy-hosts", [host.strip() for host in direct.split(",") if host.strip()])
    return "\n".join(lines)


def _bundle(condarc: CondaConfig) -> Path | None:
    """Give the certificate bundle that conda would use, if it is not the usual one."""
    named = condarc.ssl_verify if isinstance(condarc.ssl_verify, str) else None
    if condarc.ssl_verify is True:
        named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    return Path(named) if named and named != "truststore" else None


@contextmanager
def _certificates(condarc: CondaConfig) -> Iterator[None]:
    """Let the client find the user's certificates while it is made: it reads a variable."""
    bundle = _bundle(condarc)
    if bundle is None:
        yield
        return
    name = "SSL_CERT_DIR" if bundle.is_dir() else "SSL_CERT_FILE"
    with _environment:
        before = os.environ.get(name)
        os.environ[name] = str(bundle)
        try:
            yield
        finally:
            if before is None:
                del os.environ[name]
            else:
                os.environ[name] = before
