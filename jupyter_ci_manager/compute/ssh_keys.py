"""A new SSH key pair. The private part is given once; where it is kept is the user's affair."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path

from ..errors import Conflict, InvalidValue
from .models import SshKeyPair

#: Azure ML takes RSA keys; 3072 bits is what ssh-keygen makes by default.
_BITS = 3072


def new_key_pair(comment: str = "compute-instance") -> SshKeyPair:
    """Make an RSA key pair in OpenSSH's forms.

    Parameters
    ----------
    comment:
        Ends the public line; letters, digits and ``@._-``.

    Raises
    ------
    InvalidValue
        The comment has other characters.
    """
    if not re.fullmatch(r"[A-Za-z0-9@._-]{1,64}", comment):
        raise InvalidValue("The comment has letters, digits and @ . _ - only.", field="comment")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    ).decode()
    public = (
        key.public_key()
        .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        .decode()
    )
    digest = hashlib.sha256(base64.b64decode(public.split()[1])).digest()
    return SshKeyPair(
        public_key=f"{public} {comment}",
        private_key=private,
        fingerprint="SHA256:" + base64.b64encode(digest).decode().rstrip("="),
    )


def save_private_key(pair: SshKeyPair, name: str, folder: Path | None = None) -> Path:
    """Write the private part to ``~/.ssh/NAME`` (0600) and the public one beside it.

    Raises
    ------
    InvalidValue
        ``name`` could leave the folder.
    Conflict
        There is a file of that name; it is never overwritten.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", name):
        raise InvalidValue(f"“{name}” is no name for a key file.", field="name")
    folder = folder or Path.home() / ".ssh"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Conflict(
            f"{path} exists already and is not overwritten.",
            hint="Take another name.",
            code="file_exists",
            field="name",
        ) from error
    with os.fdopen(descriptor, "w") as file:
        file.write(pair.private_key)
    path.with_name(f"{name}.pub").write_text(pair.public_key + "\n")
    return path
