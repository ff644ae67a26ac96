"""Packages of our own making, each for one thing that real packages seldom show."""

from __future__ import annotations

import json

from .package import Package

_ACTIVATE = """\
export DEMO_ACTIVE="yes, in $CONDA_PREFIX"
export DEMO_ODD='costs $5 and "more"'
export PATH="$CONDA_PREFIX/demo/bin:$PATH"
"""
_DEACTIVATE = "unset DEMO_ACTIVE DEMO_ODD\n"
_PARROT = '''\
"""A kernel of another language: it says back what it is told."""

import os

from ipykernel.kernelbase import Kernel


class Parrot(Kernel):
    implementation = "parrot"
    implementation_version = "1.0"
    banner = "Parrot"
    language_info = {"name": "parrot", "mimetype": "text/plain", "file_extension": ".parrot"}

    def do_execute(self, code, silent, store_history=True, user_expressions=None, **more):
        if not silent:
            said = os.environ.get("CONDA_PREFIX", "") if code.strip() == "prefix" else code
            self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": said})
        return {"status": "ok", "execution_count": self.execution_count, "payload": [],
                "user_expressions": {}}
'''
_PARROT_MAIN = """\
from ipykernel.kernelapp import IPKernelApp

from . import Parrot

IPKernelApp.launch_instance(kernel_class=Parrot)
"""


def _module(name: str, version: str, depends: list[str], module: str = "") -> Package:
    module = module or name.replace("-", "_")
    info = f"site-packages/{name.replace('-', '_')}-{version}.dist-info"
    return Package(
        name, version, "noarch", build_string="py_0", noarch_python=True,
        depends=["python >=3.8", *depends], license="BSD-3-Clause",
        files={
            f"site-packages/{module}/__init__.py": f'__version__ = "{version}"\n'.encode(),
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
            f"{info}/INSTALLER": b"conda",
            f"{info}/RECORD": f"{module}/__init__.py,,\n".encode(),
        },
    )  # fmt: skip


def packages() -> list[Package]:
    """Give all of them."""
    activation = Package(
        "activation-demo", "1.0", "noarch",
        files={
            "etc/conda/activate.d/activation-demo.sh": _ACTIVATE.encode(),
            "etc/conda/deactivate.d/activation-demo.sh": _DEACTIVATE.encode(),
            "etc/conda/env_vars.d/activation-demo.json": json.dumps(
                {"DEMO_VARIABLE": "from env_vars.d with a $"}
            ).encode(),
        },
    )  # fmt: skip
    variables = Package(
        "variables-demo", "1.0", "noarch",
        files={
            "etc/conda/env_vars.d/variables-demo.json": json.dumps(
                {"DEMO_VARIABLE": "costs $HOME and ${PATH}"}
            ).encode(),
        },
    )  # fmt: skip
    scripted = Package(
        "post-link-demo", "1.0", "noarch",
        files={
            "bin/.post-link-demo-post-link.sh": b'echo linked > "$PREFIX/post-link-ran"\n',
            "share/post-link-demo/README": b"It has a post-link script.\n",
        },
        executable={"bin/.post-link-demo-post-link.sh"},
    )  # fmt: skip
    parrot = _module("parrot-kernel", "1.0", ["ipykernel"], "parrot_kernel")
    parrot.files["site-packages/parrot_kernel/__init__.py"] = _PARROT.encode()
    parrot.files["site-packages/parrot_kernel/__main__.py"] = _PARROT_MAIN.encode()
    parrot.files["share/jupyter/kernels/parrot/kernel.json"] = json.dumps(
        {
            "argv": ["python", "-m", "parrot_kernel", "-f", "{connection_file}"],
            "display_name": "Parrot",
            "language": "parrot",
        }
    ).encode()
    azureml = [
        _module("azureml-core", version, [], "azureml/core") for version in ("1.59.0", "1.60.0")
    ]
    return [
        activation,
        variables,
        scripted,
        parrot,
        *azureml,
        _module("tiny", "1.0", []),
        _module("tiny", "1.1", []),
        _module("tiny", "2.0", []),
        _module("tiny-old", "1.0", ["tiny <2"]),
        _module("tiny-new", "1.0", ["tiny >=2"]),
    ]
