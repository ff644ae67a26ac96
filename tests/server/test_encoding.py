"""Long lists are encoded in pieces, to the same bytes, and packed; sentences in any language."""

from __future__ import annotations

import gzip
from typing import Any

import msgspec
import pytest

from jupyter_ci_manager.compute.models import ComputeInstance, InstanceList
from jupyter_ci_manager.sentences import english
from jupyter_ci_manager.server.encoding import MANY, Pieces, encoder, is_large, pack, takes_packed
from jupyter_ci_manager.server.translation import catalogue

from .conftest import Ask


@pytest.mark.parametrize("say", [english, catalogue("ko-kr").say])
def test_pieces_make_the_same_whole(say: Any) -> None:
    many = [ComputeInstance(name=f"i-{n}", description='"\u2028é') for n in range(MANY + 1)]
    listed = InstanceList(instances=many, revision=3)
    assert is_large(listed)
    encode, pieces = encoder(say), Pieces()
    assert pieces.encode(listed, encode) == encode(listed) == msgspec.json.encode(listed)
    assert not is_large(InstanceList(instances=many[:3]))
    assert not is_large({"instances": many})


def test_what_is_known_from_the_last_answer_is_not_encoded_again() -> None:
    pieces, encoded = Pieces(), []

    def encode(value: Any) -> bytes:
        if isinstance(value, ComputeInstance):
            encoded.append(value.name)
        return msgspec.json.encode(value)

    listed = InstanceList(instances=[ComputeInstance(name=f"i-{n}") for n in range(MANY + 1)])
    pieces.encode(listed, encode)
    listed.instances[7] = ComputeInstance(name="i-7", state="Stopped")
    del encoded[:], listed.instances[0]
    assert pieces.encode(listed, encode) == msgspec.json.encode(listed)
    assert encoded == ["i-7"]


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [("gzip, deflate, br", True), ("br, GZIP;q=0.8", True), ("gzip; q=0, br", False), ("", False)],
)
def test_who_can_read_what_is_packed(accepted: str, takes: bool) -> None:
    assert takes_packed(accepted) is takes
    assert gzip.decompress(pack(b"{}")) == b"{}"


async def test_what_is_read_comes_packed_and_what_a_write_answers_does_not(ask: Ask) -> None:
    # Tornado's client says that it reads gzip, and tells under this name what it has unpacked.
    read = await ask("GET", "languages")
    assert read.headers["X-Consumed-Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in read.headers["Vary"]
    assert read.json["languages"]
    key = await ask("POST", "ssh-keys")
    assert "X-Consumed-Content-Encoding" not in key.headers
    assert key.json["private_key"]


async def test_an_answer_and_a_refusal_speak_the_language_that_is_asked_for(
    ask: Ask, jp_auth_header: dict[str, str]
) -> None:
    korean = {**jp_auth_header, "Accept-Language": "ko-KR"}
    plain, said = await ask("GET", "status"), await ask("GET", "status", headers=korean)
    assert plain.headers["Content-Language"] == "en"
    assert said.headers["Content-Language"] == "ko-kr"
    assert plain.json["kernels"]["engine_reason"] == "It needs no conda and is the fastest."
    assert said.json["kernels"]["engine_reason"] == "conda가 필요 없고 가장 빠릅니다."

    plain, said = [
        await ask("DELETE", "environments/no-such", headers=headers) for headers in (None, korean)
    ]
    assert plain.json["message"] == "There is no environment 'no-such'."
    assert said.json["message"] == "'no-such' 환경이 없습니다."
    assert said.json["code"] == plain.json["code"] == "environment_not_found"
