"""Instances from the command line, against a real emulator."""

from __future__ import annotations

import json
import time

from jupyter_ci_manager.commands.instance_details import instance_details
from jupyter_ci_manager.commands.instance_tables import instance_list


def test_the_list_shows_every_instance_with_its_state_in_words(sample):
    done = sample.run("list")
    assert done.returncode == 0
    assert done.stderr == ""
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line.split()}
    assert "Create failed" in lines["exp-7"]
    assert "Running a job" in lines["nightly-train"]
    assert "estimated from list prices" in done.stdout


def test_the_json_of_a_list_is_what_the_rest_api_gives(sample):
    answer = sample.json("list")
    assert {"instances", "workspace", "revision", "error"} <= set(answer)
    assert {"name", "state", "actions", "ssh"} <= set(answer["instances"][0])


def test_the_life_of_an_instance(sample):
    done = sample.run("create", "cli-life", "--vm-size", "Standard_DS3_v2", "--wait")
    assert (done.returncode, done.stdout) == (0, "cli-life is ready.\n"), done.stderr
    assert sample.state("cli-life") == "Running"
    assert sample.run("stop", "cli-life", "--wait").stdout == "cli-life is stopped.\n"
    assert sample.run("start", "cli-life", "--no-wait").returncode == 0
    assert sample.run("wait", "cli-life", "--until", "running").stdout == "cli-life is running.\n"
    assert sample.run("start", "cli-life").stdout == "cli-life is running.\n"
    assert sample.run("restart", "cli-life", "--wait").returncode == 0
    assert "90 minutes" in sample.run("idle", "cli-life", "90").stdout
    assert sample.json("status", "cli-life")["idle_shutdown_minutes"] == 90
    planned = sample.json("schedule", "cli-life", "--stop-at", "0 19 * * 1-5")
    assert [(s["action"], s["expression"]) for s in planned] == [("stop", "0 19 * * 1-5")]
    assert sample.json("schedule", "cli-life", "--clear") == []
    done = sample.run("delete", "cli-life", "--confirm", "cli-life", "--wait")
    assert done.stdout == "cli-life is deleted.\n", done.stderr
    assert sample.run("delete", "cli-life", "--yes").stdout == "cli-life is already gone.\n"
    assert sample.run("status", "cli-life").returncode == 3


def test_nothing_is_deleted_that_was_not_confirmed(sample):
    done = sample.run("delete", "report-box")
    assert done.returncode == 10
    assert "--confirm report-box" in done.stderr
    done = sample.run("delete", "report-box", "--confirm", "report-bax")
    assert done.returncode == 10
    assert sample.state("report-box") == "Stopped"
    done = sample.run("delete", "report-bax")
    assert done.returncode == 3
    assert "confirm" not in done.stderr


def test_what_belongs_to_somebody_else_must_be_confirmed_before_it_is_stopped(sample):
    done = sample.run("stop", "ds-boris")
    assert done.returncode == 10
    assert sample.state("ds-boris") == "Running"


def test_exit_codes_tell_one_refusal_from_another(sample):
    assert sample.run("status", "no-such-vm").returncode == 3
    assert sample.run("create", "bad_name").returncode == 2
    assert sample.run("create", "fine-name", "--vm-size", "Standard_Nothing").returncode == 2
    assert sample.run("restart", "old-vm", "--yes").returncode == 4
    assert sample.run("create", "old-vm").returncode == 4
    assert sample.run("create", "too-big", "--vm-size", "Standard_ND40rs_v2").returncode == 7
    assert sample.run("open", "old-vm", "--print").returncode == 4
    assert sample.run("wait", "old-vm", "--until", "running").returncode == 4
    assert sample.run("list", "--endpoint", "http://127.0.0.1:9").returncode == 8


def test_a_refusal_is_one_line_and_json_where_json_was_asked_for(sample):
    done = sample.run("status", "no-such-vm", "--json")
    assert done.stderr.count("\n") == 1
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "not_found"
    assert error["message"] in done.stderr


def test_a_wait_that_takes_too_long_ends_and_says_how_to_go_on(sample):
    sample.emulator.control("POST", "clock", {"speed": 0.01})
    try:
        assert sample.run("start", "winding-down").returncode == 0
        done = sample.run("wait", "winding-down", "--until", "running", "--timeout", "0.5")
    finally:
        sample.emulator.control("POST", "clock", {"speed": 200})
    assert done.returncode == 9
    assert "jupyter ci wait winding-down" in done.stderr


def test_names_that_look_like_options_or_commands_are_only_names(sample):
    for name in ("--help-me", "-rf", "$(touch owned)", "; touch owned", "a\nb", "이름", ".."):
        done = sample.run("start", "--", name)
        assert done.returncode in (2, 3), (name, done.stderr)
        assert "Traceback" not in done.stderr
    assert not (sample.work / "owned").exists()


def test_the_ssh_command_is_shown_and_configured(sample):
    names = [i["name"] for i in sample.json("list")["instances"] if i["ssh"]["enabled"]]
    assert names
    config = sample.run("ssh-config").stdout
    for name in names:
        assert f"Host {name}\n" in config


def test_a_template_is_a_template(sample):
    template = json.loads(sample.run("template", "demo-ci").stdout)
    assert "$schema" in template
    assert sample.run("template", "demo-ci", "--as", "az").stdout.startswith("az ")


def test_a_private_key_never_leaves_the_machine(sample, tmp_path):
    key = tmp_path / "id_rsa"
    key.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n", encoding="utf-8")
    done = sample.run("create", "key-test", "--ssh-public-key", str(key))
    assert done.returncode == 2
    assert ".pub" in done.stderr


def test_the_workspace_is_shown_listed_and_chosen(sample):
    shown = sample.run("workspace")
    assert "contoso-ml" in shown.stdout
    assert "config.json" in shown.stdout
    assert "in use" in sample.run("workspace", "list").stdout
    assert sample.run("workspace", "use", "no-such-workspace").returncode == 3
    assert sample.run("workspace", "use", "contoso-us").returncode == 0
    chosen = sample.run("workspace").stdout
    assert "contoso-us" in chosen
    assert "instead of" in chosen
    assert sample.run("workspace", "use", "contoso-ml").returncode == 0
    assert "contoso-ml" in sample.run("workspace").stdout


def test_who_is_signed_in_is_said(sample):
    assert sample.run("login").stdout.startswith("Signed in as ")
    assert sample.run("logout").returncode == 0


def test_a_new_key_goes_to_a_file_of_ones_own_and_nowhere_else(sample, tmp_path):
    key = tmp_path / "keys" / "id"
    done = sample.run(
        "create", "new-key", "-s", "Standard_D2s_v3", "--new-ssh-key", str(key), "--json"
    )
    assert done.returncode == 0, done.stderr
    assert key.stat().st_mode & 0o777 == 0o600
    assert "PRIVATE KEY" in key.read_text(encoding="utf-8")
    assert "PRIVATE" not in done.stdout
    assert sample.json("status", "new-key")["ssh"]["enabled"]
    assert (
        sample.run(
            "create", "home-key", "-s", "Standard_D2s_v3", "--new-ssh-key", "home-key"
        ).returncode
        == 0
    )
    at_home = sample.home / ".ssh" / "home-key"
    assert at_home.stat().st_mode & 0o777 == 0o600
    assert at_home.parent.stat().st_mode & 0o777 == 0o700
    assert sample.run("create", "other-key", "--new-ssh-key", str(key)).returncode == 2
    unused = tmp_path / "unused"
    assert sample.run("create", "bad_name", "--new-ssh-key", str(unused)).returncode == 2
    assert not unused.exists(), "a key that opens nothing is not left behind"


def test_the_training_jobs_on_an_instance_are_listed(sample):
    jobs = sample.json("runs", "nightly-train")
    assert [(job["display_name"], job["status"]) for job in jobs] == [
        ("vision-evaluation", "Queued"),
        ("vision-nightly", "Running"),
    ]


def test_what_would_be_lost_is_named_before_it_is_confirmed(sample):
    done = sample.run("stop", "nightly-train")
    assert done.returncode == 10
    assert "vision-nightly" in done.stderr
    assert sample.state("nightly-train") == "JobRunning"


def test_a_start_that_fails_says_why(sample):
    sample.emulator.control("POST", "faults/capacity", {"name": "report-box"})
    done = sample.run("start", "report-box", "--wait")
    assert done.returncode == 4
    assert "no machine of this size" in done.stderr
    assert done.stderr.count("no machine of this size") == 1, "once is enough"


def test_a_creation_that_fails_is_not_called_ready(sample):
    fault = {"result": "Failed", "operation": "Create", "name": "unlucky", "message": "No luck."}
    sample.emulator.control("POST", "faults/operations", fault)
    done = sample.run("create", "unlucky", "-s", "Standard_D2s_v3", "--wait")
    assert (done.returncode, done.stdout) == (4, "")
    assert "No luck." in done.stderr


def test_a_resize_that_fails_is_not_called_done(sample):
    fault = {"result": "Failed", "operation": "Resize", "name": "old-vm", "message": "No luck."}
    sample.emulator.control("POST", "faults/operations", fault)
    done = sample.run("resize", "old-vm", "Standard_DS12_v2", "--wait")
    assert (done.returncode, done.stdout) == (4, "")
    assert "No luck." in done.stderr


def test_one_that_exists_is_used_as_it_is_and_what_differs_is_said(sample):
    done = sample.run("create", "old-vm", "-s", "Standard_D2s_v3", "--if-exists", "use", "--wait")
    assert done.returncode == 0, done.stderr
    assert "not changed" in done.stdout
    assert "its size is STANDARD_DS11_V2" in done.stdout
    assert sample.state("old-vm") == "Stopped"


def test_everything_that_is_known_is_shown(sample):
    setup = sample.run("status", "etl-setup").stdout
    assert "Setup script" in setup
    assert "The creation script failed" in setup
    assert "newer image" in sample.run("status", "disk-full").stdout
    assert "Terminal" in setup
    stopped = sample.run("status", "report-box").stdout
    assert "computing is not billed" in stopped
    used = sample.run("usage").stdout
    assert "report-box (4, stopped)" in used
    assert "deleting it frees them" in used


def test_a_stop_is_put_off_and_what_comes_back_is_said(sample):
    assert sample.run("schedule", "for-anna", "--clear").returncode == 0
    assert sample.run("idle", "for-anna", "60").returncode == 0
    done = sample.run("idle", "for-anna", "--postpone", "90")
    assert "its own settings count again: idle shutdown after 60 min" in done.stdout
    assert "It is not stopped before" in sample.run("status", "for-anna").stdout
    assert "not stopped before" in sample.run("list").stdout
    assert "not put off" in sample.run("idle", "for-anna", "--postpone", "0").stdout
    assert "not stopped before" not in sample.run("list").stdout


def test_all_that_a_new_instance_can_be_can_be_said_on_a_line(sample, tmp_path):
    application = tmp_path / "app.json"
    application.write_text(
        json.dumps(
            {
                "name": "shiny",
                "image": {"type": "docker", "reference": "x/shiny:1"},
                "endpoints": [{"protocol": "http", "target": 3838, "published": 3838}],
            }
        )
    )
    script = tmp_path / "setup.sh"
    script.write_text("echo hi\n")
    identity = (
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity"
        "/userAssignedIdentities/robot"
    )
    line = ["template", "everything", "--as", "body", "--idle", "30", "--sso", "on", "--rstudio"]
    line += ["--application", str(application), "--identity", identity, "--tag", "team=a"]
    line += ["--setup-script", str(script), "--setup-arguments=-v", "--script-timeout", "20"]
    line += ["--startup-script-path", "Users/anna/start.sh", "--stop-at", "0 19 * * 1-5"]
    line += ["--vnet-resource-group", "g", "--vnet", "v", "--vnet-subnet", "n", "--no-public-ip"]
    body = json.loads(sample.run(*line).stdout)
    inner = body["properties"]["properties"]
    assert list(body["identity"]["userAssignedIdentities"]) == [identity]
    assert body["tags"] == {"team": "a"}
    assert inner["applicationSharingPolicy"] == "Personal"
    assert inner["enableSSO"] is True
    assert inner["enableNodePublicIp"] is False
    assert inner["idleTimeBeforeShutdown"] == "PT30M"
    assert inner["subnet"]["id"].endswith("/virtualNetworks/v/subnets/n")
    assert [one["name"] for one in inner["customServices"]] == ["rstudio", "shiny"]
    scripts = inner["setupScripts"]["scripts"]
    assert scripts["creationScript"]["scriptArguments"] == "-v"
    assert scripts["creationScript"]["timeout"] == "20m"
    assert scripts["startupScript"]["scriptSource"] == "workspaceStorage"
    assert inner["schedules"]["computeStartStop"][0]["cron"]["expression"] == "0 19 * * 1-5"
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    done = sample.run("create", "everything", "--application", str(broken))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_one_that_is_stuck_shows_since_when_and_what_to_do():
    began = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3900))
    stuck = {
        "name": "sticky",
        "state": "Starting",
        "state_since": began,
        "advice": "Starting for 65 min, longer than usual. Restart it.",
    }
    listed = instance_list({"instances": [stuck]}).text()
    assert "Starting 1 h 5 min" in listed
    assert "longer than usual" in listed
    told = instance_details(stuck).text()
    assert "Starting 1 h 5 min" in told
    assert "Restart it." in told


def test_what_the_idle_stop_depends_on_is_said(sample):
    assert (
        sample.run(
            "create", "with-robot", "-s", "Standard_D2s_v3", "--system-identity", "--wait"
        ).returncode
        == 0
    )
    said = sample.run("idle", "with-robot").stdout
    assert "no SSH" in said
    assert "Contributor of the workspace" in said
    assert "SystemAssigned" in sample.run("status", "with-robot").stdout


def test_a_dry_run_says_what_one_should_know_beforehand(sample):
    guid = "11111111-2222-3333-4444-555555555555"
    line = ["create", "for-you", "--assign-to", guid, "--assign-tenant", guid, "--dry-run"]
    said = sample.run(*line).stdout
    assert "Nothing was created." in said
    assert "per hour" in said
    assert "applicationaccess/action" in said, "what the other person needs"
    wrong = sample.run("create", "for-you", "--assign-to", "boris", "--dry-run")
    assert wrong.returncode == 1
    assert "az ad user show" in wrong.stdout, "how the object id is found"
