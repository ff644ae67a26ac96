"""The emulator's pages for a person: what there is, signing in, confirming a device code."""

from __future__ import annotations

import hmac
import html
import secrets
from functools import cache
from importlib.resources import files
from string import Template
from urllib.parse import parse_qsl

from .cloud import SESSION_COOKIE, Cloud
from .wire import Reply, Request, Route

_HTML = "text/html; charset=utf-8"
_SESSION_SECONDS = 12 * 3600

_OVERVIEW = """<header><h1>Compute instance emulator</h1><span id="clock"></span></header>
<p class="dim">A stand-in for Azure Resource Manager: nothing here costs money.</p>
<h2>Computes <span id="count" class="dim"></span></h2>
<table id="instances"><thead><tr><th>Name</th><th>State</th><th>Size</th><th>Cores</th>
<th>Made by</th><th>Last operation</th><th>Workspace</th></tr></thead><tbody></tbody></table>
<h2>Quota</h2>
<table id="quota"><thead><tr><th>Family</th><th>Region</th><th>Used</th><th></th></tr></thead>
<tbody></tbody></table>
<h2>Latest requests</h2>
<table id="log"><thead><tr><th>#</th><th>Verb</th><th>Status</th><th>Caller</th><th>Path</th></tr>
</thead><tbody></tbody></table>
<script nonce="@NONCE@" src="/emulator/page.js"></script>"""
_SIGN_IN = Template("""<header><h1>Compute instance emulator</h1></header>
<p>${word}</p>
<form method="post" action="/signin">
<label for="user">Sign in as</label><select id="user" name="user">${users}</select>
<label for="key">Control key (<code>control_key</code> in the ready file)</label>
<input id="key" name="key" type="password" autocomplete="off" required>
<input type="hidden" name="next" value="${following}">
<button>Sign in</button></form>""")
_DEVICE = Template("""<header><h1>Sign in on another device</h1></header>
<p>${word}</p>
<form method="post" action="/devicelogin">
<label for="code">Code that the device shows</label>
<input id="code" name="user_code" value="${code}" autocomplete="off" required>
<label for="user">Sign in as</label><select id="user" name="user">${users}</select>${key}
<button name="decision" value="approve">Sign in</button>
<button name="decision" value="decline">Decline</button></form>""")
_KEY_FIELD = """<label for="key">Control key</label>
<input id="key" name="key" type="password" autocomplete="off" required>"""


@cache
def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def rendered(body: str, status: int = 200) -> Reply:
    """Put a body into the frame of every page; no foreign script runs in it."""
    nonce = secrets.token_urlsafe(16)
    text = _file("page.html").replace("@BODY@", body).replace("@NONCE@", nonce)
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}
    return Reply(status, text.encode(), headers, _HTML)


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _options(cloud: Cloud) -> str:
    return "".join(
        f'<option value="{html.escape(user.oid)}">{html.escape(user.name)} '
        f"({html.escape(user.upn)})</option>"
        for user in cloud.directory.users
    )


def _same_origin(request: Request) -> bool:
    origin = request.headers.get("Origin")
    return origin is None or origin == request.base_url


def sign_in_page(cloud: Cloud, following: str, word: str, status: int = 401) -> Reply:
    """Give the page that asks for the control key."""
    body = _SIGN_IN.substitute(
        users=_options(cloud), following=html.escape(following), word=html.escape(word)
    )
    return rendered(body, status)


def overview(cloud: Cloud, request: Request) -> Reply:
    """Show the emulated cloud to somebody who has signed in."""
    if cloud.session_user(request) is None:
        return sign_in_page(cloud, "/", "Sign in to see the emulated cloud.")
    return rendered(_OVERVIEW)


def script(cloud: Cloud, request: Request) -> Reply:
    """Give the script of the overview."""
    return Reply(200, _file("page.js").encode(), {}, "text/javascript; charset=utf-8")


def sign_in(cloud: Cloud, request: Request) -> Reply:
    """Take the control key and remember the user in a cookie."""
    form = _form(request)
    following = form.get("next", "/")
    if not following.startswith("/") or following.startswith(("//", "/\\")):
        following = "/"
    key = cloud.identity["control_key"].encode()
    user = cloud.directory.find_user(form.get("user", ""))
    right = hmac.compare_digest(form.get("key", "").encode(), key)
    if user is None or not right or not _same_origin(request):
        return sign_in_page(cloud, following, "The control key is not right.", 403)
    return Reply(303, None, {"Location": following, "Set-Cookie": session_cookie(cloud, user.oid)})


def session_cookie(cloud: Cloud, oid: str) -> str:
    """Give the cookie that keeps a user signed in to the pages."""
    user = cloud.directory.find_user(oid)
    if user is None:
        raise KeyError(oid)
    value = cloud.tokens.issue(user, SESSION_COOKIE, _SESSION_SECONDS)
    return f"{SESSION_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={_SESSION_SECONDS}"


def device_page(cloud: Cloud, request: Request) -> Reply:
    """Ask for the code that a device shows."""
    return _device_form(cloud, request.query.get("code", ""), "Enter the code and choose a user.")


def _device_form(cloud: Cloud, code: str, word: str, status: int = 200) -> Reply:
    body = _DEVICE.substitute(
        code=html.escape(code),
        word=html.escape(word),
        users=_options(cloud),
        key=_KEY_FIELD if cloud.tokens.strict else "",
    )
    return rendered(body, status)


def device_decision(cloud: Cloud, request: Request) -> Reply:
    """Approve or decline a device code; with strict tokens the control key is needed."""
    form = _form(request)
    code = form.get("user_code", "")
    key = cloud.identity["control_key"].encode()
    trusted = not cloud.tokens.strict or hmac.compare_digest(form.get("key", "").encode(), key)
    if not trusted or not _same_origin(request):
        return _device_form(cloud, code, "The control key is not right.", 403)
    user = cloud.directory.find_user(form.get("user", ""))
    declined = form.get("decision") == "decline"
    if user is None and not declined:
        return _device_form(cloud, code, "There is no such user.", 400)
    if not cloud.device_codes.decide(code, None if declined or user is None else user.oid):
        return _device_form(cloud, code, "There is no such code, or it has expired.", 400)
    return rendered("<h1>Done</h1><p>You can close this page and go back to the device.</p>")


ROUTES = [
    Route("GET", "/", overview, open=True),
    Route("GET", "/emulator/page.js", script, open=True),
    Route("POST", "/signin", sign_in, open=True),
    Route("GET", "/devicelogin", device_page, open=True),
    Route("POST", "/devicelogin", device_decision, open=True),
]
