"""Small tasks for the jobs room's tests; each waits on files, never on the clock."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from jupyter_ci_manager.errors import Unsolvable
from jupyter_ci_manager.jobs.task import Task


def _wait(path: str) -> None:
    while not Path(path).exists():
        time.sleep(0.01)


def greet(request, report):
    report.phase("hello")
    report.progress(1, 2, "words")
    report.log("hello " + request.get("name", "world"))
    report.phase("bye")
    return {"greeting": "hello " + request.get("name", "world")}


def build(request, report):
    """Create a folder and, where asked, wait or fail inside."""
    folder = Path(request["folder"])
    if not folder.exists():
        report.record(absent=str(folder))
    report.phase("build")
    folder.mkdir(exist_ok=True)
    (folder / "part").write_text(str(folder))
    if "fail" in request:
        raise Unsolvable(request["fail"], hint="Ask for less.")
    if "crash" in request:
        raise RuntimeError(request["crash"])
    if "children" in request:
        code = "import subprocess,sys,time\n"
        code += "p=subprocess.Popen([sys.executable,'-c','import time; time.sleep(600)'],start_new_session=True)\n"
        code += f"open({request['children']!r},'w').write(str(p.pid))\n"
        code += "time.sleep(600)\n"
        child = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
        report.process(child.pid)
    if "wait" in request:
        _wait(request["wait"])
    (folder / "whole").touch()
    return {"folder": str(folder)}


def unbuild(request, report):
    absent = report.facts.get("absent")
    if absent and Path(absent).exists():
        for path in Path(absent).iterdir():
            path.unlink()
        Path(absent).rmdir()


building = Task(run=build, undo=unbuild)
resumable_building = Task(run=build, undo=unbuild, resumable=True)


def leak(request, report):
    report.log("from https://anna:geheim@conda.example.org/t/tk-1234567890/main")
    raise Unsolvable(
        "no https://anna:geheim@conda.example.org/x", details={"u": "https://a:geheim@h/x"}
    )
