"""Who may do what: tokens, roles and their scopes, denials, locks, policies, networks."""

from __future__ import annotations

import pytest

from tests.emulator.conftest import StartEmulator
from tests.emulator_process import Emulator, make_token

COMPUTES = "Microsoft.MachineLearningServices/workspaces/computes"
BODY = {"location": "westeurope", "properties": {"computeType": "ComputeInstance", "properties": {"vmSize": "Standard_D2s_v3"}}}  # fmt: skip


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (None, "AuthenticationFailed"),
        ("nonsense", "InvalidAuthenticationToken"),
        ("a.b.c", "InvalidAuthenticationToken"),
        (make_token(exp=1_600_000_000), "ExpiredAuthenticationToken"),
        (make_token(aud="https://graph.microsoft.com"), "InvalidAuthenticationTokenAudience"),
    ],
)
def test_tokens_that_are_not_taken(emulator: Emulator, token: str | None, code: str) -> None:
    answer = emulator.request("GET", emulator.workspace_path, token=token)
    assert (answer.status, answer.error["code"]) == (401, code)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_strict_tokens_are_our_own_only(start_emulator: StartEmulator) -> None:
    emulator = start_emulator("--strict-auth")
    foreign = emulator.request("GET", emulator.workspace_path)
    assert (foreign.status, foreign.error["code"]) == (401, "InvalidAuthenticationToken")
    own = emulator.token_for("anna@contoso.example")
    assert emulator.request("GET", emulator.workspace_path, token=own).status == 200
    forged = own[:-4] + ("AAAA" if own[-4:] != "AAAA" else "BBBB")
    assert emulator.request("GET", emulator.workspace_path, token=forged).status == 401
    vault = emulator.token_for("anna@contoso.example", audience="https://vault.azure.net")
    assert emulator.request("GET", emulator.workspace_path, token=vault).status == 401
    expired = emulator.token_for("anna@contoso.example", lifetime=-5)
    answer = emulator.request("GET", emulator.workspace_path, token=expired)
    assert answer.error["code"] == "ExpiredAuthenticationToken"


# Per user: read the workspace, list computes, create, start, delete, usages of the region.
ROLES = [
    ("anna@contoso.example", 200, 200, 201, 404, 204, 200),
    ("boris@contoso.example", 200, 200, 201, 404, 204, 403),
    ("chloe@contoso.example", 200, 200, 403, 404, 403, 403),
    ("diego@contoso.example", 200, 200, 403, 403, 403, 403),
    ("emma@contoso.example", 403, 200, 201, 404, 204, 403),
]


@pytest.mark.parametrize("expected", ROLES, ids=[row[0].split("@")[0] for row in ROLES])
def test_roles(emulator: Emulator, expected: tuple[object, ...]) -> None:
    user, *codes = expected
    token = emulator.token_for(str(user))
    name = str(user).split("@")[0]
    missing = emulator.compute_path("missing")
    answers = [
        emulator.request("GET", emulator.workspace_path, token=token),
        emulator.request("GET", f"{emulator.workspace_path}/computes", token=token),
        emulator.request("PUT", emulator.compute_path(f"{name}-box"), BODY, token=token),
        emulator.request("POST", f"{missing}/start", token=token),
        emulator.request("DELETE", f"{missing}?underlyingResourceAction=Delete", token=token),
        emulator.request("GET", f"{emulator.location_path}/usages", token=token),
    ]
    assert [answer.status for answer in answers] == codes


def test_the_refusal_names_who_what_and_where(emulator: Emulator) -> None:
    token = emulator.token_for("diego@contoso.example")
    answer = emulator.request("PUT", emulator.compute_path("diegos"), BODY, token=token)
    oid = next(
        user["oid"]
        for user in emulator.control("GET", "users").json["value"]
        if user["upn"] == "diego@contoso.example"
    )
    assert answer.error["code"] == "AuthorizationFailed"
    assert answer.error["message"] == (
        f"The client 'diego@contoso.example' with object id '{oid}' does not have authorization to "
        f"perform action '{COMPUTES}/write' over scope '{emulator.compute_path('diegos')}' or the "
        "scope is invalid. If access was recently granted, please refresh your credentials."
    )


def test_permissions_tell_one_element_per_assignment(emulator: Emulator) -> None:
    path = f"{emulator.workspace_path}/providers/Microsoft.Authorization/permissions"
    token = emulator.token_for("chloe@contoso.example")
    value = emulator.request("GET", path, version="2022-04-01", token=token).json["value"]
    assert len(value) == 2
    assert f"{COMPUTES}/*/write" in value[0]["notActions"]
    assert value[1] == {"actions": ["*/read"], "notActions": [], "dataActions": [], "notDataActions": []}  # fmt: skip
    nobody = emulator.token_for("farid@contoso.example")
    listed = emulator.request("GET", "/subscriptions", version="2022-12-01", token=nobody)
    assert listed.json["value"] == []
    hidden = emulator.request("GET", emulator.workspace_path, token=nobody)
    assert (hidden.status, hidden.error["code"]) == (403, "AuthorizationFailed")
    subscription = f"/subscriptions/{emulator.ready['subscription_id']}"
    assert emulator.request("GET", subscription, token=nobody).status == 403
    assert emulator.request("GET", f"{subscription}/resourceGroups", token=nobody).status == 403
    chloes = emulator.request("GET", subscription, token=token)
    assert chloes.json["subscriptionId"] == emulator.ready["subscription_id"]


def test_a_workspace_role_does_not_reach_the_region(emulator: Emulator) -> None:
    token = emulator.token_for("farid@contoso.example")
    grant = {"user": "farid@contoso.example", "role": "Owner", "scope": emulator.workspace_path}
    emulator.control("POST", "assignments", grant)
    assert emulator.request("GET", emulator.workspace_path, token=token).status == 200
    for noun in ("usages", "quotas", "vmSizes"):
        answer = emulator.request("GET", f"{emulator.location_path}/{noun}", token=token)
        assert answer.status == 403
        assert f"locations/{noun}/read" in answer.error["message"]
    emulator.control("DELETE", "assignments", {"user": "farid@contoso.example"})
    assert emulator.request("GET", emulator.workspace_path, token=token).status != 200


def test_locks_and_denials(emulator: Emulator) -> None:
    emulator.created("treasure")
    scope = emulator.compute_path("treasure")
    emulator.control("POST", "locks", {"name": "keep", "scope": scope})
    locked = emulator.delete("treasure")
    assert (locked.status, locked.error["code"]) == (409, "ScopeLocked")
    assert emulator.act("treasure", "restart").status == 202
    emulator.advance(100)
    emulator.control("DELETE", "locks/keep")
    emulator.control("POST", "locks", {"name": "ro", "scope": scope, "level": "ReadOnly"})
    assert emulator.act("treasure", "stop").error["code"] == "ScopeLocked"
    emulator.control("DELETE", "locks/ro")
    denial = {"name": "closed", "scope": scope, "actions": [f"{COMPUTES}/*/action"]}
    emulator.control("POST", "denials", denial)
    denied = emulator.act("treasure", "stop")
    assert (denied.status, denied.error["code"]) == (403, "DenyAssignmentAuthorizationFailed")
    emulator.control("DELETE", "denials/closed")
    assert emulator.act("treasure", "stop").status == 202


def test_policies(emulator: Emulator) -> None:
    policies = [
        {"name": "need-owner-tag", "required_tags": ["owner"], "denied_sizes": ["Standard_E8s_v3"]}
    ]
    emulator.control("PATCH", "settings", {"policies": policies})
    try:
        untagged = emulator.create("policed")
        path = emulator.compute_path("policed")
        tagged = emulator.request("PUT", path, {**BODY, "tags": {"Owner": "me"}})
    finally:
        emulator.control("PATCH", "settings", {"policies": []})
    assert (untagged.status, untagged.error["code"]) == (403, "RequestDisallowedByPolicy")
    info = untagged.error["additionalInfo"][0]
    assert info["type"] == "PolicyViolation"
    assert info["info"]["policyAssignmentName"] == "need-owner-tag"
    assert tagged.status == 201


def test_a_managed_network_refuses_subnets(emulator: Emulator) -> None:
    workspace = {"name": "walled", "group": "rg-w", "location": "northeurope", "managed_network": True}  # fmt: skip
    emulator.control("POST", "workspaces", workspace)
    subscription = emulator.ready["subscription_id"]
    group = f"/subscriptions/{subscription}/resourceGroups/rg-w/providers"
    path = f"{group}/Microsoft.MachineLearningServices/workspaces/walled"
    subnet = f"{group}/Microsoft.Network/virtualNetworks/v/subnets/s"
    inner = {"vmSize": "Standard_D2s_v3", "subnet": {"id": subnet}}
    body = {"location": "northeurope", "properties": {"computeType": "ComputeInstance", "properties": inner}}  # fmt: skip
    answer = emulator.request("PUT", f"{path}/computes/inside", body)
    assert answer.status == 400
    assert "managed network" in answer.error["message"]
    assert emulator.create("outside", subnet={"id": subnet}).status == 201


def test_the_sample_has_what_a_visitor_should_meet(sample_emulator: Emulator) -> None:
    answer = sample_emulator.request("GET", f"{sample_emulator.workspace_path}/computes")
    instances = {one["name"]: one["properties"]["properties"] for one in answer.json["value"]}
    states = {inner["state"] for inner in instances.values()}
    assert len(instances) >= 12
    assert {
        "Running", "Stopped", "Creating", "Starting", "Stopping", "JobRunning", "CreateFailed",
        "SetupFailed", "Unusable",
    } <= states  # fmt: skip
    assert instances["ds-boris"]["createdBy"]["userName"] == "Boris Example"
    assert instances["for-anna"]["personalComputeInstanceSettings"]["assignedUser"]
    assert sample_emulator.act("locked-ledger", "start").status == 403
    assert "disk is full" in sample_emulator.act("disk-full", "stop").error["message"]
    usages = sample_emulator.request("GET", f"{sample_emulator.location_path}/usages").json["value"]
    rows = {row["name"]["value"].split(" Family")[0]: row for row in usages}
    assert rows["Standard NCSv3"]["currentValue"] == rows["Standard NCSv3"]["limit"] == 12
    assert rows["Standard DSv2"]["currentValue"] >= 0.8 * rows["Standard DSv2"]["limit"]
    listed = sample_emulator.request(
        "GET",
        f"/subscriptions/{sample_emulator.ready['subscription_id']}"
        "/providers/Microsoft.MachineLearningServices/workspaces",
    ).json["value"]
    assert len(listed) >= 3
    assert len({workspace["location"] for workspace in listed}) == 2
