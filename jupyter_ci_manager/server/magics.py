"""``magics``: ``%ci`` in all of the user's kernels, whatever is installed in them."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..errors import Conflict
from ..sentences import say
from .handler import Handler
from .models import Magics, SwitchMagics
from .operation import operation


class MagicsHandler(Handler):
    """The start-up file of IPython that gives every kernel ``%ci``."""

    auth_resource = "ci_manager:magics"

    @web.authenticated
    @authorized
    @operation("Tell whether %ci is in all kernels", Magics)
    async def get(self) -> Magics:
        """Look for the start-up file."""
        return await self.face.local(_state)

    @web.authenticated
    @authorized
    @operation("Switch %ci on or off in all kernels", Magics, body=SwitchMagics, errors=(409,))
    async def put(self, body: SwitchMagics) -> Magics:
        """Write the start-up file, or take it away; kernels started from then on follow."""
        return await self.face.local(lambda: _switch(body.on))


def _state() -> Magics:
    from ..commands.single_file import is_on, startup_path

    path = startup_path()
    return Magics(on=is_on(path), path=str(path))


def _switch(on: bool) -> Magics:
    """Write or remove the file.

    Raises
    ------
    Conflict
        The file cannot be written, or a file of the user's own lies in its place.
    """
    from ..commands.single_file import startup_path, switch_off, switch_on

    path = startup_path()
    try:
        if on:
            switch_on(path)
        else:
            switch_off(path)
    except OSError as error:
        raise Conflict(
            say(
                "{path} cannot be changed: {strerror}.", path=path, strerror=error.strerror or error
            ),
            hint=say("Look at that file: move it away, or make its folder writable."),
            code="magics_file",
        ) from error
    return _state()
