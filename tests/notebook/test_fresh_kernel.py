"""``%ci`` in kernels that hold nothing of ours: a fresh environment, and old Pythons."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from jupyter_ci_manager.commands.single_file import single_file
from tests.sample_workspace import ROOT

_OLD = ("3.6", "3.7", "3.8", "3.9")


@pytest.fixture(scope="module")
def fresh(sample, jupyter):
    """A kernel of a fresh environment with pip and ipykernel only; the magics are switched on."""
    assert sample.run("magics", "--on").returncode == 0
    assert sample.run("kernel", "create", "newenv", timeout=300).returncode == 0
    with jupyter.kernel("newenv") as running:
        yield running
    assert sample.run("magics", "--off").returncode == 0


def test_a_fresh_kernel_has_the_magics_and_nothing_of_ours(fresh, sample):
    kernel = fresh
    kernel.run("import sys, importlib.util")
    assert kernel.value("sys.prefix") == str(sample.envs_dir / "newenv")
    # The tests reach the package through PYTHONPATH; a kernel of a user would not.
    kernel.run(f"sys.path = [p for p in sys.path if p != {str(ROOT)!r}]")
    ran = kernel.run("%ci list")
    assert ran.status == "ok", ran.error
    assert "<table>" in ran.html
    assert kernel.value("'jupyter_ci_manager' not in sys.modules")


def test_an_environment_yml_in_a_cell_makes_a_kernel(fresh, sample):
    channel = sample.channel.as_uri()
    ran = fresh.run(
        "%%ci_kernel create celled\n"
        f"channels: [{channel}]\n"
        "dependencies:\n  - python\n  - pip\n  - ipykernel\n",
        timeout=300,
    )
    assert ran.status == "ok", ran.error
    assert "celled" in {kernel["name"] for kernel in sample.json("kernel", "list")}
    assert sample.json("job", "list")[0]["target"] == "celled"


def test_the_single_file_is_python_3_6():
    tree = ast.parse(single_file(), feature_version=(3, 6))
    sources = next(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "SOURCES"
    )
    for name, source in ast.literal_eval(sources):
        ast.parse(source, filename=name, feature_version=(3, 6))


def find_python(version: str) -> str | None:
    """Find an old Python on the path, or among pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for python in (shutil.which(f"python{version}"), *pyenv.glob(f"{version}.*/bin/python")):
        if python is not None:
            asked = subprocess.run([python, "-V"], capture_output=True, text=True, check=False)
            if asked.stdout.startswith(f"Python {version}."):
                return str(python)
    return None


@pytest.mark.parametrize("version", _OLD)
def test_old_pythons_run_it(version, tmp_path):
    python = find_python(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    (tmp_path / "one.py").write_text(single_file(), encoding="utf-8")
    (tmp_path / "session.py").write_text(_SESSION, encoding="utf-8")
    done = subprocess.run(
        [python, "session.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Did you mean `%ci list`?" in done.stdout
    assert "No Jupyter server owns this kernel" in done.stdout


#: As little of an IPython session as registers and calls a magic: old Pythons have none here.
_SESSION = """
class Session:
    user_ns, magics = {}, {}
    def register_magic_function(self, function, kind, magic_name=None):
        self.magics[magic_name or function.__name__] = function
    def set_hook(self, *arguments, **more):
        pass
    def run_line_magic(self, name, line):
        return self.magics[name](line)

session = Session()
def get_ipython():
    return session
with open("one.py", encoding="utf-8") as file:
    exec(file.read())
for line in ("lst", "list"):
    try:
        session.run_line_magic("ci", line)
    except Exception as error:
        print(error)
"""


def test_switching_it_on_and_off_leaves_no_trace(sample):
    startup = sample.home / "ipython" / "profile_other" / "startup"
    on = sample.json("magics", "--on", "--profile", "other")
    assert on["on"]
    assert [path.name for path in startup.iterdir()] == ["50-jupyter-ci-manager.py"]
    assert "is on" in sample.run("magics", "--profile", "other").stdout
    assert sample.run("magics", "--off", "--profile", "other").returncode == 0
    assert list(startup.iterdir()) == []
    assert sample.run("magics", "--on", "--profile", "../../etc").returncode == 2
    assert sample.run("magics", "--on", "--off").returncode == 2


def test_a_file_of_the_users_own_is_left_alone(sample):
    startup = sample.home / "ipython" / "profile_mine" / "startup"
    startup.mkdir(parents=True)
    own = startup / "50-jupyter-ci-manager.py"
    own.write_text("mine = True\n", encoding="utf-8")
    assert sample.run("magics", "--off", "--profile", "mine").returncode == 0
    assert sample.run("magics", "--on", "--profile", "mine").returncode == 2
    assert own.read_text(encoding="utf-8") == "mine = True\n"


@pytest.fixture(scope="module")
def oldest(sample, tmp_path_factory):
    """A registered kernel of Python 3.6 with ipykernel only."""
    python = find_python("3.6")
    if python is None:
        pytest.skip("there is no Python 3.6 here")
    folder = tmp_path_factory.mktemp("python36") / "env"
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    # The last pip for 3.6 first: the one it comes with takes packages of newer Pythons.
    for package in ("pip==21.3.1", "ipykernel"):
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", package]
        if subprocess.run(pip, capture_output=True, check=False).returncode != 0:
            pytest.skip("ipykernel cannot be had for Python 3.6 here")
    register = ["-m", "ipykernel", "install", "--user", "--name", "python36"]
    env = sample.environment
    subprocess.run([str(folder / "bin" / "python"), *register], env=env, check=True)
    return "python36"


def test_a_real_kernel_of_python_3_6_speaks_to_its_server(oldest, sample, jupyter):
    assert sample.run("magics", "--on").returncode == 0
    try:
        with jupyter.kernel(oldest) as kernel:
            kernel.run("import sys")
            assert kernel.value("list(sys.version_info[:2])") == [3, 6]
            ran = kernel.run("instances = %ci list\ninstances")
            assert ran.status == "ok", ran.error
            assert "<table>" in ran.html
            assert "Create failed" in ran.text
            refused = kernel.run("%ci status no-such-vm")
            assert "no-such-vm" in refused.error
            assert "\n" not in refused.error
            assert "old-vm" in kernel.complete("%ci start old")
            assert kernel.run("%ci start old-vm --wait", timeout=180).status == "ok"
            assert kernel.run("%ci panel").status == "ok"
    finally:
        assert sample.run("magics", "--off").returncode == 0
