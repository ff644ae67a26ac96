"""Specs that name a channel (``conda-forge::numpy``), as rattler's solver takes them.

rattler compares addresses: that of the spec with that from which a record was read, credentials
included. A name it takes for one of anaconda.org's, whatever the user's configuration says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .conda_config import CondaConfig
from .secrets import strip_credentials
from .specs import Spec, parse_spec, with_channel

if TYPE_CHECKING:
    from rattler import Gateway


def addresses(channel: str, urls: Sequence[str], condarc: CondaConfig) -> list[str]:
    """Give those of the channels' addresses that a spec's channel stands for.

    Parameters
    ----------
    channel:
        As it stands in the spec, without a platform.
    urls:
        The channels in force, with what is sent along to sign in.
    """
    plain = {strip_credentials(url).rstrip("/"): url for url in urls}
    named = channel.rstrip("/")
    if named in plain:
        return [plain[named]]
    resolved = [strip_credentials(url).rstrip("/") for url in condarc.resolve(named)]
    return [plain[url] for url in resolved if url in plain] or [
        url for address, url in plain.items() if address.endswith(f"/{named}")
    ]


async def placed(
    texts: Iterable[str], urls: Sequence[str], condarc: CondaConfig, indexes: Gateway
) -> list[str]:
    """Give specs whose channels are addresses; one whose channel is none of them stays as it is.

    A name may stand for several channels (``defaults``): then it is the first that has the
    package, as these are in order.
    """
    found = []
    for text in texts:
        spec = parse_spec(text) if "::" in text or "channel" in text else None
        if spec is None or spec.place is None:
            found.append(text)
            continue
        places = addresses(spec.place, urls, condarc)
        if len(places) > 1:
            places = await _holding(spec, places, indexes)
        found.append(with_channel(spec, places[0]) if places else text)
    return found


def signed_like(url: str, urls: Iterable[str]) -> str:
    """Give the address of a package with the credentials of the channel that it lies in."""
    for channel in urls:
        plain = strip_credentials(channel).rstrip("/")
        if plain != channel.rstrip("/") and url.startswith(f"{plain}/"):
            return channel.rstrip("/") + url[len(plain) :]
    return url


async def _holding(spec: Spec, places: list[str], indexes: Gateway) -> list[str]:
    from rattler import Subdir

    from .subdirs import own_subdir

    for place in places:
        tables = await indexes.query(
            [place],
            [Subdir(own_subdir()), Subdir("noarch")],
            [spec.name],
            recursive=False,
            channel_relations="disabled",
        )
        if any(tables):
            return [place]
    return places
