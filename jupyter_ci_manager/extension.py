"""Wiring: jupyter_ci_manager as an application of Jupyter Server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.extension.application import ExtensionApp

from .config import Settings, load_settings

if TYPE_CHECKING:
    from .server.face import Face


class CIManager(ExtensionApp, Settings):
    """Compute instances and conda kernels inside Jupyter; configured as ``c.CIManager``."""

    name = "ci_manager"
    load_other_extensions = True

    _face: Face | None = None

    def initialize_settings(self) -> None:
        """Read the settings, and make what the handlers share."""
        from .server.face import Face

        assert self.serverapp is not None
        assert self.serverapp.event_logger is not None
        settings = load_settings(self.serverapp.cli_config)
        self._face = Face(settings, self.serverapp, self.log)
        self.settings["ci_manager_face"] = self._face

    def initialize_handlers(self) -> None:
        """Add every path of the REST API."""
        from .server.routes import handlers

        self.handlers.extend(handlers())

    def current_activity(self) -> int:
        """Give the number of running jobs: a server with one is not idle."""
        return self._face.running_jobs if self._face is not None else 0

    async def stop_extension(self) -> None:
        """Let go of threads and connections; jobs go on without the server."""
        if self._face is not None:
            await self._face.close()
