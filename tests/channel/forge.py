"""A channel of conda-forge's size: an index only, in shards (CEP 16), of packages that nobody has.

700,000 records of 28,000 names. What ``python``, ``pip`` and ``ipykernel`` can lead to is some 400
names, as there: fifty are in a solution, the others are needs of older versions. No other name
is ever needed by these; if one were, the whole mass would hang on it, and every solver would read
all of it.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: Records of linux-64 and of noarch, and names in all.
LINUX, NOARCH, NAMES = 450_000, 250_000, 28_000
#: Names in a solution, and further names that the solver has to look at.
MAIN, SIDE = 50, 350
_PYTHONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
_FIRST = ("python", "python_abi", "pip", "ipykernel", "openssl", "tzdata")
_VERSION = 1

Record = dict[str, Any]


def build(output: Path) -> Path:
    """Write the index below ``output`` unless it is there; takes about a minute."""
    stamp = output / f"forge-{_VERSION}"
    if stamp.is_file():
        return output
    shutil.rmtree(output, ignore_errors=True)
    chance = random.Random(7)
    main = [*_FIRST, *(f"main-{number}" for number in range(MAIN - len(_FIRST)))]
    side = [f"side-{number}" for number in range(SIDE)]
    rest = [f"other-{number}" for number in range(NAMES - MAIN - SIDE)]
    for subdir, count in (("linux-64", LINUX), ("noarch", NOARCH)):
        _write(output / subdir, subdir, count, _shards(subdir, count, main, side, rest, chance))
    stamp.touch()
    return output


def _shards(
    subdir: str,
    count: int,
    main: list[str],
    side: list[str],
    rest: list[str],
    chance: random.Random,
) -> Iterator[tuple[str, list[Record]]]:
    """Give the names of one subdir, each with its records."""
    # Compiled packages there, pure ones here; python itself and what it needs are compiled.
    compiled = {name for at, name in enumerate(main) if at < 5 or at % 2}
    own = [name for name in main if (name in compiled) == (subdir == "linux-64")]
    left = count
    for name in own:
        records = _main(name, subdir, main, side, chance)
        left -= len(records)
        yield name, records
    others = [*side, *rest][subdir == "noarch" :: 2]
    for at, name in enumerate(others):
        size = left // (len(others) - at)
        left -= size
        needs = side[at + 1 :] if name.startswith("side-") else [*main, *side, *rest[:200]]
        yield name, [_plain(name, subdir, number, needs, chance) for number in range(size)]


def _main(
    name: str, subdir: str, main: list[str], side: list[str], chance: random.Random
) -> list[Record]:
    """Give the records of a name that is in the solution: the newest of it needs only its like."""
    at = main.index(name)
    later = main[at + 1 :]
    records = []
    if name == "python":
        for minor in _PYTHONS:
            for patch in range(20):
                needs = ["openssl >=3.0", "tzdata", *chance.sample(main[40:], 5)]
                records.append(_record(name, f"{minor}.{patch}", f"h{patch}_0_cpython", subdir,
                                       needs, chance))  # fmt: skip
        return records
    if name == "python_abi":
        for minor in _PYTHONS:
            tag = minor.replace(".", "")
            records.append(_record(name, minor, f"5_cp{tag}", subdir,
                                   [f"python {minor}.*"], chance))  # fmt: skip
        return records
    for number in range(40):
        needs = chance.sample(later, min(3, len(later)))
        if name == "ipykernel":
            needs = later[3:24]
        if number < 34:
            needs = [*needs[:-1], *chance.sample(side, 4)]
        version = f"{1 + number // 10}.{number % 10}.0"
        if subdir == "noarch" or name in ("openssl", "tzdata"):
            extra = ["python >=3.8"] if subdir == "noarch" and name != "tzdata" else []
            records.append(_record(name, version, f"py_{number % 3}", subdir,
                                   [*needs, *extra], chance))  # fmt: skip
            continue
        for minor in _PYTHONS:
            tag = minor.replace(".", "")
            more = [f"python >={minor},<{minor[:2]}{int(minor[2:]) + 1}.0a0",
                    f"python_abi {minor}.* *_cp{tag}"]  # fmt: skip
            records.append(_record(name, version, f"py{tag}h{number}_0", subdir,
                                   [*needs, *more], chance))  # fmt: skip
    return records


def _plain(name: str, subdir: str, number: int, needs: list[str], chance: random.Random) -> Record:
    chosen = chance.sample(needs, min(len(needs), chance.randint(1, 6)))
    version = f"{number // 10}.{number % 10}.{chance.randint(0, 9)}"
    return _record(name, version, f"h{number}_0", subdir, chosen, chance)


def _record(
    name: str, version: str, build: str, subdir: str, depends: list[str], chance: random.Random
) -> Record:
    return {
        "build": build,
        "build_number": 0,
        "depends": depends,
        "license": "BSD-3-Clause",
        "md5": chance.randbytes(16),
        "name": name,
        "noarch": "python" if subdir == "noarch" else None,
        "sha256": chance.randbytes(32),
        "size": chance.randint(5_000, 5_000_000),
        "subdir": subdir,
        "timestamp": 1_700_000_000_000 + chance.randint(0, 10**10),
        "version": version,
    }


def _write(
    folder: Path, subdir: str, count: int, shards: Iterator[tuple[str, list[Record]]]
) -> None:
    (folder / "shards").mkdir(parents=True)
    index: dict[str, bytes] = {}
    written = 0
    for name, records in shards:
        written += len(records)
        packages = {
            f"{name}-{r['version']}-{r['build']}.conda": {
                k: v for k, v in r.items() if v is not None
            }
            for r in records
        }
        packed = zstd.compress(_encode({"packages": {}, "packages.conda": packages, "removed": []}))
        digest = hashlib.sha256(packed).digest()
        (folder / "shards" / f"{digest.hex()}.msgpack.zst").write_bytes(packed)
        index[name] = digest
    assert abs(written - count) < count // 100, (written, count)
    info = {"subdir": subdir, "base_url": "", "shards_base_url": "./shards/",
            "created_at": "2026-01-01T00:00:00Z"}  # fmt: skip
    table = _encode({"info": info, "shards": index})
    (folder / "repodata_shards.msgpack.zst").write_bytes(zstd.compress(table))


_encode = msgspec.msgpack.Encoder().encode
