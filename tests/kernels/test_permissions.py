"""What may not be written, kernels for other users: refused at once, or left as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_ci_manager.kernels import kernelspecs
from jupyter_ci_manager.kernels.models import KernelRequest

is_root = hasattr(os, "getuid") and os.getuid() == 0
#: A process that may not pass over permissions, though its user is root here.
UNPRIVILEGED = (
    ["setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search,-fowner"]
    if is_root
    else []
)


def head_of(settings):
    """Lines that put a service at hand."""
    return (
        "import sys, pathlib\n"
        "from jupyter_ci_manager.config import Settings\n"
        "from jupyter_ci_manager.errors import CIManagerError\n"
        "from jupyter_ci_manager.jobs.service import JobService\n"
        "from jupyter_ci_manager.kernels.models import *\n"
        "from jupyter_ci_manager.kernels.service import KernelService\n"
        f"settings = Settings(channels={list(settings.channels)!r}, envs_dir={settings.envs_dir!r},"
        f" package_cache={settings.package_cache!r}, disk_floor_mb=0)\n"
        "jobs = JobService(settings); kernels = KernelService(settings, jobs)\n"
    )


def run_unprivileged(code, settings):
    """Run lines with a service at hand, in a process that permissions bind."""
    done = subprocess.run(
        [*UNPRIVILEGED, sys.executable, "-c", head_of(settings) + code],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def read_only():
    """Take away the permission to write, and give it back afterwards."""
    taken = []

    def take(folder):
        for path in (folder, *(p for p in folder.rglob("*") if p.is_dir() and not p.is_symlink())):
            taken.append((path, path.stat().st_mode))
            path.chmod(0o555)

    yield take
    for path, mode in reversed(taken):
        if path.exists():
            path.chmod(mode)


pytestmark = pytest.mark.skipif(
    is_root and shutil.which("setpriv") is None, reason="setpriv is not installed"
)


def test_a_folder_for_environments_that_is_read_only(settings, read_only):
    Path(settings.envs_dir).mkdir()
    read_only(Path(settings.envs_dir))
    code = (
        "try: kernels.create(KernelRequest(name='newenv'))\n"
        "except CIManagerError as error: print(error.status, error.code, len(jobs.list()))"
    )
    assert run_unprivileged(code, settings) == "403 envs_dir_not_writable 0"


def test_an_environment_that_is_read_only_stays_as_it_is(settings, kernels, finish, read_only):
    finish(kernels.create(KernelRequest(name="newenv")))
    before = {package.name for package in kernels.packages("newenv")}
    read_only(Path(settings.envs_dir) / "newenv")
    code = (
        "job = kernels.change_packages('newenv', PackageRequest(action='install', packages=['tiny']))\n"
        "done = jobs.follow(job.id, timeout=60); print(done.state, done.error['code'])"
    )
    assert run_unprivileged(code, settings) == "failed prefix_not_writable"
    assert {package.name for package in kernels.packages("newenv")} == before
    code = (
        "job = kernels.remove_environment('newenv')\n"
        "done = jobs.follow(job.id, timeout=60); print(done.state)"
    )
    run_unprivileged(code, settings)


def test_a_home_that_is_read_only(settings, home, read_only):
    read_only(home)
    code = (
        "try: kernels.create(KernelRequest(name='newenv'))\n"
        "except CIManagerError as error: print(error.status, bool(error.hint))\n"
        "print(jobs.list(), len(kernels.kernels()) >= 0, kernels.environments())"
    )
    assert run_unprivileged(code, settings) == "403 True\n[] True []"


def test_a_kernel_for_all_users(kernels, settings, jobs, finish, monkeypatch, home):
    import jupyter_core.paths

    place = home / "machine"
    monkeypatch.setattr(jupyter_core.paths, "SYSTEM_JUPYTER_PATH", [str(place)])
    home.chmod(0o700)
    finish(kernels.create(KernelRequest(name="mine")))
    asked = KernelRequest(name="shared", existing="mine", scope="machine", dry_run=True)
    preview = kernels.create(asked)
    assert [problem["code"] for problem in preview.problems] == ["not_for_all_users"]
    staged = kernelspecs.stage(home / "staged", {"argv": ["x"], "display_name": "x"})
    folder = kernelspecs.publish(staged, "shared", "machine")
    assert folder == place / "kernels" / "shared"
    assert folder.stat().st_mode & 0o055 == 0o055
    assert (folder / "kernel.json").stat().st_mode & 0o044 == 0o044


@pytest.mark.skipif(not is_root, reason="mounting needs root")
def test_a_kernel_for_all_users_works_for_another_user(settings):
    place = Path("/usr/local/share/jupyter")
    # A namespace of its own: the machine's folder is an empty one, and gone afterwards.
    into = f'mount -t tmpfs -o mode=755 tmpfs {place.parent} && exec "$@"'
    if subprocess.run(
        ["unshare", "--mount", "sh", "-c", into, "sh", "true"], capture_output=True, check=False
    ).returncode:
        pytest.skip("no namespace for mounts here")
    settings.envs_dir = str(place / "envs")
    code = head_of(settings) + (
        "import os; os.umask(0o022)\n"
        "job = kernels.create(KernelRequest(name='Shared', scope='machine'))\n"
        "done = jobs.follow(job.id, timeout=100); print(done.state, done.error)\n"
        "import subprocess, json\n"
        "folder = pathlib.Path('/usr/local/share/jupyter/kernels/shared')\n"
        "as_nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']\n"
        "spec = json.loads(subprocess.run([*as_nobody, 'cat', str(folder / 'kernel.json')],"
        " capture_output=True, check=True).stdout)\n"
        "line = 'import ipykernel.kernelapp, sys; print(sys.prefix)'\n"
        "print(subprocess.run([*as_nobody, 'env', '-i', 'HOME=/nowhere', spec['argv'][0], '-c', line],"
        " capture_output=True, text=True, check=True, cwd='/').stdout)\n"
        "own = [k for k in kernels.kernels() if k.name == 'shared']\n"
        "print(own[0].resource_dir, own[0].is_broken)\n"
    )
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", into, "sh", sys.executable, "-c", code],
        capture_output=True, text=True, check=False, timeout=150,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split("\n") == [
        "succeeded None", f"{place}/envs/Shared", "", f"{place}/kernels/shared False", ""
    ]  # fmt: skip


def test_a_kernel_for_all_users_that_may_not_be_made_is_refused_at_once(settings, home, read_only):
    (home / "machine").mkdir()
    read_only(home / "machine")
    code = (
        "import jupyter_core.paths; jupyter_core.paths.SYSTEM_JUPYTER_PATH[:] = "
        f"[{str(home / 'machine')!r}]\n"
        "try: kernels.create(KernelRequest(name='newenv', scope='machine'))\n"
        "except CIManagerError as error: print(error.status, error.field, len(jobs.list()))"
    )
    assert run_unprivileged(code, settings) == "403 scope 0"
