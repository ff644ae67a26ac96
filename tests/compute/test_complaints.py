"""What hurt users of compute instances elsewhere, and the tests that show how it is here.

Each row is one complaint from public issue trackers in a few words, and where its answer is tried.
Whoever renames or removes such a test is told so by this file.
"""

from __future__ import annotations

import pytest

from ..complaints import is_there

COMPLAINTS: list[tuple[str, list[str]]] = [
    (
        "1: a creation fails and nobody says why",
        [
            "compute/test_faults.py::test_an_operation_that_ends_badly_is_told_on_its_instance",
            "cli/test_instances.py::test_a_creation_that_fails_is_not_called_ready",
            "cli/test_instances.py::test_a_start_that_fails_says_why",
            "compute/test_reading.py::test_failures_have_a_next_step",
            "compute/test_faults.py::test_missing_capacity_is_not_called_quota",
        ],
    ),
    (
        "2: errors that come as success, or as text inside text",
        [
            "compute/test_faults.py::test_an_error_that_comes_with_success_is_an_error",
            "compute/test_faults.py::test_errors_wrapped_in_strings_are_unwrapped",
            "compute/test_reading.py::test_unwrapping",
        ],
    ),
    (
        "3: start and stop when the state has moved on",
        [
            "compute/test_lifecycle.py::test_an_instance_lives_from_its_creation_to_its_deletion",
            "compute/test_lifecycle.py::test_what_the_state_forbids_is_refused_with_its_reason",
            "compute/test_lifecycle.py::test_an_operation_that_runs_is_named",
            "compute/test_faults.py::test_azure_s_conflict_is_told_with_what_is_going_on",
            "compute/test_faults.py::test_a_write_is_never_sent_twice",
        ],
    ),
    (
        "4: stuck for ever",
        [
            "compute/test_faults.py::test_a_stuck_operation_has_a_limit_and_a_next_step",
            "compute/test_reading.py::test_what_lasts_too_long_has_an_age_and_a_next_step",
            "cli/test_instances.py::test_a_wait_that_takes_too_long_ends_and_says_how_to_go_on",
            "cli/test_instances.py::test_one_that_is_stuck_shows_since_when_and_what_to_do",
        ],
    ),
    (
        "5: it cannot be stopped because its disk is full",
        [
            "compute/test_faults.py::test_a_full_disk_is_told_with_the_way_out",
            "compute/test_this_machine.py::test_a_nearly_full_disk_is_told_before_a_stop",
            "compute/test_this_machine.py::test_a_stop_that_azure_would_refuse_is_warned_of",
        ],
    ),
    (
        "6: the idle shutdown does not come, or cannot be set",
        [
            "compute/test_lifecycle.py::test_an_instance_lives_from_its_creation_to_its_deletion",
            "compute/test_reading.py::test_no_idle_shutdown_is_said_in_words",
            "compute/test_this_machine.py::test_the_idle_stop_of_this_machine_is_an_estimate",
            "compute/test_create.py::test_idle_shutdown_is_on_by_default",
            "cli/test_instances.py::test_what_the_idle_stop_depends_on_is_said",
        ],
    ),
    (
        "7: no warning before an automatic stop, no way to put it off",
        [
            "compute/test_postponing.py::test_a_longer_idle_time_comes_back",
            "compute/test_postponing.py::test_a_moved_schedule_comes_back",
            "compute/test_postponing.py::test_it_comes_back_though_nobody_looks",
            "cli/test_instances.py::test_a_stop_is_put_off_and_what_comes_back_is_said",
        ],
    ),
    (
        "8: schedules cannot be changed on an instance that exists",
        [
            "compute/test_schedules.py::"
            "test_azure_gives_back_what_was_set_and_our_next_stop_with_it",
            "compute/test_schedules.py::test_what_is_read_is_what_was_written",
            "compute/test_arm.py::test_each_action_goes_to_a_version_that_has_it",
        ],
    ),
    (
        "9: quota is found out about too late, and not who holds it",
        [
            "compute/test_create.py::test_quota_is_refused_with_what_is_left_and_who_holds_it",
            "compute/test_create.py::test_each_size_says_whether_it_can_be_had_and_why_not",
            "compute/test_create.py::test_a_cluster_is_never_taken_for_an_instance_but_holds_cores",
            "cli/test_instances.py::test_everything_that_is_known_is_shown",
        ],
    ),
    (
        "10: a name is refused after minutes",
        [
            "compute/test_create.py::test_bad_values_are_refused_by_name_before_anything_is_sent",
            "compute/test_create.py::test_a_taken_name_is_refused_with_a_free_one",
            "compute/test_create.py::"
            "test_a_name_taken_in_another_workspace_of_the_region_is_refused",
        ],
    ),
    (
        "11: only the person it belongs to can open it, and nobody says so",
        [
            "compute/test_reading.py::test_somebody_elses_applications_are_not_offered",
            "compute/test_reading.py::test_the_assigned_user_owns_it_not_its_creator",
            "compute/test_create.py::test_for_another_person_the_preview_says_what_they_need",
        ],
    ),
    (
        "12: images change, and kernels with them",
        [
            "compute/test_reading.py::test_an_image_has_an_age_and_a_word_about_the_newer_one",
            "compute/test_reading.py::test_what_a_new_image_took_away_is_said",
        ],
    ),
    (
        "13: environments are lost with the instance; conda is not found in setup scripts",
        [
            "compute/test_create.py::test_a_script_that_cannot_know_conda_is_told",
            "server/test_kernels.py::test_a_kernel_from_the_request_to_its_removal",
        ],
    ),
    (
        "14: a creation succeeds although its setup script failed",
        [
            "compute/test_reading.py::test_a_setup_script_has_a_line_of_its_own",
            "compute/test_create.py::test_bad_values_are_refused_by_name_before_anything_is_sent",
            "compute/test_create.py::"
            "test_a_script_of_the_file_share_must_be_there_where_that_can_be_seen",
        ],
    ),
    (
        "15: running is not reachable",
        [
            "compute/test_warm_up.py::test_it_is_warming_up_until_it_answers",
            "cli/test_open.py::test_a_browser_is_opened_as_soon_as_it_answers",
        ],
    ),
    (
        "16: no date of creation",
        ["compute/test_reading.py::test_a_whole_instance"],
    ),
    (
        "17: commands that do something else than they say",
        [
            "cli/test_examples.py::test_an_example_works",
            "cli/test_instances.py::test_the_life_of_an_instance",
            "clients/test_all_clients.py::test_the_command_line",
        ],
    ),
    (
        "18: 403, and nobody says which right is missing",
        [
            "compute/test_reading.py::test_a_403_names_the_missing_action",
            "compute/test_roles.py::test_a_reader_sees_everything_and_is_told_what_is_missing",
            "private_network/test_behind_a_proxy.py::"
            "test_sign_in_instances_and_a_channel_through_the_proxy",
        ],
    ),
]


def test_all_of_them_are_told() -> None:
    assert [row.split(":")[0] for row, _ in COMPLAINTS] == [str(n) for n in range(1, 19)]


@pytest.mark.parametrize(("complaint", "answers"), COMPLAINTS, ids=[row for row, _ in COMPLAINTS])
def test_a_complaint_has_its_tests(complaint: str, answers: list[str]) -> None:
    assert answers
    gone = [answer for answer in answers if not is_there(answer)]
    assert not gone, f"{complaint}: renamed or removed"
