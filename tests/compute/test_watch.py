"""One poll for all readers: the same number of lists for one or for many, none for nobody."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyter_ci_manager.compute.watch import Watch
from jupyter_ci_manager.errors import CIManagerError, SignedOut, Throttled, Unavailable
from tests.emulator_process import Emulator, emulator_process

from .conftest import MakeService, until


def lists(emulator: Emulator) -> int:
    log = emulator.control("GET", "log").json["value"]
    return sum(e["method"] == "GET" and e["path"].endswith("/computes") for e in log)


def test_two_hundred_readers_send_one_list(sample: Emulator, service_for: MakeService) -> None:
    service = service_for(sample, busy_poll_interval=60, poll_interval=60)
    service.status()
    sample.control("DELETE", "log")
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: service.list(), range(200)))
    assert lists(sample) == 1
    assert {len(a.instances) for a in answers} == {len(answers[0].instances)}


def test_readers_and_the_poll_together_send_one_list_per_interval(
    sample: Emulator, service_for: MakeService
) -> None:
    interval = 0.3
    service = service_for(
        sample, on_change=lambda name: None, poll_interval=interval, busy_poll_interval=interval
    )
    service.list()
    sample.control("DELETE", "log")
    began = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: service.list(), range(3000)))
    sent, intervals = lists(sample), (time.monotonic() - began) / interval
    assert sent <= intervals + 2


def test_a_change_in_azure_becomes_one_small_hint(
    sample: Emulator, service_for: MakeService
) -> None:
    heard: list[str] = []
    service = service_for(sample, on_change=heard.append, poll_interval=0.2)
    service.list()
    until(lambda: service.watch().is_running)
    heard.clear()
    sample.control("PATCH", "computes/gpu-lab", {"state": "Stopped"})
    until(lambda: "gpu-lab" in heard)
    assert service.get("gpu-lab", refresh=False).state == "Stopped"
    revision = service.list().revision
    sample.control("PATCH", "computes/gpu-lab", {"state": "Running"})
    until(lambda: service.list().revision > revision)


def test_nothing_is_said_when_nothing_changed(sample: Emulator, service_for: MakeService) -> None:
    heard: list[str] = []
    service = service_for(sample, on_change=heard.append, poll_interval=0.05)
    service.list()
    until(lambda: service._inventory.lists_sent >= 3)
    heard.clear()
    sent = service._inventory.lists_sent
    until(lambda: service._inventory.lists_sent >= sent + 5)
    assert heard == []


class Source:
    """What a watch reads, with dials."""

    def __init__(self) -> None:
        self.reads = 0
        self.failure: CIManagerError | None = None
        self.is_busy = False
        self.lock = threading.Lock()

    def read(self) -> None:
        with self.lock:
            self.reads += 1

    def watch(self, **seconds: float) -> Watch:
        chosen = {"quiet": 30.0, "fast": 2.0, **seconds}
        return Watch(self.read, error=lambda: self.failure, busy=lambda: self.is_busy, **chosen)


def test_nobody_looks_nothing_is_sent() -> None:
    source = Source()
    watch = source.watch(quiet=0.01, unwatched=0.1)
    assert not watch.is_running
    watch.touch()
    until(lambda: source.reads > 2)
    until(lambda: not watch.is_running)
    reads = source.reads
    watch.touch()
    until(lambda: source.reads > reads)
    watch.stop()
    assert not watch.is_running


def test_how_long_it_waits() -> None:
    source = Source()
    watch = source.watch()
    assert watch.pause() == 30
    source.is_busy = True
    assert watch.pause() == 2
    source.failure = Throttled("wait", retry_after=17.0)
    assert watch.pause() == 17
    source.failure = SignedOut("gone")
    assert watch.pause() == 20
    source.failure = Unavailable("down")
    assert watch.pause() == 2


def test_failures_are_asked_about_less_and_less() -> None:
    source = Source()
    watch = source.watch(quiet=0.05)
    source.failure = Unavailable("down")
    watch.touch()
    until(lambda: source.reads >= 3)
    assert watch.pause() == 0.05
    watch.stop()


def test_five_thousand_instances_are_read_page_by_page_and_served_from_memory(
    service_for: MakeService, tmp_path: Path
) -> None:
    with emulator_process(tmp_path / "many") as many:
        many.control("POST", "seed", {"count": 5000})
        service = service_for(many)
        names = {i.name for i in service.list().instances}
        assert len(names) == 5000
        assert lists(many) == 5, "a thousand to a page"
        assert len(service.list().instances) == 5000
        assert lists(many) == 5, "from memory"
