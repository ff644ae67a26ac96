"""The argument list with which a conda does what a request asks for."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .base import SolveRequest
from .conda_channels import NamedChannels, configured
from .conda_programs import CondaProgram
from .explicit import check_addresses
from .secrets import strip_credentials
from .spec_channels import signed_like


@dataclass(frozen=True, kw_only=True)
class Command:
    """What to run: the subcommand with everything but the prefix and the switches.

    Parameters
    ----------
    program:
        The conda that runs.
    head:
        The subcommand with its options.
    specs:
        Packages, as they stand in the argument list.
    explicit:
        Addresses of packages instead.
    channels:
        Those that the options name.
    creates:
        Whether an environment comes to be.
    packages:
        How many packages it is about.
    is_repair:
        Whether what is there is laid down anew.
    """

    program: CondaProgram
    head: tuple[str, ...]
    specs: tuple[str, ...] = ()
    explicit: tuple[str, ...] = ()
    channels: NamedChannels = field(default_factory=NamedChannels)
    creates: bool = False
    packages: int = 0
    is_repair: bool = False

    @contextmanager
    def written(self, prefix: Path) -> Iterator[tuple[list[str], dict[str, str]]]:
        """Give the whole argument list, and the variables that belong to it.

        A list of addresses goes through a file.
        """
        argv = [str(self.program.path), *self.head, "--yes", "--prefix", str(prefix)]
        with configured(self.channels) as variables:
            if not self.explicit:
                yield [*argv, *self.specs], variables
                return
            with tempfile.TemporaryDirectory() as scratch:
                listing = Path(scratch) / "explicit.txt"
                # Addresses may say what signs in to them.
                listing.touch(mode=0o600)
                listing.write_text("@EXPLICIT\n" + "\n".join(self.explicit) + "\n")
                yield [*argv, "--file", str(listing)], variables


def command(
    program: CondaProgram,
    request: SolveRequest,
    channels: NamedChannels,
    signed_urls: list[str],
    specs: list[str],
    removed: list[str],
) -> Command:
    """Give the command for a request.

    Parameters
    ----------
    channels:
        Where the packages are from.
    signed_urls:
        Their addresses with what signs in to them.
    specs, removed:
        What the request asks for, as it was understood.
    """
    there = request.prefix is not None and (request.prefix / "conda-meta" / "history").is_file()
    head = ["install"] if there else ["create"]
    if request.clone is not None:
        # Not by --clone: it replaces the old prefix in the users' texts where it only begins alike.
        urls = tuple(signed_like(url, signed_urls) for url in _urls_of(request.clone))
        return Command(program=program, head=("create",), explicit=urls, creates=True)
    if request.explicit:
        urls = tuple(
            signed_like(spec.text, signed_urls) for spec in check_addresses(request.explicit)
        )
        return Command(program=program, head=tuple(head), explicit=urls, creates=not there)
    if removed:
        # What stays must be found; micromamba and mamba look at what is installed only.
        places = channels if program.kind == "conda" else NamedChannels()
        head = ["remove", *places.options]
        return Command(program=program, head=tuple(head), specs=tuple(removed), channels=places)
    if request.repair:
        assert request.prefix is not None
        head = ["install", "--force-reinstall"]
        specs = _exact_specs(request.prefix, request.repair)
    elif request.update:
        head = ["update", "--all"] if "*" in request.update else ["update"]
        specs = [*(name for name in request.update if name != "*"), *specs]
    else:
        specs = [f"python={request.python}", *specs] if request.python else specs
        head += ["--platform", request.platform] if request.platform else []
    head += channels.options
    return Command(
        program=program,
        head=tuple(head),
        specs=tuple(specs),
        channels=channels,
        creates=head[0] == "create",
        is_repair=bool(request.repair),
    )


def _exact_specs(prefix: Path, names: tuple[str, ...]) -> list[str]:
    """Give specs that name what is installed: by its name alone conda would renew a package."""
    return [
        f"{data['name']}={data['version']}={data['build']}"
        for record in sorted((prefix / "conda-meta").glob("*.json"))
        if (data := json.loads(record.read_text("utf-8"))).get("name") in names
    ]


def _urls_of(prefix: Path) -> tuple[str, ...]:
    urls = []
    for record in sorted((prefix / "conda-meta").glob("*.json")):
        data = json.loads(record.read_text("utf-8"))
        url, digest = strip_credentials(str(data["url"])), data.get("md5")
        urls.append(f"{url}#{digest}" if digest else url)
    return tuple(urls)
