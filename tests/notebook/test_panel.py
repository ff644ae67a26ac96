"""``%ci panel`` in a real kernel: what it shows, and what its buttons do."""

from __future__ import annotations

import pytest

_PANEL = """
import ipywidgets, time
from jupyter_ci_manager.notebook import live, panel as panels
from jupyter_ci_manager.notebook.choosing import choose_engine

engine = choose_engine()
view = live.shared_view(engine)
panel = panels.Panel(ipywidgets, engine, view)
panel.begin()

def until(true):
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, panel._message.value
        time.sleep(0.05)

until(lambda: panel._rows)
"""


@pytest.fixture(scope="module")
def panel(kernel):
    """A kernel in which ``panel`` is a panel that shows the sample's instances."""
    ran = kernel.run(_PANEL)
    assert ran.status == "ok", ran.error
    return kernel


def test_a_saved_notebook_shows_the_table_in_place_of_dead_widgets(kernel):
    ran = kernel.run("%ci panel")
    assert ran.status == "ok", ran.error
    static, live = ran.displays[0], ran.displays[1]
    assert "old-vm" in static["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in live
    mark = static["text/html"].split('<div class="')[1].split("-static")[0]
    assert f":not(:has(.{mark}-live)){{display:none}}" in static["text/html"]


def test_a_button_that_cannot_be_pressed_says_why(panel):
    panel.run("until(lambda: panel._rows['report-box'].buttons['stop'].tooltip)")
    assert panel.value("panel._rows['report-box'].buttons['stop'].disabled")
    assert "stopped" in panel.value("panel._rows['report-box'].buttons['stop'].tooltip")
    assert panel.value("panel._rows['report-box'].buttons['start'].tooltip") == ""


def test_a_button_starts_an_instance_and_the_panel_shows_it(panel, sample):
    assert panel.run("panel._rows['old-vm'].buttons['start'].click()").status == "ok"
    sample.emulator.wait_for_state("old-vm", "Running")
    ran = panel.run("until(lambda: 'Running' in panel._rows['old-vm'].text.value)")
    assert ran.status == "ok", ran.error


def test_a_delete_asks_for_the_name(panel, sample):
    panel.run("panel._rows['winding-down'].buttons['delete'].click()")
    panel.run("label, typed, go_on, leave = panel._question.children")
    assert "Type winding-down to go on" in panel.value("label.value")
    assert panel.value("go_on.disabled")
    panel.run("typed.value = 'winding-dawn'")
    assert panel.value("go_on.disabled")
    panel.run("typed.value = 'winding-down'")
    assert panel.run("go_on.click()").status == "ok"
    ran = panel.run("until(lambda: 'winding-down' not in panel._rows)")
    assert ran.status == "ok", ran.error
    assert panel.value("len(panel._question.children)") == 0


def test_a_form_makes_an_instance(panel, sample):
    ran = panel.run(
        "form = panel.root.children[5].children[0]\n"
        "form.children[0].value = 'from-panel'\n"
        "form.children[3].click()\n"
        "until(lambda: 'from-panel' in panel._rows)"
    )
    assert ran.status == "ok", ran.error
    assert sample.state("from-panel")
    panel.run("form.children[0].value = 'bad_name'\nform.children[3].click()")
    assert "bad_name" in panel.value("panel._message.value") or "letters" in panel.value(
        "panel._message.value"
    )


def test_a_form_makes_a_kernel_and_shows_its_log(panel, sample):
    ran = panel.run(
        "form = panel.root.children[5].children[1]\n"
        "form.children[0].value = 'from-panel'\n"
        "form.children[3].click()\n"
        "until(lambda: 'succeeded ==' in panel._jobs.value)",
        timeout=180,
    )
    assert ran.status == "ok", ran.error
    assert "from-panel" in {kernel["name"] for kernel in sample.json("kernel", "list")}


def test_panels_of_one_kernel_share_one_look(panel):
    panel.run(
        "import threading\nother = panels.Panel(ipywidgets, engine, live.shared_view(engine))\n"
        "other.begin()\nuntil(lambda: other._rows)"
    )
    looks = "sum(t.name == 'ci-manager-panel' for t in threading.enumerate())"
    assert panel.value(looks) == 1
    assert panel.run("other.close()").status == "ok"


def test_nobody_looks_when_every_panel_is_closed(jupyter):
    with jupyter.kernel() as own:
        assert own.run("%load_ext jupyter_ci_manager\n" + _PANEL).status == "ok"
        own.run("import threading\npanel.close()")
        ran = own.run(
            "until(lambda: not any(t.name == 'ci-manager-panel' for t in threading.enumerate()))"
        )
        assert ran.status == "ok", ran.error


def test_without_ipywidgets_there_is_a_table_and_a_hint(jupyter):
    with jupyter.kernel() as own:
        own.run("import sys; sys.modules['ipywidgets'] = None")
        own.run("%load_ext jupyter_ci_manager")
        ran = own.run("%ci panel")
        assert ran.status == "ok", ran.error
        assert "<table>" in ran.html
        assert "ipywidgets" in ran.html
