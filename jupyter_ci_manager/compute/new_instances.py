"""Creating instances: the name, the preview and the one PUT, never over anything that exists."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import CIManagerError, Conflict, NameTaken, NotFound, NotPermitted, Refused
from ..sentences import say
from .api_versions import action_version
from .catalogue import with_availability
from .changed import touch_changed
from .creation_body import arm_body
from .creation_rules import problems
from .differences import differences
from .models import (
    Allowed,
    ComputeInstance,
    CreateInstance,
    CreatePreview,
    ErrorInfo,
    NameCheck,
    VmSize,
)
from .names import HINT, broken_rule, proposals
from .permissions import missing

if TYPE_CHECKING:
    from .catalogue import Catalogue
    from .inventory import Inventory
    from .models import Workspace
    from .session import Session

#: What Azure ML calls a compute instance when it checks a name (seen on the wire of its SDK).
_NAME_TYPE = "Microsoft.BatchAI/DataScienceInstance"
#: How many names are asked for when one is not free.
_PROPOSALS = 4


class NewInstances:
    """Names, previews and creation for one workspace.

    Parameters
    ----------
    begun:
        Called when a creation was begun.
    """

    def __init__(
        self,
        session: Session,
        inventory: Inventory,
        catalogue: Catalogue,
        *,
        begun: Callable[[], None],
    ) -> None:
        self._session = session
        self._inventory = inventory
        self._catalogue = catalogue
        self._begun = begun

    def check_name(self, name: str) -> NameCheck:
        """Say whether a name may be given; proposes a free one when it may not."""
        rule = broken_rule(name)
        if rule:
            return NameCheck(
                name=name,
                valid=False,
                available="no",
                reason=say("{rule} ({hint})", rule=rule, hint=HINT) if name else rule,
                code="invalid_name",
                suggestion=self._free(name) if name else None,
            )
        available, reason = self._ask_name(name)
        return NameCheck(
            name=name,
            valid=True,
            available=available,
            reason=reason,
            code="name_taken" if available == "no" else "",
            suggestion=self._free(name) if available == "no" else None,
        )

    def sizes(self) -> list[VmSize]:
        """Give the region's sizes, each with whether it can be had now.

        Raises
        ------
        CIManagerError
            The sizes cannot be read; usages that cannot be read only leave it unknown.
        """
        sizes = self._catalogue.sizes()
        try:
            usages = self._catalogue.usages()
        except CIManagerError as error:
            if error.status == 401:
                raise
            usages = None
        return with_availability(sizes, usages or None)

    def preview(self, request: CreateInstance) -> CreatePreview:
        """Say what creating would send and cost, what is wrong, and the same in other words.

        Raises
        ------
        CIManagerError
            There is no workspace to create in.
        """
        from .preview import az_line, notes, python_lines, template

        workspace = self._session.workspace()
        sizes = self._sizes_or_none()
        found = problems(request, workspace=workspace, sizes=sizes, settings=self._session.settings)
        body = arm_body(request, workspace, self._session.settings)
        vm_size = body["properties"]["properties"]["vmSize"]
        url = self._url(request.name)
        return CreatePreview(
            url=url,
            body=body,
            template=template(request.name, workspace, body, self._session.settings.api_version),
            az=az_line(url, body, self._session.settings.cloud),
            python=python_lines(url, body, self._session.cloud),
            price_per_hour=self._catalogue.prices().get(vm_size.lower()),
            problems=[ErrorInfo.of(problem) for problem in found],
            notes=[
                *notes(request, body, self._catalogue.prices().get(vm_size.lower())),
                *self._notes_on_who_acts(request),
            ],
        )

    def _notes_on_who_acts(self, request: CreateInstance) -> list[str]:
        identity = self._session.sign_in.identity(ask=False)
        found: list[str] = []
        if identity.kind == "managed_identity" and not request.assigned_user_object_id:
            found.append(
                say(
                    "You act as this machine's own identity, and only that identity could open what it "
                    "creates: name yourself as the person it is for."
                )
            )
        return found

    def create(self, request: CreateInstance) -> ComputeInstance:
        """Create an instance, or give back one's own of that name when the request says so.

        Raises
        ------
        InvalidValue
            A value breaks a rule; ``field`` names it. Nothing was sent.
        NameTaken
            The name is used, here or in another workspace of the region.
        CIManagerError
            Any other reason; nothing was created then.
        """
        workspace = self._session.workspace()
        found = problems(
            request,
            workspace=workspace,
            sizes=self._sizes_or_none() if broken_rule(request.name) is None else None,
            settings=self._session.settings,
        )
        bad = [p for p in found if p.status != 422 or p.code not in ("quota_exceeded",)]
        if bad:
            raise bad[0]
        existing = self._existing(request, workspace)
        if existing is not None:
            return existing
        if found:
            raise found[0]
        self._check_permission()
        if not workspace.location:
            raise Refused(
                say("The workspace's region is not known: you may not read the workspace."),
                hint=say("Ask an owner of the workspace for the role Reader on it."),
                code="location_unknown",
            )
        available, reason = self._ask_name(request.name)
        if available == "no":
            raise NameTaken(
                reason,
                hint=say("Names are unique in the whole region, across all workspaces."),
                field="name",
                details={"suggestion": self._free(request.name)},
            )
        return self._put(request, arm_body(request, workspace, self._session.settings))

    def _put(self, request: CreateInstance, body: dict[str, Any]) -> ComputeInstance:
        try:
            reply = self._session.client().request(
                "PUT",
                self._session.path(request.name),
                api_version=self._session.settings.api_version,
                body=body,
            )
        except CIManagerError as error:
            if error.code != "unknown_outcome":
                raise
            # The connection broke after it was sent: the instance itself tells what happened.
            try:
                created = self._inventory.one(request.name)
            except CIManagerError:
                raise error from None
        else:
            begun = ComputeInstance(name=request.name, state="Unknown")
            pending = self._inventory.pending
            pending.begin(begun, "Creating", reply.operation_url)
            try:
                created = self._inventory.one(request.name)
            except CIManagerError:
                # It was accepted; that it cannot be read right now must not look like a refusal.
                pending.begin(begun, "Creating", reply.operation_url)
                created = self._inventory.told(request.name, reply.body)
        self._catalogue.forget_usages()
        self._begun()
        touch_changed()
        return created

    def _existing(self, request: CreateInstance, workspace: Workspace) -> ComputeInstance | None:
        try:
            instance = self._inventory.one(request.name)
        except NotFound as error:
            other = error.details.get("compute_type")
            if other:
                raise NameTaken(
                    say(
                        "“{name}” is already the name of another compute target ({other}).",
                        name=request.name,
                        other=other,
                    ),
                    field="name",
                    details={"suggestion": self._free(request.name)},
                ) from error
            return None
        if request.if_exists == "fail":
            raise NameTaken(
                say("There is already an instance “{name}” in this workspace.", name=instance.name),
                hint=say("Take another name, or ask to use the existing one."),
                field="name",
                details={"suggestion": self._free(request.name), "state": instance.state},
            )
        if instance.is_mine is False:
            raise NameTaken(
                say("“{name}” exists and belongs to somebody else.", name=instance.name),
                hint=say("Take another name."),
                code="not_yours",
                field="name",
            )
        if instance.state in ("Deleting", "CreateFailed"):
            raise Conflict(
                say(
                    "“{name}” exists, but its state is {state}.",
                    name=instance.name,
                    state=instance.state,
                ),
                hint=say("Wait until it is gone, or delete it, then create it again."),
                code="wrong_state",
                field="name",
            )
        differs = differences(request, instance, workspace)
        return msgspec.structs.replace(instance, advice=differs)

    def _check_permission(self) -> None:
        def create() -> Any:
            return next(p for p in self._inventory.rights.all() if p.action == "create")

        if create().allowed == "no":
            self._inventory.rights.all(refresh=True)
            permission = create()
            if permission.allowed == "no":
                raise NotPermitted(
                    missing(permission.azure_action),
                    hint=say("The role AzureML Compute Operator contains it."),
                    details={"azure_action": permission.azure_action},
                )

    def _ask_name(self, name: str) -> tuple[Allowed, str]:
        settings = self._session.settings
        path = self._session.path().removesuffix("/computes") + "/checkComputeNameAvailability"
        try:
            reply = self._session.client().request(
                "POST",
                path,
                api_version=action_version(
                    "checkComputeNameAvailability",
                    stable=settings.api_version,
                    preview=settings.preview_api_version,
                ),
                body={"Name": name, "Type": _NAME_TYPE},
                is_question=True,
            )
        except CIManagerError as error:
            return "unknown", say(
                "Whether the name is free cannot be asked: {message}", message=error.message
            )
        answer = reply.body if isinstance(reply.body, dict) else {}
        if answer.get("nameAvailable") is True:
            return "yes", ""
        if answer.get("nameAvailable") is not False:
            return "unknown", say("Azure did not say whether the name is free.")
        if str(answer.get("reason")).lower() == "invalid":
            said = answer.get("message")
            return "no", str(said) if said else say("Azure does not accept the name.")
        return "no", say(
            "“{name}” is already used in this region, perhaps in another workspace.", name=name
        )

    def _free(self, name: str) -> str | None:
        """Give a name near ``name`` that is free, as far as can be asked."""
        for proposal in proposals(name)[:_PROPOSALS]:
            if self._inventory.known(proposal) is None and self._ask_name(proposal)[0] != "no":
                return proposal
        return None

    def _sizes_or_none(self) -> list[VmSize] | None:
        try:
            return self.sizes()
        except CIManagerError as error:
            if error.status == 401:
                raise
            return None

    def _url(self, name: str) -> str:
        settings = self._session.settings
        base = self._session.client().endpoint
        return f"{base}{self._session.path(name)}?api-version={settings.api_version}"
