"""A new SSH key pair. The private part is given once; where it is kept is the user's affair."""

from __future__ import annotations

import base64
import hashlib
import re

from ..errors import InvalidValue
from ..sentences import say
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
        raise InvalidValue(
            say("The comment has letters, digits and @ . _ - only."), field="comment"
        )
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
