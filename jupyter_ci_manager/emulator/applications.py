"""Opening the applications of an instance: only its creator or assigned user may.

A browser cannot send a bearer token. So the links that the service gives to who may open them carry a
ticket of a few minutes, which is exchanged for a cookie at once; whoever has no ticket signs in.
"""

from __future__ import annotations

from .cloud import Cloud
from .errors import ArmError
from .instance import Compute
from .machines import MachineError, Machines
from .page import rendered, session_cookie, sign_in_page
from .rbac import Caller
from .wire import Reply, Request, Route

_TICKET = "urn:emulator:application"
_TICKET_SECONDS = 600
_APPLICATIONS = {"tree": "Jupyter", "lab": "Jupyter Lab"}
#: Terminals are pages of Jupyter, without a link of their own.
_TITLES = {**_APPLICATIONS, "terminals/1": "Terminal"}
_PATH = "/applications/{location}/{name}/{application}"
_PATHS = (_PATH, f"{_PATH}/{{part}}")


def links(cloud: Cloud, compute: Compute, base_url: str, caller: Caller) -> list[dict[str, str]]:
    """Give the links of an instance for a caller: with a ticket if he may open them."""
    root = f"{base_url}/applications/{compute.location}/{compute.name.lower()}"
    user = cloud.directory.find_user(caller.oid)
    ticket = ""
    if user is not None and user.oid == compute.owner:
        value = cloud.tokens.issue(user, _TICKET, _TICKET_SECONDS, instance=compute.key)
        ticket = f"?ticket={value}"
    return [
        {"displayName": name, "endpointUri": f"{root}/{path}{ticket}"}
        for path, name in _APPLICATIONS.items()
    ]


class Opener:
    """Answers the links."""

    def __init__(self, machines: Machines | None) -> None:
        """Remember the machines, if there are any."""
        self._machines = machines

    def open(self, cloud: Cloud, request: Request) -> Reply:
        """Lead to the application of an instance."""
        names = request.params
        key = cloud.computes.name_in_use(names["location"], names["name"])
        compute = cloud.computes.by_key(key) if key else None
        application = "/".join(filter(None, (names["application"], names.get("part"))))
        if compute is None or not compute.is_instance or application not in _TITLES:
            raise ArmError(404, "NotFound", f"No application is served at '{request.path}'.")
        ticket = cloud.tokens.own_claims(request.query.get("ticket", ""))
        if ticket is not None and (ticket["aud"], ticket.get("instance")) == (_TICKET, compute.key):
            cookie = session_cookie(cloud, ticket["oid"])
            return Reply(303, None, {"Location": request.path, "Set-Cookie": cookie})
        oid = self._who(cloud, request)
        if oid is None:
            return sign_in_page(cloud, request.path, "Sign in to open this application.")
        if oid != compute.owner:
            raise ArmError(
                403,
                "ComputeInstanceAccessDenied",
                f"Only the creator or the assigned user of the compute instance {compute.name} can "
                "open its applications.",
            )
        if compute.state not in ("Running", "JobRunning"):
            raise ArmError(
                409,
                "ComputeInstanceNotRunning",
                f"The compute instance {compute.name} is {compute.state}: start it first.",
            )
        if self._machines is None:
            return rendered(
                f"<h1>{_TITLES[application]}</h1><p>This emulator keeps no real "
                "machines. Start it with <code>--machines</code> to have a Jupyter Server here.</p>"
            )
        return Reply(later=self._lead(self._machines, compute, application))

    @staticmethod
    def _who(cloud: Cloud, request: Request) -> str | None:
        authorization = request.headers.get("Authorization")
        if authorization:
            return cloud.tokens.caller(authorization).oid
        user = cloud.session_user(request)
        return user.oid if user is not None else None

    @staticmethod
    async def _lead(machines: Machines, compute: Compute, application: str) -> Reply:
        try:
            address = await machines.open(compute, application)
        except MachineError as error:
            problem = {"code": "MachineNotStarted", "message": str(error)}
            return Reply(503, {"error": problem})
        return Reply(302, None, {"Location": address, "Referrer-Policy": "no-referrer"})

    def routes(self) -> list[Route]:
        """Give the routes of the links."""
        return [Route("GET", path, self.open, open=True) for path in _PATHS]
