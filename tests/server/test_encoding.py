"""Long lists are encoded in pieces, to the same bytes."""

from __future__ import annotations

import msgspec

from jupyter_ci_manager.compute.models import ComputeInstance, InstanceList
from jupyter_ci_manager.server.encoding import MANY, encode, encode_in_pieces, is_large


def test_pieces_make_the_same_whole() -> None:
    many = [ComputeInstance(name=f"i-{n}", description='"\u2028é') for n in range(MANY + 1)]
    listed = InstanceList(instances=many, revision=3)
    assert is_large(listed)
    assert encode_in_pieces(listed) == encode(listed) == msgspec.json.encode(listed)
    assert not is_large(InstanceList(instances=many[:3]))
    assert not is_large({"instances": many})
