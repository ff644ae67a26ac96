"""The two forms of the panel: a new instance, a new kernel."""

from typing import Any, Callable, Dict

from ..commands.engine import Engine
from ..commands.failure import Failure
from ..commands.wording import money_per_hour

Json = Dict[str, Any]
Say = Callable[[str], None]


def instance_form(widgets: Any, engine: Engine, say: Say, done: Callable[[], None]) -> Any:
    """Make the form for a new instance.

    Parameters
    ----------
    widgets:
        The ipywidgets module.
    engine:
        What creates it.
    say:
        Shows one line to the user.
    done:
        Called when something was begun.
    """
    style = {"description_width": "9em"}
    name = widgets.Text(description="Name", placeholder="3 to 24 letters, digits, -", style=style)
    size = widgets.Dropdown(description="VM size", options=[], style=style)
    idle = widgets.BoundedIntText(
        description="Stops after", value=60, min=15, max=4320, style=style
    )
    never = widgets.Checkbox(description="Never stops by itself", value=False, indent=False)
    load = widgets.Button(description="Load sizes", icon="refresh")
    create = widgets.Button(description="Create instance", button_style="primary")

    def load_sizes(_button: Any) -> None:
        try:
            found = [s for s in engine.sizes() if s.get("available") != "no"]
        except Failure as failure:
            say(failure.line)
            return
        size.options = [(_size_words(entry), entry["name"]) for entry in found]

    def begin(_button: Any) -> None:
        request: Json = {
            "name": name.value.strip(),
            "idle_shutdown_minutes": 0 if never.value else idle.value,
        }
        if size.value:
            request["vm_size"] = size.value
        create.disabled = True
        try:
            instance = engine.create_instance(request)
        except Failure as failure:
            say(failure.line)
        else:
            say("{} is being created; it costs money while it runs.".format(instance["name"]))
            name.value = ""
            done()
        finally:
            create.disabled = False

    load.on_click(load_sizes)
    create.on_click(begin)
    minutes = widgets.HBox([idle, widgets.Label("minutes without use"), never])
    return widgets.VBox([name, widgets.HBox([size, load]), minutes, create])


def _size_words(size: Json) -> str:
    words = "{}: {} cores, {:g} GB".format(size["name"], size["cores"], size["memory_gb"])
    price = money_per_hour(size.get("price_per_hour"))
    return words + (", about " + price if price else "")


def kernel_form(widgets: Any, engine: Engine, say: Say, done: Callable[[str], None]) -> Any:
    """Make the form for a new kernel; ``done`` is given the id of the job that makes it."""
    style = {"description_width": "9em"}
    name = widgets.Text(description="Name", placeholder="newenv", style=style)
    packages = widgets.Text(
        description="Packages", placeholder="numpy pandas (may be empty)", style=style
    )
    version = widgets.Text(description="Python", placeholder="newest", style=style)
    create = widgets.Button(description="Create kernel", button_style="primary")

    def begin(_button: Any) -> None:
        request: Json = {"name": name.value.strip()}
        if packages.value.split():
            request["packages"] = packages.value.split()
        if version.value.strip():
            request["version"] = version.value.strip()
        create.disabled = True
        try:
            job = engine.create_kernel(request)
        except Failure as failure:
            say(failure.line)
        else:
            say("{}: begun; it goes on by itself.".format(job["title"]))
            done(job["id"])
        finally:
            create.disabled = False

    create.on_click(begin)
    return widgets.VBox([name, packages, version, create])
