from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from jupyter_ci_manager.errors import InvalidValue, NotFound, NotPermitted
from jupyter_ci_manager.kernels.models import KernelRequest, Rebuilt


def test_environments_come_back_on_a_new_machine(kernels, settings, jobs, finish, home):
    share = home / "cloudfiles" / "code"
    share.mkdir(parents=True)
    finish(kernels.create(KernelRequest(name="mine", display_name="My own", packages=["tiny"])))
    finish(kernels.create(KernelRequest(name="second", existing="mine", display_name="Two")))
    wanted = {(p.name, p.version) for p in kernels.packages("mine")}
    path = Path(kernels.write_manifest())
    assert path.is_relative_to(share)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finish(kernels.remove_environment("mine", confirm="mine"))

    [job] = kernels.rebuild().jobs
    finish(job)
    [kernel] = [k for k in kernels.kernels() if k.name == "mine"]
    assert kernel.display_name == "My own"
    assert {(p.name, p.version) for p in kernels.packages("mine")} == wanted
    # A further kernel is made of the environment once it is here again.
    [further] = kernels.rebuild().jobs
    finish(further)
    [second] = [k for k in kernels.kernels() if k.name == "second"]
    assert (second.display_name, second.environment) == ("Two", "mine")
    assert kernels.rebuild() == Rebuilt()


def test_credentials_of_channels_are_not_written_down(
    kernels, settings, finish, channel_server, monkeypatch
):
    channel_server.user, channel_server.password = "anna", "geheim"
    # A secret setting is not handed to the job: it reads it where the user has put it.
    address = f"http://anna:geheim@{channel_server.address}"
    monkeypatch.setenv("CI_MANAGER_CHANNELS", address)
    settings.channels = [address]
    finish(kernels.create(KernelRequest(name="mine")))
    text = Path(kernels.write_manifest()).read_text()
    assert "ipykernel" in text
    assert "geheim" not in text
    for format in ("yaml", "explicit", "lock"):
        assert "geheim" not in kernels.export("mine", format)


def test_protected_environments_come_with_the_machine_and_are_left_out(kernels, settings, finish):
    finish(kernels.create(KernelRequest(name="mine")))
    settings.protected_environments = ["mine"]
    assert '"mine"' not in Path(kernels.write_manifest()).read_text()


def test_nothing_written_down_and_nonsense_are_told_apart(kernels, settings, home):
    with pytest.raises(NotFound):
        kernels.rebuild()
    settings.manifest_folder = str(home / "kept")
    (home / "kept").mkdir()
    file = home / "kept" / "environments.json"
    for content in ("", "[]", "{}", '{"written": 1, "environments": [{"name": "x"}]}'):
        file.write_text(content)
        with pytest.raises(InvalidValue):
            kernels.rebuild()
    entry = '{"name": "NAME", "environment_yml": "dependencies: [python]"}'
    for name in ("../up", "-x"):
        file.write_text('{"written": 1, "environments": [' + entry.replace("NAME", name) + "]}")
        rebuilt = kernels.rebuild()
        assert (rebuilt.jobs, rebuilt.refused[0].error["code"]) == ([], "invalid_name")
    file.write_text('{"written": 1, "environments": [' + entry.replace("NAME", "base") + "]}")
    assert kernels.rebuild().refused[0].error["code"] == "name_reserved"


def test_what_cannot_be_made_here_does_not_keep_the_others_from_it(kernels, settings, home, finish):
    settings.manifest_folder = str(home / "kept")
    (home / "kept").mkdir()
    entries = [
        {"name": name, "environment_yml": "dependencies: [python, ipykernel]"}
        for name in ("azureml_py36", "mine")
    ]
    (home / "kept" / "environments.json").write_text(
        json.dumps({"written": 1, "environments": entries})
    )
    rebuilt = kernels.rebuild()
    assert [one.name for one in rebuilt.refused] == ["azureml_py36"]
    finish(*rebuilt.jobs)


def test_a_folder_that_cannot_be_written(kernels, settings, home):
    (home / "file").touch()
    settings.manifest_folder = str(home / "file" / "folder")
    with pytest.raises(NotPermitted) as refusal:
        kernels.write_manifest()
    assert "manifest_folder" in refusal.value.hint
