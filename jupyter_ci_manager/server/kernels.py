"""``kernels``: the Jupyter kernel specs of this machine, and making new ones."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..jobs.models import Job
from ..kernels.models import Kernel, KernelRequest, MissingKernel, Preview
from .decoding import words
from .handler import Handler
from .jobs import accepted
from .models import (
    KernelList,
    KernelPatch,
    LanguageList,
    LanguagesQuery,
    NearestQuery,
    NearKernelList,
)
from .operation import Reply, operation


class KernelHandler(Handler):
    """Base of what concerns kernels."""

    auth_resource = "ci_manager:kernels"


class KernelsHandler(KernelHandler):
    """All kernels."""

    @web.authenticated
    @authorized
    @operation("List the kernels and whether each can work", KernelList)
    async def get(self) -> KernelList:
        """Give the kernel specs of this machine."""
        found = await self.kernels(lambda kernels: kernels.kernels(), question="kernels")
        return KernelList(kernels=list(found))

    @web.authenticated
    @authorized
    @operation(
        "Make a kernel with its environment, or preview that",
        {202: Job, 200: Preview},
        body=KernelRequest,
        errors=(404, 409, 503, 507),
    )
    async def post(self, body: KernelRequest) -> Reply:
        """Start a job that makes a kernel; with ``dry_run`` only tell what it would do."""
        return accepted(
            await self.kernels(lambda kernels: kernels.create(body), remote=body.dry_run)
        )


class OneKernelHandler(KernelHandler):
    """One kernel."""

    @web.authenticated
    @authorized
    @operation("Remove a kernel spec; its environment stays", {204: None}, errors=(404, 409))
    async def delete(self, name: str) -> None:
        """Remove a kernel spec."""
        await self.kernels(lambda kernels: kernels.remove_kernel(name))

    @web.authenticated
    @authorized
    @operation("Rename a kernel", Kernel, body=KernelPatch, errors=(404, 409))
    async def patch(self, name: str, body: KernelPatch) -> Kernel:
        """Change the name that Jupyter shows."""
        return await self.kernels(lambda kernels: kernels.rename_kernel(name, body.display_name))


class RepairHandler(KernelHandler):
    """Repairing a kernel."""

    @web.authenticated
    @authorized
    @operation("Repair a kernel", {200: Kernel, 202: Job}, errors=(404, 409, 503, 507))
    async def post(self, name: str) -> Reply:
        """Repair a kernel spec at once, or start a job where packages are needed."""
        return accepted(await self.kernels(lambda kernels: kernels.repair_kernel(name)))


class NearestKernelsHandler(KernelHandler):
    """Kernels that may stand in for one that is missing."""

    @web.authenticated
    @authorized
    @operation("Find the kernels nearest to a missing one", NearKernelList, query=NearestQuery)
    async def get(self, query: NearestQuery) -> NearKernelList:
        """Give the nearest kernels by language, name and packages."""
        missing = MissingKernel(
            name=query.name,
            display_name=query.display_name,
            language=query.language,
            packages=words(query.packages),
        )
        found = await self.kernels(lambda kernels: kernels.nearest_kernels(missing, query.limit))
        return NearKernelList(kernels=list(found))


class LanguagesHandler(KernelHandler):
    """The languages that kernels can be made for."""

    @web.authenticated
    @authorized
    @operation("List the languages of kernels", LanguageList, query=LanguagesQuery)
    async def get(self, query: LanguagesQuery) -> LanguageList:
        """Give the catalogue; with ``versions`` also what the channels have."""
        found = await self.kernels(
            lambda kernels: kernels.languages(versions=query.versions),
            question=("languages", query.versions),
            remote=query.versions,
        )
        return LanguageList(languages=list(found))
