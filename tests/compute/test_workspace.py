"""Which workspace, and why this one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_ci_manager.compute.models import Workspace
from jupyter_ci_manager.compute.workspace import find_config, read_config, resolve
from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import CIManagerError, InvalidValue, NotFound
from tests.emulator_process import Emulator

from .conftest import MakeService

HERE = {"subscription_id": "sub-1", "resource_group": "rg", "workspace_name": "ws"}


def write(path: Path, content: object = HERE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def test_the_settings_win_over_all_else(tmp_path: Path) -> None:
    write(tmp_path / "config.json")
    settings = Settings(subscription_id="s", resource_group="g", workspace="w")
    choice = resolve(settings, start=tmp_path, environ={}, remembered=None)
    assert choice is not None
    assert (choice.workspace.name, choice.source) == ("w", "the settings")


def test_then_the_environment_then_the_file_then_the_last_choice(tmp_path: Path) -> None:
    file = write(tmp_path / "config.json")
    kept = tmp_path / "kept.json"
    kept.write_text('{"subscription_id": "s", "resource_group": "g", "name": "kept"}')
    named = {
        "AZUREML_ARM_SUBSCRIPTION": "s",
        "AZUREML_ARM_RESOURCEGROUP": "g",
        "AZUREML_ARM_WORKSPACE_NAME": "from-env",
    }

    def source(environ: dict[str, str], start: Path) -> tuple[str, str]:
        choice = resolve(Settings(), start=start, environ=environ, remembered=kept)
        assert choice is not None
        return choice.workspace.name, choice.source

    assert source(named, tmp_path)[0] == "from-env"
    assert source({}, tmp_path) == ("ws", str(file))
    file.unlink()
    assert source({}, tmp_path) == ("kept", "your last choice")
    assert resolve(Settings(), start=tmp_path, environ={}, remembered=None) is None


def test_a_half_named_workspace_is_refused_by_the_missing_half() -> None:
    with pytest.raises(InvalidValue) as caught:
        resolve(Settings(workspace="w"), start=Path("/"), environ={}, remembered=None)
    assert caught.value.field == "subscription_id"


def test_the_file_is_found_upwards_as_the_sdk_finds_it(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    top = write(tmp_path / "config.json")
    assert find_config(deep) == top
    legacy = write(tmp_path / "aml_config" / "project.json")
    assert find_config(deep) == legacy
    folder = write(tmp_path / ".azureml" / "config.json")
    write(deep / "config.json")
    assert find_config(deep) == folder, "a folder above comes before a plain file here"


def test_another_program_s_config_file_is_passed_over(tmp_path: Path) -> None:
    deep = tmp_path / "project"
    write(deep / "config.json", {"compilerOptions": {}})
    mine = write(tmp_path / "config.json")
    assert find_config(deep) == mine


def test_both_forms_of_the_file(tmp_path: Path) -> None:
    scope = (
        "/subscriptions/sub-1/resourceGroups/rg/providers/"
        "Microsoft.MachineLearningServices/workspaces/ws"
    )
    plain = read_config(write(tmp_path / "a.json"))
    assert read_config(write(tmp_path / "b.json", {"Scope": scope})) == plain


@pytest.mark.parametrize(
    "content", [[], {"workspace_name": "w"}, {**HERE, "resource_group": "../x"}, {"Scope": "/nope"}]
)
def test_a_broken_file_is_named(tmp_path: Path, content: object) -> None:
    with pytest.raises(InvalidValue):
        read_config(write(tmp_path / "config.json", content))


def test_several_workspaces_can_be_looked_at_in_turn(
    sample: Emulator, service_for: MakeService
) -> None:
    service = service_for(sample)
    first = service.list()
    assert len(first.instances) > 10
    found = {w.name: w for w in service.workspaces()}
    assert set(found) == {"contoso-ml", "contoso-research", "contoso-us"}
    assert found["contoso-research"].managed_network
    assert found["contoso-us"].location == "eastus"

    status = service.select_workspace(found["contoso-us"])
    assert status.workspace is not None
    assert (status.workspace.name, status.workspace_source) == ("contoso-us", "your choice")
    assert service.list().instances == []
    service.select_workspace(found["contoso-ml"])
    assert {i.name for i in service.list().instances} >= {"ds-anna", "old-vm"}

    again = service_for(sample)
    assert again.status().workspace_source == "your last choice"


def test_one_that_does_not_exist_changes_nothing(
    sample: Emulator, service_for: MakeService
) -> None:
    service = service_for(sample)
    before = service.list().workspace
    with pytest.raises(NotFound) as caught:
        service.select_workspace(
            Workspace(
                subscription_id=sample.ready["subscription_id"], resource_group="x", name="none"
            )
        )
    assert caught.value.field == "name"
    assert service.list().workspace == before


def test_a_workspace_that_is_gone_is_told_in_the_list(
    sample: Emulator, service_for: MakeService
) -> None:
    service = service_for(
        sample, subscription_id=sample.ready["subscription_id"], resource_group="rg", workspace="no"
    )
    listed = service.list()
    assert listed.error is not None
    assert listed.error.code == "not_found"
    with pytest.raises(CIManagerError):
        service.get("anything")


def test_a_last_choice_that_is_gone_is_passed_over(
    sample: Emulator, service_for: MakeService, home: Path
) -> None:
    kept = home / "data" / "ci-manager" / "workspace-emulator.json"
    kept.parent.mkdir(parents=True)
    kept.write_text('{"subscription_id": "s", "resource_group": "g", "name": "gone"}')
    service = service_for(sample)
    listed = service.list()
    assert listed.error is None
    assert listed.workspace is not None
    assert listed.workspace.name == "contoso-ml"


def test_a_choice_made_although_a_file_names_another_holds_the_next_time(
    sample: Emulator, service_for: MakeService, home: Path
) -> None:
    """On a compute instance there always is a /config.json."""
    ours = {
        "subscription_id": sample.ready["subscription_id"],
        "resource_group": sample.ready["resource_group"],
        "workspace_name": sample.ready["workspace"],
    }
    file = write(Path.cwd() / "config.json", ours)
    service = service_for(sample)
    assert service.status().workspace_source == str(file)
    there = next(w for w in service.workspaces() if w.name == "contoso-us")
    assert service.select_workspace(there).workspace_note == ""

    again = service_for(sample).status()
    assert again.workspace is not None
    assert again.workspace.name == "contoso-us"
    assert again.workspace_source == f"your last choice, instead of {file}"

    # The file of other work is not what the choice was made against.
    write(Path.cwd() / "config.json", {**ours, "workspace_name": "contoso-research"})
    elsewhere = service_for(sample).status().workspace
    assert elsewhere is not None
    assert elsewhere.name == "contoso-research"


def test_a_choice_that_the_settings_overrule_says_so(
    sample: Emulator, service_for: MakeService
) -> None:
    service = service_for(
        sample,
        subscription_id=sample.ready["subscription_id"],
        resource_group=sample.ready["resource_group"],
        workspace=sample.ready["workspace"],
    )
    there = next(w for w in service.workspaces() if w.name == "contoso-us")
    status = service.select_workspace(there)
    assert "the settings name “contoso-ml”" in status.workspace_note
    assert service.list().workspace.name == "contoso-us"  # type: ignore[union-attr]
