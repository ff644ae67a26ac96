"""``environments``: the conda environments of this machine."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..jobs.models import Job
from ..kernels.models import (
    EnvironmentRename,
    PackageMatches,
    PackageRequest,
    Preview,
    Rebuilt,
)
from .decoding import words
from .handler import Handler
from .jobs import accepted
from .models import (
    ConfirmQuery,
    EnvironmentList,
    ExportQuery,
    ExportText,
    Manifest,
    PackageList,
    SearchQuery,
    UseList,
)
from .operation import Reply, operation


class EnvironmentHandler(Handler):
    """Base of what concerns environments; ``id`` is a name, or a prefix percent-encoded."""

    auth_resource = "ci_manager:environments"


class EnvironmentsHandler(EnvironmentHandler):
    """All environments."""

    @web.authenticated
    @authorized
    @operation("List the environments", EnvironmentList)
    async def get(self) -> EnvironmentList:
        """Give the environments of this machine."""
        found = await self.kernels(lambda kernels: kernels.environments(), question="environments")
        return EnvironmentList(environments=list(found))


class OneEnvironmentHandler(EnvironmentHandler):
    """One environment."""

    @web.authenticated
    @authorized
    @operation(
        "Remove an environment with its kernels",
        {202: Job},
        query=ConfirmQuery,
        errors=(404, 409),
    )
    async def delete(self, id: str, query: ConfirmQuery) -> Reply:
        """Start a job that removes an environment."""
        return accepted(
            await self.kernels(
                lambda kernels: kernels.remove_environment(id, confirm=query.confirm)
            )
        )

    @web.authenticated
    @authorized
    @operation(
        "Rename an environment; its kernels follow",
        {202: Job},
        body=EnvironmentRename,
        errors=(404, 409, 507),
    )
    async def patch(self, id: str, body: EnvironmentRename) -> Reply:
        """Start a job that makes the environment anew under another name."""
        return accepted(await self.kernels(lambda kernels: kernels.rename_environment(id, body)))


class UsesHandler(EnvironmentHandler):
    """What runs in an environment."""

    @web.authenticated
    @authorized
    @operation("List what runs in an environment", UseList, errors=(404,))
    async def get(self, id: str) -> UseList:
        """Give the notebooks, kernels, terminals and programs that use it now."""
        return UseList(uses=list(await self.kernels(lambda kernels: kernels.uses(id))))


class PackagesHandler(EnvironmentHandler):
    """The packages of an environment."""

    @web.authenticated
    @authorized
    @operation("List the packages of an environment", PackageList, errors=(404,))
    async def get(self, id: str) -> PackageList:
        """Give what conda and pip have installed."""
        return PackageList(packages=list(await self.kernels(lambda kernels: kernels.packages(id))))

    @web.authenticated
    @authorized
    @operation(
        "Install, update or remove packages, or preview that",
        {202: Job, 200: Preview},
        body=PackageRequest,
        errors=(404, 409, 503, 507),
    )
    async def post(self, id: str, body: PackageRequest) -> Reply:
        """Start a job that changes packages; with ``dry_run`` only tell what it would do."""
        return accepted(
            await self.kernels(
                lambda kernels: kernels.change_packages(id, body), remote=body.dry_run
            )
        )


class PackageSearchHandler(EnvironmentHandler):
    """The packages that channels have."""

    @web.authenticated
    @authorized
    @operation(
        "Search the channels for packages", PackageMatches, query=SearchQuery, errors=(503, 504)
    )
    async def get(self, query: SearchQuery) -> PackageMatches:
        """Give the packages whose names match, best first."""
        return await self.kernels(
            lambda kernels: kernels.search_packages(
                query.name, channels=words(query.channels), limit=query.limit
            ),
            question=("packages", query.name, query.channels, query.limit),
            remote=True,
        )


class ExportHandler(EnvironmentHandler):
    """An environment as text."""

    @web.authenticated
    @authorized
    @operation("Export an environment", ExportText, query=ExportQuery, errors=(404,))
    async def get(self, id: str, query: ExportQuery) -> ExportText:
        """Give an environment file, a list of exact package URLs, or a lock file."""
        return ExportText(text=await self.kernels(lambda kernels: kernels.export(id, query.format)))


class ManifestHandler(EnvironmentHandler):
    """The user's environments, written down where other machines find them."""

    @web.authenticated
    @authorized
    @operation("Write the environments down for the next machine", Manifest, errors=(507,))
    async def put(self) -> Manifest:
        """Write the manifest anew."""
        return Manifest(path=await self.kernels(lambda kernels: kernels.write_manifest()))


class RebuildHandler(EnvironmentHandler):
    """Making what was written down."""

    @web.authenticated
    @authorized
    @operation(
        "Make the environments that were written down and are not here",
        {202: Rebuilt},
        errors=(404, 409, 507),
    )
    async def post(self) -> Reply:
        """Start a job for each environment that is missing here."""
        rebuilt = await self.kernels(lambda kernels: kernels.rebuild())
        return Reply(rebuilt, status=202, location="jobs")
