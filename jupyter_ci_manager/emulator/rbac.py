"""Who may do what: users, built-in roles, assignments, deny assignments and locks.

An action is allowed when one role assigned at the scope, or above it, lists it under ``actions`` and
not under ``notActions`` of the same role. What nobody assigned is refused with Azure's sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from .errors import ArmError
from .store import Store

PROVIDER = "Microsoft.MachineLearningServices"
_COMPUTES = f"{PROVIDER}/workspaces/computes"

ROLES: dict[str, dict[str, list[str]]] = {
    "Owner": {"actions": ["*"], "notActions": []},
    "Contributor": {
        "actions": ["*"],
        "notActions": [
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
        ],
    },
    "Reader": {"actions": ["*/read"], "notActions": []},
    "AzureML Data Scientist": {
        "actions": [
            f"{PROVIDER}/workspaces/*/read",
            f"{PROVIDER}/workspaces/*/action",
            f"{PROVIDER}/workspaces/*/delete",
            f"{PROVIDER}/workspaces/*/write",
        ],
        "notActions": [
            f"{PROVIDER}/workspaces/delete",
            f"{PROVIDER}/workspaces/write",
            f"{_COMPUTES}/*/write",
            f"{_COMPUTES}/*/delete",
            f"{_COMPUTES}/listKeys/action",
            f"{PROVIDER}/workspaces/listKeys/action",
            f"{PROVIDER}/workspaces/hubs/write",
            f"{PROVIDER}/workspaces/hubs/delete",
            f"{PROVIDER}/workspaces/featurestores/write",
            f"{PROVIDER}/workspaces/featurestores/delete",
        ],
    },
    "AzureML Compute Operator": {
        "actions": [f"{_COMPUTES}/*", f"{PROVIDER}/workspaces/notebooks/vm/*"],
        "notActions": [],
    },
}


class User(msgspec.Struct):
    """Someone who can sign in."""

    oid: str
    upn: str
    name: str


class Assignment(msgspec.Struct):
    """A role that a user has at a scope and below it."""

    oid: str
    role: str
    scope: str


class Denial(msgspec.Struct):
    """A deny assignment: it takes actions from everybody but the users it excepts."""

    id: str
    name: str
    scope: str
    actions: list[str]
    excepted: list[str]


class Lock(msgspec.Struct):
    """A resource lock: ``CanNotDelete`` or ``ReadOnly``."""

    name: str
    level: str
    scope: str


class _Stored(msgspec.Struct):
    users: list[User] = []
    assignments: list[Assignment] = []
    denials: list[Denial] = []
    locks: list[Lock] = []


@dataclass(frozen=True)
class Caller:
    """Who a token speaks for."""

    oid: str
    upn: str
    tid: str
    name: str = ""


@cache
def _matcher(pattern: str) -> re.Pattern[str]:
    # "x/*/write" is documented to cover "x/write" as well.
    text = re.escape(pattern.lower()).replace(r"/\*/", r"/(?:.*/)?").replace(r"\*", ".*")
    return re.compile(text)


def matches(pattern: str, action: str) -> bool:
    """Say whether an action falls under a pattern of a role; case does not count."""
    return _matcher(pattern).fullmatch(action.lower()) is not None


def _covers(scope: str, where: str) -> bool:
    scope, where = scope.lower().rstrip("/"), where.lower()
    return where == scope or where.startswith(scope + "/")


class Directory:
    """Users and everything that is assigned to them."""

    def __init__(self, store: Store, tenant: str) -> None:
        """Read what was assigned before."""
        self._store = store
        self.tenant = tenant
        found = store.get("directory", "all")
        self._all = msgspec.convert(found, _Stored) if found else _Stored()

    def _save(self) -> None:
        self._store.put("directory", "all", self._all)

    @property
    def users(self) -> list[User]:
        """Everyone who can sign in."""
        return self._all.users

    @property
    def assignments(self) -> list[Assignment]:
        """All role assignments."""
        return self._all.assignments

    @property
    def locks(self) -> list[Lock]:
        """All resource locks."""
        return self._all.locks

    @property
    def denials(self) -> list[Denial]:
        """All deny assignments."""
        return self._all.denials

    def find_user(self, oid_or_upn: str) -> User | None:
        """Give a user by object id or user principal name."""
        wanted = oid_or_upn.lower()
        return next(
            (user for user in self.users if wanted in (user.oid.lower(), user.upn.lower())), None
        )

    def add_user(self, user: User, *roles: tuple[str, str]) -> User:
        """Add a user with roles, each as (role, scope)."""
        self._all.users.append(user)
        self._all.assignments.extend(Assignment(user.oid, role, scope) for role, scope in roles)
        self._save()
        return user

    def assign(self, assignment: Assignment) -> None:
        """Add a role assignment."""
        self._all.assignments.append(assignment)
        self._save()

    def unassign(self, oid: str, role: str | None = None, scope: str | None = None) -> int:
        """Take role assignments from a user and give how many there were."""
        kept = [
            given
            for given in self.assignments
            if given.oid != oid
            or (role is not None and given.role != role)
            or (scope is not None and given.scope.lower() != scope.lower())
        ]
        removed = len(self.assignments) - len(kept)
        self._all.assignments = kept
        self._save()
        return removed

    def deny(self, denial: Denial) -> None:
        """Add a deny assignment."""
        self._all.denials.append(denial)
        self._save()

    def lock(self, lock: Lock) -> None:
        """Add a resource lock."""
        self._all.locks.append(lock)
        self._save()

    def clear(self, kind: str, name: str) -> int:
        """Remove the locks or denials of a name and give how many there were."""
        held: list[Any] = getattr(self._all, kind)
        kept = [entry for entry in held if entry.name != name]
        setattr(self._all, kind, kept)
        self._save()
        return len(held) - len(kept)

    def roles_at(self, caller: Caller, scope: str) -> list[str]:
        """Give the names of the roles in force at a scope; an unknown caller is an Owner."""
        if self.find_user(caller.oid) is None:
            return ["Owner"]
        return [
            given.role
            for given in self.assignments
            if given.oid == caller.oid and _covers(given.scope, scope)
        ]

    def permissions(self, caller: Caller, scope: str) -> list[dict[str, Any]]:
        """Give the body of the permissions API: one element per assignment in force."""
        return [
            {**ROLES[role], "dataActions": [], "notDataActions": []}
            for role in self.roles_at(caller, scope)
        ]

    def allowed(self, caller: Caller, action: str, scope: str) -> bool:
        """Say whether a role in force at the scope grants the action."""
        for role in self.roles_at(caller, scope):
            rules = ROLES[role]
            granted = any(matches(pattern, action) for pattern in rules["actions"])
            if granted and not any(matches(pattern, action) for pattern in rules["notActions"]):
                return True
        return False

    def sees_below(self, caller: Caller, scope: str) -> bool:
        """Say whether the caller has any role at a scope, above it or below it."""
        if self.find_user(caller.oid) is None:
            return True
        return any(
            given.oid == caller.oid and (_covers(given.scope, scope) or _covers(scope, given.scope))
            for given in self.assignments
        )

    def authorize(self, caller: Caller, action: str, scope: str) -> None:
        """Refuse what no role grants, what is denied, and what a lock forbids.

        Raises:
            ArmError: 403 ``AuthorizationFailed``, 403 ``DenyAssignmentAuthorizationFailed`` or
                409 ``ScopeLocked``.
        """
        if not self.allowed(caller, action, scope):
            raise ArmError(
                403,
                "AuthorizationFailed",
                f"The client '{caller.upn}' with object id '{caller.oid}' does not have "
                f"authorization to perform action '{action}' over scope '{scope}' or the scope is "
                "invalid. If access was recently granted, please refresh your credentials.",
            )
        for denial in self.denials:
            if caller.oid in denial.excepted or not _covers(denial.scope, scope):
                continue
            if any(matches(pattern, action) for pattern in denial.actions):
                raise ArmError(
                    403,
                    "DenyAssignmentAuthorizationFailed",
                    f"The client '{caller.upn}' with object id '{caller.oid}' has permission to "
                    f"perform action '{action}' on scope '{scope}'; however, the access is denied "
                    f"because of the deny assignment with name '{denial.name}' and Id "
                    f"'{denial.id}' at scope '{denial.scope}'.",
                )
        self._refuse_locked(action, scope)

    def _refuse_locked(self, action: str, scope: str) -> None:
        verb = action.rsplit("/", 1)[-1].lower()
        if verb == "read":
            return
        hits = [
            lock.scope
            for lock in self.locks
            if _covers(lock.scope, scope) and (lock.level == "ReadOnly" or verb == "delete")
        ]
        if hits:
            doing = {"delete": "delete", "write": "write"}.get(verb, "write")
            raise ArmError(
                409,
                "ScopeLocked",
                f"The scope '{scope}' cannot perform {doing} operation because following scope(s) "
                f"are locked: '{', '.join(hits)}'. Please remove the lock and try again.",
            )
