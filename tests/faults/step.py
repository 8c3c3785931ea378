"""One step of a run by itself, under the lock as in a run, without Dagster and dbt: seconds instead of minutes.

python -m tests.faults.step load | publish RUN_ID
"""

import sys

from orchestration.contract import load_contract
from orchestration.ingestion.load import load_deliveries
from orchestration.publish import publish
from orchestration.runs.run_lock import writing
from orchestration.settings import Settings

if __name__ == "__main__":
    settings = Settings.from_env()
    with writing(settings, "a step", report=print):
        match sys.argv[1:]:
            case ["load"]:
                load_deliveries(settings, load_contract())
            case ["publish", run_id]:
                publish(settings, run_id)
