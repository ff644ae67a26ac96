"""The pages for a person, and who may open an application."""

from __future__ import annotations

import http.client
import urllib.parse
from typing import Any

from tests.emulator_process import Emulator


def visit(
    emulator: Emulator,
    method: str,
    path: str,
    form: dict[str, str] | None = None,
    **headers: str,
) -> tuple[int, dict[str, str], str]:
    """Ask as a browser does, without following where it leads."""
    parts = urllib.parse.urlsplit(emulator.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    body = urllib.parse.urlencode(form) if form else None
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, {key.replace("_", "-"): v for key, v in headers.items()})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, {key.lower(): value for key, value in answer.getheaders()}, text


def user(emulator: Emulator, name: str) -> dict[str, Any]:
    users: list[dict[str, Any]] = emulator.control("GET", "users").json["value"]
    return next(one for one in users if one["upn"].startswith(name))


def signed_in(emulator: Emulator, name: str, **more: str) -> tuple[int, dict[str, str], str]:
    form = {"user": user(emulator, name)["oid"], "key": emulator.ready["control_key"], **more}
    return visit(emulator, "POST", "/signin", form)


def test_the_page_wants_the_control_key(emulator: Emulator) -> None:
    status, _, text = visit(emulator, "GET", "/")
    assert status == 401
    assert "Control key" in text
    form = {"user": user(emulator, "anna")["oid"], "key": "guess"}
    assert visit(emulator, "POST", "/signin", form)[0] == 403
    right = {**form, "key": emulator.ready["control_key"]}
    assert visit(emulator, "POST", "/signin", right, Origin="http://evil.example")[0] == 403
    status, headers, _ = signed_in(emulator, "anna")
    assert (status, headers["location"]) == (303, "/")
    cookie = headers["set-cookie"].split(";")[0]
    assert "HttpOnly" in headers["set-cookie"]
    status, headers, text = visit(emulator, "GET", "/", Cookie=cookie)
    assert status == 200
    assert "Compute instance emulator" in text
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    emulator.create("on-the-page")
    status, _, text = visit(emulator, "GET", "/emulator/summary", Cookie=cookie)
    assert status == 200
    assert "on-the-page" in text
    changed = visit(emulator, "PATCH", "/emulator/settings", {"page_size": "1"}, Cookie=cookie)
    assert changed[0] == 401


def test_signing_in_leads_to_this_site_only(emulator: Emulator) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        assert signed_in(emulator, "anna", next=elsewhere)[1]["location"] == "/"


def test_only_creator_or_assigned_user_opens_an_application(sample_emulator: Emulator) -> None:
    emulator = sample_emulator
    path = "/applications/westeurope/ds-anna/lab"
    assert visit(emulator, "GET", path)[0] == 401
    cookies = {
        name: signed_in(emulator, name)[1]["set-cookie"].split(";")[0] for name in ("anna", "boris")
    }
    assert visit(emulator, "GET", path, Cookie=cookies["anna"])[0] == 200
    status, _, text = visit(emulator, "GET", path, Cookie=cookies["boris"])
    assert status == 403
    assert "Only the creator or the assigned user" in text
    given = "/applications/westeurope/for-anna/lab"
    assert visit(emulator, "GET", given, Cookie=cookies["anna"])[0] == 200
    assert visit(emulator, "GET", given, Cookie=cookies["boris"])[0] == 403
    bearer = f"Bearer {emulator.token_for('anna@contoso.example')}"
    assert visit(emulator, "GET", path, Authorization=bearer)[0] == 200
    stopped = "/applications/westeurope/old-vm/lab"
    assert visit(emulator, "GET", stopped, Cookie=cookies["anna"])[0] == 409
    assert visit(emulator, "GET", "/applications/westeurope/none/lab")[0] == 404
