"""``%ci`` in a real kernel that a real Jupyter server owns."""

from __future__ import annotations

import pytest


def test_the_list_is_a_table_for_people_and_a_list_for_python(kernel):
    ran = kernel.run("%ci list")
    assert ran.status == "ok"
    assert "<table>" in ran.html
    assert "Create failed" in ran.html
    assert ran.text.splitlines()[0].split() == [
        "Name",
        "State",
        "Size",
        "Price",
        "Runs",
        "for",
        "Person",
        "Note",
    ]
    kernel.run("instances = %ci list")
    assert kernel.value("isinstance(instances, list)")
    assert "old-vm" in kernel.value("[i['name'] for i in instances]")


def test_it_speaks_to_the_server_that_owns_the_kernel(kernel, jupyter):
    kernel.run("from jupyter_ci_manager.notebook.choosing import choose_engine")
    assert kernel.value("choose_engine().server.url") == jupyter.info["url"]
    assert jupyter.info["token"] not in kernel.run("choose_engine().server").text


def test_the_life_of_an_instance_in_cells(kernel, sample):
    assert kernel.run("%ci create nb-life --wait").status == "ok"
    assert sample.state("nb-life") == "Running"
    kernel.run("name = 'nb-life'")
    assert kernel.run("%ci stop {name} --wait").status == "ok"
    assert sample.state("nb-life") == "Stopped"
    assert kernel.run("%ci start nb-life --wait").status == "ok"
    ran = kernel.run("%ci delete nb-life")
    assert ran.status == "error"
    assert "--confirm nb-life" in ran.error
    assert kernel.run("%ci delete nb-life --confirm nb-life --wait").status == "ok"
    assert kernel.run("%ci status nb-life").status == "error"


def test_a_refusal_is_one_line_and_stays_in_error(kernel):
    ran = kernel.run("%ci status no-such-vm")
    assert ran.status == "error"
    assert "no-such-vm" in ran.error
    assert "\n" not in ran.error
    assert "Traceback" not in ran.error
    assert kernel.value("_error.code") == "not_found"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%ci strat x", "Did you mean `%ci start`?"),
        ("%ci start", "NAME"),
        ("%ci list too much", "too"),
        ("%ci start 'open quote", "quotation mark"),
        ("%ci_kernel creat x", "%ci"),
        ("%ci emulator start", "no command"),
        ("%%ci list\nsome text", "takes no cell text"),
    ],
)
def test_a_wrong_line_is_refused_in_one_line(kernel, line, said):
    ran = kernel.run(line)
    assert ran.status == "error"
    assert said in ran.error
    assert "\n" not in ran.error


def test_help_comes_from_the_catalogue(kernel):
    shown = kernel.run("%ci").displays[0]["text/plain"]
    assert "resize" in shown
    assert "emulator" not in shown
    assert "Examples" in kernel.run("%ci create --help").displays[0]["text/plain"]
    reply = kernel.client.inspect("%ci", 3, reply=True, timeout=30)["content"]
    assert "List the compute instances of the workspace." in reply["data"]["text/plain"]


def test_completion_knows_commands_names_and_sizes(kernel):
    assert "start" in kernel.complete("%ci sta")
    assert "old-vm" in kernel.complete("%ci start old")
    assert "--wait" in kernel.complete("%ci start old-vm --w")
    assert any("DS3_v2" in size for size in kernel.complete("%ci create x --vm-size Standard_DS3"))
    assert "create" in kernel.complete("%ci_kernel cre")


def test_progress_is_shown_and_an_interrupt_ends_only_the_wait(kernel, sample, jupyter):
    sample.emulator.control("POST", "clock", {"speed": 0.01})
    try:
        message = kernel.client.execute("%ci start winding-down --wait", allow_stdin=False)
        sample.emulator.wait_for_state("winding-down", "Starting")
        while True:
            shown = kernel.client.get_iopub_msg(timeout=30)
            if "Starting" in str(shown["content"].get("data", "")):
                break
        jupyter.interrupt_all()
        ran = kernel.result(message)
        assert ran.status == "ok"
        assert "it goes on" in ran.text
        assert sample.state("winding-down") == "Starting"
    finally:
        sample.emulator.control("POST", "clock", {"speed": 200})
    assert kernel.run("%ci wait winding-down --until running").status == "ok"


def test_a_job_outlives_its_notebook_and_every_face_sees_it(kernel, sample, jupyter):
    with jupyter.kernel() as doomed:
        assert doomed.run("%load_ext jupyter_ci_manager").status == "ok"
        ran = doomed.run("job = %ci_kernel create fromcell --no-wait\njob_id = job['id']")
        assert ran.status == "ok", ran.error
        job_id = doomed.value("job_id")
        doomed.client.execute("import os; os.kill(os.getpid(), 9)")
        assert jupyter.call("GET", f"jupyter-ci-manager/jobs/{job_id}")["target"] == "fromcell"
        assert sample.json("job", "show", job_id)["id"] == job_id
        assert sample.run("job", "log", job_id, "--follow", timeout=180).returncode == 0
    assert "fromcell" in {
        one["name"] for one in jupyter.call("GET", "jupyter-ci-manager/kernels")["kernels"]
    }
    # And the other way: what a terminal began is seen by pages and cells.
    begun = sample.json("kernel", "create", "fromterminal", "--no-wait")["id"]
    assert jupyter.call("GET", f"jupyter-ci-manager/jobs/{begun}")["target"] == "fromterminal"
    assert "fromterminal" in kernel.run("%ci job list").html
    assert kernel.run(f"%ci job log {begun} --follow", timeout=180).status == "ok"
    assert jupyter.call("GET", f"jupyter-ci-manager/jobs/{begun}")["state"] == "succeeded"


def test_what_the_server_says_reaches_the_page_only_as_text(kernel, sample):
    evil = "<img src=x onerror=alert(1)>"
    ran = kernel.run(f"%ci create tagged --description '{evil}' --wait")
    assert ran.status == "ok", ran.error
    assert "<img" not in kernel.run("%ci status tagged").html
    assert "<img" not in kernel.run("%ci list").html


def test_the_magics_can_be_taken_away_again(kernel):
    assert kernel.run("%unload_ext jupyter_ci_manager").status == "ok"
    assert kernel.run("%ci list").status == "error" or not kernel.run("%ci list").html
    assert kernel.run("%load_ext jupyter_ci_manager").status == "ok"
    assert kernel.run("%ci list").html
