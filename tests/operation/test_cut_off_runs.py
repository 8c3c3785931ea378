"""A run whose process is gone is given up, and another is made in its place; a run that failed in a step is not."""

import dagster as dg
import pytest

from orchestration.automation.cut_off_runs import IN_PLACE_OF, OF_A_CODE_SERVER, give_up, make_cut_off_runs_again
from tests.operation.runs import cut_off, run, seen_by, under_way


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def answer(instance, dagster_run, event):
    context = seen_by(make_cut_off_runs_again, instance, dagster_run, event)
    return make_cut_off_runs_again(context.for_run_failure())


def test_a_run_that_was_cut_off_is_made_again_once(instance):
    first, end = cut_off(instance)
    request = answer(instance, first, end)
    assert isinstance(request, dg.RunRequest)
    assert request.tags == {IN_PLACE_OF: first.run_id}
    assert isinstance(answer(instance, *cut_off(instance, tags=request.tags)), dg.SkipReason)


def test_a_run_that_failed_in_a_step_is_not_made_again(instance):
    assert isinstance(answer(instance, *run(instance, ValueError())), dg.SkipReason)


def test_only_unfinished_runs_of_the_code_server_are_given_up(instance):
    dead = under_way(instance, tags={OF_A_CODE_SERVER: "{}"})
    from_a_shell = under_way(instance)
    done, _ = run(instance)
    assert give_up(instance) == [dead.run_id]
    statuses = [instance.get_run_by_id(each.run_id).status.value for each in (dead, from_a_shell, done)]
    assert statuses == ["FAILURE", "STARTED", "SUCCESS"]
    assert give_up(instance) == []
