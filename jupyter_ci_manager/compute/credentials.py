"""Who signs in to Azure, and how.

azure-identity is imported when a token for Azure is first wanted, never before. Tokens stay in
this process: what leaves it are the claims that say who acts.
"""

from __future__ import annotations

import base64
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from .clouds import CLOUDS
from .models import Identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..config import Settings
    from .arm import Credential

_DEVICE_CODE_SECONDS = 900
#: In seconds; azure-identity alone waits five minutes for a service that stays silent, ten times.
_TIMEOUTS = {"connection_timeout": 3, "read_timeout": 7}
_RETRIES = {"retry_total": 1, "retry_read": 0, "retry_backoff_factor": 0.2}
_CACHE_NAME = "jupyter-ci-manager"


def claims_of(token: str) -> dict[str, Any]:
    """Read the claims of a token without checking it; for showing who acts, never to trust."""
    try:
        payload = token.split(".")[1]
        decoded = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, msgspec.DecodeError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def identity_of(token: str, credential: str, *, emulator: bool, is_kept: bool = False) -> Identity:
    """Say who a token acts for.

    Parameters
    ----------
    credential:
        Name of what gave the token, as azure-identity calls it.
    is_kept:
        The sign-in outlives this process.
    """
    claims = claims_of(token)
    kind: Any = "user"
    if emulator:
        kind = "emulator"
    elif "xms_mirid" in claims or "ManagedIdentity" in credential or "AzureML" in credential:
        kind = "managed_identity"
    elif claims.get("idtyp") == "app" or (claims and "upn" not in claims and "scp" not in claims):
        kind = "service_principal"
    name = next(
        (claims[k] for k in ("upn", "preferred_username", "unique_name", "email") if claims.get(k)),
        None,
    )
    if kind in ("managed_identity", "service_principal") and name is None:
        mirid = str(claims.get("xms_mirid") or "")
        name = mirid.rsplit("/", 1)[-1] or claims.get("appid")
    return Identity(
        state="signed_in",
        kind=kind,
        name=name or claims.get("name") or claims.get("oid"),
        object_id=claims.get("oid"),
        tenant_id=claims.get("tid"),
        credential=credential,
        is_kept=is_kept,
    )


def azure_credential(
    settings: Settings,
    method: str,
    *,
    tenant_id: str = "",
    prompt: Callable[[str, str, Any], None] | None = None,
    record: Path | None = None,
) -> Credential:
    """Make azure-identity's credential for a way of signing in. Asks no network yet.

    Parameters
    ----------
    method:
        One of the setting ``credential``'s values.
    tenant_id:
        Tenant that Azure named; the setting wins.
    prompt:
        Receives address, code and expiry of a device-code sign-in.
    record:
        File with the account of an earlier device-code sign-in, if tokens may be kept.
    """
    from azure import identity

    from .arm_pipeline import DirectToThisMachine

    # Where no logging is set up Python prints warnings: a page of every way that was tried, and
    # a failed sign-in is already told in our words. Whoever sets up logging still gets it all.
    logging.getLogger("azure.identity").addHandler(logging.NullHandler())
    tenant = settings.tenant_id or tenant_id
    common: dict[str, Any] = {"transport": DirectToThisMachine(**_TIMEOUTS), **_RETRIES}
    common |= _authority(settings)
    client: dict[str, Any] = {"client_id": settings.client_id} if settings.client_id else {}
    made: Any
    if method == "managed_identity":
        made = identity.ManagedIdentityCredential(**client, transport=common["transport"])
    elif method == "cli":
        made = identity.AzureCliCredential(tenant_id=tenant, process_timeout=8)
    elif method == "environment":
        made = identity.EnvironmentCredential(**common)
    elif method == "device_code":
        known = _read_record(record, common["authority"])
        if known is not None:
            # The record brings the authority with it; azure-identity takes only one of the two.
            common.pop("authority")
        made = identity.DeviceCodeCredential(
            **client,
            **({"tenant_id": tenant} if tenant else {}),
            prompt_callback=prompt,
            timeout=_DEVICE_CODE_SECONDS,
            # A token in the background must never begin a sign-in that nobody asked for.
            disable_automatic_authentication=True,
            cache_persistence_options=(
                identity.TokenCachePersistenceOptions(
                    name=_CACHE_NAME, allow_unencrypted_storage=True
                )
                if settings.persist_tokens
                else None
            ),
            **({"authentication_record": known} if known else {}),
            **common,
        )
    else:
        made = identity.DefaultAzureCredential(
            process_timeout=8,
            **({"managed_identity_client_id": settings.client_id} if settings.client_id else {}),
            **common,
        )
    made.ci_transport = common["transport"]
    return made  # type: ignore[no-any-return]


def credential_name(credential: Any) -> str:
    """Name what gave the last token, such as ``AzureCliCredential``."""
    chosen = getattr(credential, "_successful_credential", None)
    return type(chosen or credential).__name__


def save_record(path: Path, record: Any) -> None:
    """Keep which account signed in (no secret), readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(record.serialize())


def forget_kept_tokens(record: Path) -> None:
    """Remove the account and the tokens that :func:`azure_credential` was allowed to keep."""
    record.unlink(missing_ok=True)
    # Where azure-identity keeps a cache that no keyring encrypts.
    for ending in (".cae", ".nocae"):
        (Path.home() / ".IdentityService" / f"{_CACHE_NAME}{ending}").unlink(missing_ok=True)


def _read_record(path: Path | None, authority: str) -> Any:
    """Give the account kept earlier, at the authority that is configured now."""
    if path is None:
        return None
    from azure.identity import AuthenticationRecord

    try:
        kept = AuthenticationRecord.deserialize(path.read_text())
    except (OSError, ValueError, KeyError):
        return None
    host = authority if "://" in authority else f"https://{authority}"
    return AuthenticationRecord(
        kept.tenant_id, kept.client_id, host, kept.home_account_id, kept.username
    )


def _authority(settings: Settings) -> dict[str, Any]:
    """Give the sign-in host; one outside the known clouds cannot be discovered through them."""
    named = os.environ.get("AZURE_AUTHORITY_HOST", "")
    if not named:
        return {"authority": CLOUDS[settings.cloud].authority}
    host = urlsplit(named if "://" in named else f"https://{named}").hostname
    known = any(host == cloud.authority for cloud in CLOUDS.values())
    extra: dict[str, Any] = {"authority": named}
    if not known:
        extra["disable_instance_discovery"] = True
    return extra
