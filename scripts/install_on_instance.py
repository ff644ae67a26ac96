"""Install jupyter_ci_manager beside the Jupyter of an Azure ML compute instance, or say why not.

Standard library only, for Python 3.6 and later: run it with any Python of the instance.

    python3 install_on_instance.py            looks and says what it would do; changes nothing
    python3 install_on_instance.py --yes      does it

It finds the Python that really runs Jupyter there, and goes no further where its version, its
JupyterLab or a package that would have to be changed stands in the way.
"""

import argparse
import glob
import json
import os
import subprocess
import sys

LEAST_PYTHON = (3, 10)
LEAST_LAB = (4, 2)
BEFORE_LAB = (5,)
SERVERS = ("jupyter-lab", "jupyter-notebook", "jupyter-server", "jupyterhub-singleuser")

PROBE = """
import json, sys
try:
    from importlib.metadata import distributions
except ImportError:
    distributions = lambda: []
found = {}
for d in distributions():
    name = d.metadata["Name"]
    if name:
        found[name.lower().replace("_", "-")] = d.version
print(json.dumps({"python": list(sys.version_info[:3]), "prefix": sys.prefix, "packages": found}))
"""


class Refused(Exception):
    """It would not work here; the message says why and what to do."""


def running_pythons():
    """Give the Pythons that run a Jupyter server on this machine, first found first."""
    found = []
    for folder in sorted(glob.glob("/proc/[0-9]*")):
        try:
            with open(os.path.join(folder, "cmdline"), "rb") as file:
                words = file.read().decode("utf-8", "replace").split("\0")
        except OSError:
            continue
        named = [os.path.basename(word) for word in words[:3]]
        if any(name in SERVERS for name in named) and os.path.isabs(words[0]):
            found.append(words[0])
    return found


def candidates():
    """Give the Pythons that may run Jupyter here, most likely first."""
    installed = sorted(glob.glob("/anaconda*/envs/*/bin/jupyter-lab"))
    preferred = [path for path in installed if "/jupyter_env/" in path]
    beside = [os.path.join(os.path.dirname(path), "python") for path in preferred + installed]
    return running_pythons() + beside


def facts_of(python):
    """Ask a Python for its version and packages; None when it does not answer."""
    try:
        said = subprocess.run([python, "-c", PROBE], stdout=subprocess.PIPE, check=True).stdout
        return json.loads(said.decode("utf-8"))
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def numbers(version):
    """Give the leading numbers of a version, for comparing."""
    found = []
    for part in version.split("."):
        if not part.isdigit():
            break
        found.append(int(part))
    return tuple(found)


def check(python, facts):
    """Refuse a Python in which the product cannot run."""
    version = tuple(facts["python"])
    if version < LEAST_PYTHON:
        raise Refused(
            "Jupyter runs on Python {} here ({}); {} or later is needed.\nUpdate the instance's "
            "image (create it again), or use the command and the magics from an environment of "
            "your own.".format(dotted(version), python, dotted(LEAST_PYTHON))
        )
    lab = facts["packages"].get("jupyterlab")
    if lab is None:
        raise Refused("There is no JupyterLab beside {}.".format(python))
    if not LEAST_LAB <= numbers(lab) < BEFORE_LAB:
        raise Refused(
            "JupyterLab is {} here ({}); {} up to {} is needed.".format(
                lab, python, dotted(LEAST_LAB), "4.x"
            )
        )
    if not os.access(facts["prefix"], os.W_OK):
        raise Refused(
            "{} cannot be written by you.\nRun it with sudo: sudo {} {}".format(
                facts["prefix"], sys.executable, " ".join(sys.argv)
            )
        )


def plan(python, package, facts):
    """Ask pip what it would do; refuse when it would change a package that is there already."""
    asked = [python, "-m", "pip", "install", "--dry-run", "--quiet", "--report", "-", package]
    done = subprocess.run(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise Refused("pip cannot install it:\n" + done.stderr.decode("utf-8", "replace")[-2000:])
    report = json.loads(done.stdout.decode("utf-8"))
    added, changed = [], []
    for entry in report.get("install", []):
        name = entry["metadata"]["name"].lower().replace("_", "-")
        version = entry["metadata"]["version"]
        before = facts["packages"].get(name)
        if before is None or name == "jupyter-ci-manager":
            added.append("{} {}".format(name, version))
        else:
            changed.append("{} {} -> {}".format(name, before, version))
    if changed:
        raise Refused(
            "Packages of Jupyter's own environment would have to change:\n  "
            + "\n  ".join(changed)
            + "\nThat could break the instance's Jupyter, so nothing was done."
        )
    return added


def dotted(version):
    """Write a version of numbers."""
    return ".".join(str(number) for number in version)


def choose(given):
    """Find the Python to install into, with what it says of itself."""
    seen = set()
    for python in [given] if given else candidates():
        if python in seen:
            continue
        seen.add(python)
        facts = facts_of(python)
        if facts is not None:
            return python, facts
    raise Refused(
        "No Python that runs Jupyter was found here.\nGive it: --python /path/to/bin/python"
    )


def main():
    """Look, say, and with --yes do; 1 when it would not work."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", help="the Python that runs Jupyter; found when left away")
    parser.add_argument("--package", default="jupyter-ci-manager", help="what pip shall install")
    parser.add_argument("--yes", action="store_true", help="install; without it only look")
    arguments = parser.parse_args()
    try:
        python, facts = choose(arguments.python)
        print("Jupyter runs on {} (Python {}).".format(python, dotted(facts["python"])))
        check(python, facts)
        added = plan(python, arguments.package, facts)
    except Refused as reason:
        print("Not installed. {}".format(reason), file=sys.stderr)
        return 1
    if not added:
        print("Everything is there already.")
        return 0
    print("To be added, nothing to be changed:\n  " + "\n  ".join(added))
    if not arguments.yes:
        print("Nothing was done. Add --yes to install.")
        return 0
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", arguments.package])
    if done.returncode == 0:
        print("Installed. Restart Jupyter: stop and start the instance, or its jupyter service.")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
