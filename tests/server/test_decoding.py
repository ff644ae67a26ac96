"""A refusal names the field as the client wrote it, and the rule."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_ci_manager.compute.models import CreateInstance
from jupyter_ci_manager.errors import BadRequest, CIManagerError, InvalidValue
from jupyter_ci_manager.kernels.models import KernelRequest, PackageRequest
from jupyter_ci_manager.server.decoding import check_parts, decode_body, decode_query
from jupyter_ci_manager.server.models import ExportQuery, ListQuery, OffsetQuery, Schedules


@pytest.mark.parametrize(
    ("struct", "body", "kind", "code", "field"),
    [
        (KernelRequest, b"", BadRequest, "body_missing", None),
        (KernelRequest, b"  \n", BadRequest, "body_missing", None),
        (KernelRequest, b"name=x", BadRequest, "not_json", None),
        (KernelRequest, b'{"name": "x"', BadRequest, "not_json", None),
        (KernelRequest, b'{"name": "\xff"}', BadRequest, "not_json", None),
        (KernelRequest, b"[" * 100_000, BadRequest, "wrong_type", None),
        (KernelRequest, b"[]", BadRequest, "wrong_type", None),
        (KernelRequest, b"null", BadRequest, "wrong_type", None),
        (KernelRequest, b"{}", BadRequest, "missing_field", "name"),
        (KernelRequest, b'{"name": 3}', BadRequest, "wrong_type", "name"),
        (KernelRequest, b'{"name": "x", "nmae": "y"}', BadRequest, "unknown_field", "nmae"),
        (KernelRequest, b'{"name": "x", "`": "y"}', BadRequest, "unknown_field", "`"),
        (KernelRequest, b'{"name": "x", "pip": [1]}', BadRequest, "wrong_type", "pip[0]"),
        (KernelRequest, b'{"name": "x", "scope": "all"}', InvalidValue, "invalid_value", "scope"),
        (PackageRequest, b'{"action": "install"}', BadRequest, "missing_field", "packages"),
        (
            CreateInstance,
            b'{"name": "x", "setup_scripts": {"creatoin": "x"}}',
            BadRequest,
            "unknown_field",
            "setup_scripts.creatoin",
        ),
        (
            Schedules,
            b'{"schedules": [{"action": "pause"}]}',
            InvalidValue,
            "invalid_value",
            "schedules[0].action",
        ),
        (Schedules, b'{"schedules": [{}]}', BadRequest, "missing_field", "schedules[0].action"),
    ],
)
def test_bodies(
    struct: Any, body: bytes, kind: type[CIManagerError], code: str, field: str | None
) -> None:
    with pytest.raises(kind) as caught:
        decode_body(struct, body)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert caught.value.message
    assert field is None or field in caught.value.message


def test_queries_are_read_leniently_and_refused_by_name() -> None:
    assert decode_query(ListQuery, {"refresh": [b"1"], "1700000000000": [b""]}).refresh is True
    assert decode_query(ListQuery, {"refresh": [b"false"]}).refresh is False
    assert decode_query(OffsetQuery, {}).offset == 0
    with pytest.raises(BadRequest) as wrong:
        decode_query(OffsetQuery, {"offset": [b"ten"]})
    assert wrong.value.field == "offset"
    with pytest.raises(InvalidValue) as negative:
        decode_query(OffsetQuery, {"offset": [b"-1"]})
    assert negative.value.field == "offset"
    with pytest.raises(InvalidValue) as unknown:
        decode_query(ExportQuery, {"format": [b"xml"]})
    assert unknown.value.field == "format"
    with pytest.raises(BadRequest) as binary:
        decode_query(ExportQuery, {"format": [b"\xff"]})
    assert binary.value.field == "format"


def test_a_name_with_control_characters_is_none() -> None:
    check_parts({"name": "plain", "id": "/opt/conda/envs/mit Umlaut ä"})
    for value in ("a\0b", "/\0", "line\nfeed", "\x7f"):
        with pytest.raises(InvalidValue) as caught:
            check_parts({"id": value})
        assert caught.value.field == "id"
