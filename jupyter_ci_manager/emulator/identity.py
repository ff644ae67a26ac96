"""The places where tokens come from: managed identity, client secret, device code.

The device code flow follows the OAuth 2.0 device grant as Microsoft's identity platform has it; the
address that a person opens is the emulator's own page.
"""

from __future__ import annotations

import base64
import hmac
import time
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from .cloud import Cloud
from .rbac import User
from .tokens import LIFETIME
from .wire import Reply, Request, Route

_REFRESH = "urn:emulator:refresh"
_REFRESH_LIFETIME = 90 * 24 * 3600
_DEVICE_GRANTS = ("urn:ietf:params:oauth:grant-type:device_code", "device_code")
_POLL_SECONDS = 1
_OPENID = ("openid", "profile", "offline_access", "email")
ARM = "https://management.core.windows.net/"


def _oauth_error(code: str, description: str, status: int = 400) -> Reply:
    return Reply(
        status,
        {
            "error": code,
            "error_description": description,
            "error_codes": [],
            "timestamp": time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime()),
            "trace_id": "00000000-0000-0000-0000-000000000000",
            "correlation_id": "00000000-0000-0000-0000-000000000000",
        },
    )


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _audience(form: dict[str, str]) -> str:
    if form.get("resource"):
        return form["resource"]
    for scope in form.get("scope", "").split():
        if scope.lower() not in _OPENID:
            resource = scope.rpartition("/")[0].rstrip("/")
            return f"{resource}/" if resource else scope
    return ARM


def application_user(cloud: Cloud) -> User:
    """Give the service principal that signs in with the client secret."""
    oid = cloud.estate_principal("application")
    found = cloud.directory.find_user(oid)
    if found is not None:
        return found
    user = User(oid, cloud.identity["client_id"], "Emulator application")
    scopes = [(f"/subscriptions/{entry}") for entry in cloud.estate.subscriptions]
    return cloud.directory.add_user(user, *(("Owner", scope) for scope in scopes))


def openid_configuration(cloud: Cloud, request: Request) -> Reply:
    """Answer where the endpoints of a tenant are."""
    root = f"{request.base_url}/{request.params['tenant']}"
    # Clients compare the issuer with the authority that they were given.
    return Reply(
        200,
        {
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
            "end_session_endpoint": f"{root}/oauth2/v2.0/logout",
            "jwks_uri": f"{root}/discovery/v2.0/keys",
            "issuer": f"{root}/v2.0",
            "response_types_supported": ["code", "id_token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "tenant_region_scope": None,
            "cloud_instance_name": "localhost",
        },
    )


def keys(cloud: Cloud, request: Request) -> Reply:
    """Answer the public keys: there are none, the emulator alone checks its tokens."""
    return Reply(200, {"keys": []})


def instance_discovery(cloud: Cloud, request: Request) -> Reply:
    """Answer which hosts stand for the same authority: this one alone."""
    tenant = cloud.directory.tenant
    return Reply(
        200,
        {
            "tenant_discovery_endpoint": (
                f"{request.base_url}/{tenant}/v2.0/.well-known/openid-configuration"
            ),
            "api-version": "1.1",
            "metadata": [
                {
                    "preferred_network": request.host,
                    "preferred_cache": request.host,
                    "aliases": [request.host],
                }
            ],
        },
    )


def device_code(cloud: Cloud, request: Request) -> Reply:
    """Begin a sign-in with a code that a person confirms on the emulator's page."""
    form = _form(request)
    if not form.get("client_id"):
        return _oauth_error("invalid_request", "The request has no client_id.")
    secret, code = cloud.device_codes.begin(cloud.settings.device_code_seconds)
    if cloud.settings.device_sign_in != "page":
        user = cloud.directory.find_user(cloud.settings.device_sign_in)
        cloud.device_codes.decide(code.user_code, user.oid if user else None)
    address = f"{request.base_url}/devicelogin"
    return Reply(
        200,
        {
            "user_code": code.user_code,
            "device_code": secret,
            "verification_uri": address,
            "verification_url": address,
            "expires_in": cloud.settings.device_code_seconds,
            "interval": _POLL_SECONDS,
            "message": f"To sign in, use a web browser to open the page {address} and enter the "
            f"code {code.user_code} to authenticate.",
        },
    )


def token(cloud: Cloud, request: Request) -> Reply:
    """Give a token for a client secret, an approved device code or a refresh token."""
    form = _form(request)
    grant = form.get("grant_type")
    if grant == "client_credentials":
        return _client_credentials(cloud, form)
    refusals = cloud.settings.sign_in_refusals
    if grant in _DEVICE_GRANTS:
        if refusals.device_code:
            return _oauth_error("invalid_grant", refusals.device_code)
        return _device_grant(cloud, form)
    if grant == "refresh_token" and refusals.refresh_token:
        return _oauth_error("interaction_required", refusals.refresh_token)
    if grant == "refresh_token":
        claims = cloud.tokens.own_claims(form.get("refresh_token", ""))
        user = cloud.directory.find_user(str(claims.get("oid"))) if claims else None
        if user is None or claims is None or claims.get("aud") != _REFRESH:
            return _oauth_error("invalid_grant", "AADSTS70000: The refresh token is not valid.")
        return Reply(200, _signed_in(cloud, user, form))
    return _oauth_error(
        "unsupported_grant_type", f"AADSTS70003: The grant type '{grant}' is not supported."
    )


def _client_credentials(cloud: Cloud, form: dict[str, str]) -> Reply:
    known = hmac.compare_digest(
        form.get("client_id", "").encode(), cloud.identity["client_id"].encode()
    )
    if not known:
        return _oauth_error(
            "unauthorized_client",
            "AADSTS700016: Application with identifier "
            f"'{form.get('client_id')}' was not found in the directory.",
        )
    given = form.get("client_secret", "").encode()
    if not hmac.compare_digest(given, cloud.identity["client_secret"].encode()):
        return _oauth_error("invalid_client", "AADSTS7000215: Invalid client secret provided.", 401)
    user = application_user(cloud)
    access = cloud.tokens.issue(user, _audience(form), idtyp="app", appid=user.upn)
    return Reply(
        200,
        {
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "ext_expires_in": LIFETIME,
            "access_token": access,
        },
    )


def _device_grant(cloud: Cloud, form: dict[str, str]) -> Reply:
    secret = form.get("device_code") or form.get("code", "")
    code = cloud.device_codes.find(secret)
    if code is None:
        return _oauth_error("bad_verification_code", "The device code was not recognized.")
    if code.expires <= time.time():
        return _oauth_error("expired_token", "AADSTS70020: The device code has expired.")
    if code.declined:
        return _oauth_error("authorization_declined", "The person declined the sign-in.")
    user = cloud.directory.find_user(code.oid) if code.oid else None
    if user is None:
        return _oauth_error(
            "authorization_pending",
            "AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
        )
    cloud.device_codes.spend(secret)
    return Reply(200, _signed_in(cloud, user, form))


def _signed_in(cloud: Cloud, user: User, form: dict[str, str]) -> dict[str, Any]:
    client = form.get("client_id", "")
    account = msgspec.json.encode({"uid": user.oid, "utid": cloud.directory.tenant})
    return {
        "token_type": "Bearer",
        # Without the scope that was asked for, a client does not find the token in its cache.
        "scope": form.get("scope", ""),
        "expires_in": LIFETIME,
        "ext_expires_in": LIFETIME,
        "access_token": cloud.tokens.issue(user, _audience(form), appid=client),
        "refresh_token": cloud.tokens.issue(user, _REFRESH, _REFRESH_LIFETIME),
        "id_token": cloud.tokens.issue(user, client),
        "client_info": base64.urlsafe_b64encode(account).rstrip(b"=").decode(),
    }


def managed_identity(cloud: Cloud, request: Request) -> Reply:
    """Give a token in the manner of a compute instance's ``MSI_ENDPOINT``."""
    given = request.headers.get("secret") or request.headers.get("X-IDENTITY-HEADER") or ""
    if not hmac.compare_digest(given.encode(), cloud.identity["msi_secret"].encode()):
        message = "The 'secret' header does not hold the secret of this endpoint."
        return Reply(401, {"error": {"code": "Unauthorized", "message": message}})
    audience = request.query.get("resource")
    if not audience:
        message = "The query parameter 'resource' is required."
        return Reply(400, {"error": {"code": "MissingParameter", "message": message}})
    user = cloud.directory.find_user(cloud.settings.managed_identity_user)
    if user is None:
        message = "No managed identity is assigned to this compute."
        return Reply(400, {"error": {"code": "IdentityNotFound", "message": message}})
    return Reply(
        200,
        {
            "access_token": cloud.tokens.issue(user, audience),
            "expires_on": str(int(time.time()) + LIFETIME),
            "resource": audience,
            "token_type": "Bearer",
            "client_id": cloud.identity["client_id"],
        },
    )


ROUTES = [
    Route("GET", "/MSI/auth", managed_identity, open=True),
    Route(
        "GET", "/{tenant}/v2.0/.well-known/openid-configuration", openid_configuration, open=True
    ),
    Route("GET", "/{tenant}/.well-known/openid-configuration", openid_configuration, open=True),
    Route("GET", "/{tenant}/discovery/v2.0/keys", keys, open=True),
    Route("GET", "/{tenant}/discovery/instance", instance_discovery, open=True),
    Route("POST", "/{tenant}/oauth2/v2.0/devicecode", device_code, open=True),
    Route("POST", "/{tenant}/oauth2/devicecode", device_code, open=True),
    Route("POST", "/{tenant}/oauth2/v2.0/token", token, open=True),
    Route("POST", "/{tenant}/oauth2/token", token, open=True),
]
