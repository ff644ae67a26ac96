"""What machines and networks do to a job, and what the user is told."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from jupyter_ci_manager.errors import CIManagerError
from jupyter_ci_manager.jobs.paths import jobs_folder
from jupyter_ci_manager.jobs.service import JobService
from jupyter_ci_manager.kernels import kernelspecs
from jupyter_ci_manager.kernels.models import KernelRequest, PackageRequest
from jupyter_ci_manager.kernels.service import KernelService

from .test_permissions import is_root, run_unprivileged

as_root = pytest.mark.skipif(not is_root, reason="mounting needs root")


@pytest.fixture
def small_disk(tmp_path):
    """A disk of so many megabytes."""
    mounted = []

    def mount(megabytes):
        folder = tmp_path / "disk"
        folder.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"no tmpfs here: {done.stderr.strip()}")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk):
    """Leave not one block of a disk free."""
    with (disk / "ballast").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)


@as_root
def test_a_disk_that_fills_up_amid_the_links(small_disk, settings, jobs, finish):
    finish(KernelService(settings, jobs).create(KernelRequest(name="warm")))
    disk = small_disk(40)
    settings.envs_dir = str(disk / "envs")
    done = jobs.follow(
        KernelService(settings, jobs).create(KernelRequest(name="newenv")).id, timeout=90
    )
    assert done.state == "failed"
    assert done.error["code"] == "disk_full"
    assert done.error["hint"]
    assert not (disk / "envs" / "newenv").exists()
    assert "newenv" not in kernelspecs.spec_folders()


@as_root
def test_a_floor_stops_the_work_before_the_disk_is_full(small_disk, settings, jobs, finish):
    finish(KernelService(settings, jobs).create(KernelRequest(name="warm")))
    disk = small_disk(120)
    settings.envs_dir = str(disk / "envs")
    settings.disk_floor_mb = 60
    done = jobs.follow(
        KernelService(settings, jobs).create(KernelRequest(name="newenv")).id, timeout=90
    )
    assert done.error["code"] == "disk_full"
    assert not (disk / "envs" / "newenv").exists()


@as_root
def test_a_full_home_is_told_before_a_job_begins(small_disk, settings, monkeypatch):
    disk = small_disk(1)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(disk / "data"))
    (disk / "data").mkdir()
    fill(disk)
    with pytest.raises(CIManagerError) as refusal:
        KernelService(settings, JobService(settings)).create(KernelRequest(name="newenv"))
    assert refusal.value.code == "disk_full"
    assert JobService(settings).list() == []


@as_root
def test_a_home_that_fills_up_during_a_job_does_not_hide_how_it_ended(
    small_disk, settings, monkeypatch, channel_server, until
):
    disk = small_disk(1)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(disk / "data"))
    settings.channels = [channel_server.url]
    settings.package_cache = str(Path(settings.envs_dir).parent / "cold")
    channel_server.hold.clear()
    jobs = JobService(settings)
    job = KernelService(settings, jobs).create(KernelRequest(name="newenv"))
    assert channel_server.held.wait(60)
    fill(disk)
    channel_server.hold.set()
    done = jobs.follow(job.id, timeout=90)
    assert done.state == "failed"
    assert done.error["code"] == "disk_full"
    assert not (Path(settings.envs_dir) / "newenv").exists()


def test_a_channel_that_breaks_off_in_a_download(settings, jobs, channel_server, finish):
    settings.channels = [channel_server.url]
    settings.package_cache = str(Path(settings.envs_dir).parent / "cold")
    kernels = KernelService(settings, jobs)
    channel_server.cut_after = 100_000
    job = jobs.follow(kernels.create(KernelRequest(name="newenv")).id, timeout=120)
    assert job.state == "failed"
    assert job.error["code"] in ("channel_unavailable", "corrupt_package", "package_unavailable")
    assert job.error["hint"]
    assert not (Path(settings.envs_dir) / "newenv").exists()
    channel_server.cut_after = None
    finish(jobs.retry(job.id))


def test_a_channel_that_is_gone(settings, jobs):
    settings.channels = ["http://127.0.0.1:9/channel"]
    kernels = KernelService(settings, jobs)
    job = jobs.follow(kernels.create(KernelRequest(name="newenv")).id, timeout=120)
    assert job.error["code"] == "channel_unavailable"
    assert not (Path(settings.envs_dir) / "newenv").exists()
    with pytest.raises(CIManagerError) as refusal:
        kernels.create(KernelRequest(name="newenv", dry_run=True))
    assert refusal.value.code == "channel_unavailable"


def test_cancelled_amid_a_download(settings, jobs, channel_server):
    settings.channels = [channel_server.url]
    settings.package_cache = str(Path(settings.envs_dir).parent / "cold")
    channel_server.hold.clear()
    job = KernelService(settings, jobs).create(KernelRequest(name="newenv"))
    assert channel_server.held.wait(60)
    assert jobs.cancel(job.id).state == "cancelled"
    assert not (Path(settings.envs_dir) / "newenv").exists()


def test_a_package_that_is_not_what_the_channel_says(settings, jobs, channel_server, finish):
    settings.channels = [channel_server.url]
    settings.package_cache = str(Path(settings.envs_dir).parent / "cold")
    kernels = KernelService(settings, jobs)
    channel_server.corrupt = "ipykernel"
    job = jobs.follow(kernels.create(KernelRequest(name="newenv")).id, timeout=120)
    assert job.state == "failed"
    assert job.error["code"] in ("corrupt_package", "package_unavailable")
    assert not (Path(settings.envs_dir) / "newenv").exists()
    channel_server.corrupt = None
    finish(kernels.create(KernelRequest(name="newenv")))


def test_a_package_damaged_in_the_cache_makes_no_broken_kernel(settings, jobs, package_cache, home):
    cold = home / "cache"
    settings.package_cache = str(cold)
    kernels = KernelService(settings, jobs)
    assert (
        jobs.follow(kernels.create(KernelRequest(name="first")).id, timeout=120).state
        == "succeeded"
    )
    [cached] = (cold / "packages").glob("ipykernel-*/site-packages/ipykernel")
    shutil.rmtree(cached)
    done = jobs.follow(kernels.create(KernelRequest(name="second")).id, timeout=120)
    if done.state == "succeeded":
        listed = {kernel.name: kernel for kernel in kernels.kernels()}
        assert not listed["second"].is_broken
    else:
        assert done.error["message"]
        assert "second" not in kernelspecs.spec_folders()
        assert not (Path(settings.envs_dir) / "second").exists()


@pytest.mark.parametrize(
    "harm",
    [
        "cut off",
        pytest.param("emptied", marks=pytest.mark.torture),
        pytest.param("another's bytes", marks=pytest.mark.torture),
    ],
)
def test_a_file_damaged_in_the_cache_is_fetched_anew(settings, jobs, home, finish, harm):
    cold = home / "cache"
    settings.package_cache = str(cold)
    kernels = KernelService(settings, jobs)
    finish(kernels.create(KernelRequest(name="first")))
    [module] = (cold / "packages").glob("ipykernel-*/site-packages/ipykernel/kernelapp.py")
    content = module.read_bytes()
    # In place: what is linked to it is damaged as well, as by a disk.
    module.write_bytes(
        {"emptied": b"", "cut off": content[:-2000], "another's bytes": b"\0" * len(content)}[harm]
    )
    done = finish(kernels.create(KernelRequest(name="second")))
    log = [event.text for event in jobs.events(done.id).events if event.kind == "log"]
    assert "Damaged in the package cache: ipykernel. They are laid down anew." in log
    [made] = Path(settings.envs_dir).glob("second/lib/*/site-packages/ipykernel/kernelapp.py")
    assert made.read_bytes() == content
    assert not {kernel.name: kernel for kernel in kernels.kernels()}["second"].is_broken
    # What was linked to the damaged file before looks well, until its files are read.
    [linked] = Path(settings.envs_dir).glob("first/lib/*/site-packages/ipykernel/kernelapp.py")
    assert linked.read_bytes() != content
    assert finish(kernels.repair_kernel("first")).result["laid_down_anew"] == ["ipykernel"]
    assert linked.read_bytes() == content


def test_two_servers_at_once_make_one_environment(settings, home):
    code = (
        "import os\n"
        "try:\n"
        "    job = kernels.create(KernelRequest(name='newenv'))\n"
        "    print('made', jobs.follow(job.id, timeout=100).state)\n"
        "except CIManagerError as error: print('refused', error.code)"
    )
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(lambda _: run_unprivileged(code, settings), range(4)))
    assert answers.count("made succeeded") == 1
    assert all(a in ("refused environment_busy", "refused name_taken") for a in answers[1:]), (
        answers
    )
    assert [p.name for p in Path(settings.envs_dir).iterdir()] == ["newenv"]


def test_credentials_stay_out_of_every_file_of_a_job(settings, jobs, channel_server, monkeypatch):
    channel_server.user, channel_server.password = "anna", "geheim"
    address = f"http://anna:wrong-geheim@{channel_server.address}"
    monkeypatch.setenv("CI_MANAGER_CHANNELS", address)
    settings.channels = [address]
    settings.package_cache = str(Path(settings.envs_dir).parent / "cold")
    job = jobs.follow(
        KernelService(settings, jobs).create(KernelRequest(name="newenv")).id, timeout=60
    )
    assert job.state == "failed"
    for path in (jobs_folder() / job.id).rglob("*"):
        if path.is_file():
            assert b"geheim" not in path.read_bytes(), path
    assert b"geheim" not in str(job).encode()


def test_a_package_request_survives_a_preview_in_its_own_process(kernels, finish):
    finish(kernels.create(KernelRequest(name="newenv")))
    with pytest.raises(CIManagerError) as refusal:
        kernels.change_packages(
            "newenv", PackageRequest(action="install", packages=["no-such"], dry_run=True)
        )
    assert refusal.value.code == "package_not_found"
    assert refusal.value.status == 422
