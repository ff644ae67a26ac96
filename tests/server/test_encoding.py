"""Long lists are encoded in pieces, to the same bytes; sentences in the language asked for."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from jupyter_ci_manager.compute.models import ComputeInstance, InstanceList
from jupyter_ci_manager.sentences import english
from jupyter_ci_manager.server.encoding import MANY, encode_in_pieces, encoder, is_large
from jupyter_ci_manager.server.translation import catalogue

from .conftest import Ask


@pytest.mark.parametrize("say", [english, catalogue("ko-kr").say])
def test_pieces_make_the_same_whole(say: Any) -> None:
    many = [ComputeInstance(name=f"i-{n}", description='"\u2028é') for n in range(MANY + 1)]
    listed = InstanceList(instances=many, revision=3)
    assert is_large(listed)
    encode = encoder(say)
    assert encode_in_pieces(listed, encode) == encode(listed) == msgspec.json.encode(listed)
    assert not is_large(InstanceList(instances=many[:3]))
    assert not is_large({"instances": many})


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
