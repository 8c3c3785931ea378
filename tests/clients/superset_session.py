"""What an analyst does in Superset, through its own API: runs in Superset's environment, prints what came back as JSON.

    python superset_session.py <marts.duckdb>

Log in, register the snapshot read-only, make a dataset, draw a chart of it, ask SQL Lab, and try to write.
"""

import json
import sys
from typing import Any

from superset.app import create_app

ADDRESS = "duckdb:///{}"
READ_ONLY = {"engine_params": {"connect_args": {"read_only": True}}}
SQL = (
    "select region_code, value from marts.marts.kpi_values where metric_key = 'practical_pass_pct' "
    "and breakdown = 'all' and period_grain = 'year' and period_start = '2025-01-01' order by region_code"
)
FILTERS = {"metric_key": "practical_pass_pct", "breakdown": "all", "period_grain": "year", "period_start": "2025-01-01"}


class Session:
    """A logged-in user of the API."""

    def __init__(self, client: Any) -> None:
        self._client = client
        login = {"username": "analyst", "password": "analyst", "provider": "db", "refresh": True}
        answer = client.post("/api/v1/security/login", json=login)
        self._headers = {"Authorization": f"Bearer {answer.get_json()['access_token']}"}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer, which must be one of success."""
        status, answer = self.try_post(path, body)
        if status >= 300:
            raise SystemExit(f"{path}: {status} {answer}")
        return answer

    def try_post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and answer."""
        answer = self._client.post(path, json=body, headers=self._headers)
        return answer.status_code, answer.get_json()


def main(marts: str) -> dict[str, Any]:
    """Chart and SQL Lab rows, and what became of the write."""
    app = create_app()
    with app.app_context():
        manager = app.appbuilder.sm
        manager.add_user("analyst", "An", "Analyst", "analyst@example.org", manager.find_role("Admin"), "analyst")
    session = Session(app.test_client())
    database = session.post(
        "/api/v1/database/",
        {
            "database_name": "Tauekel",
            "sqlalchemy_uri": ADDRESS.format(marts),
            "expose_in_sqllab": True,
            "allow_dml": True,  # so that it is the file that refuses, not Superset
            "extra": json.dumps(READ_ONLY),
        },
    )["id"]
    dataset = session.post(
        "/api/v1/dataset/", {"database": database, "schema": "marts.marts", "table_name": "kpi_values"}
    )["id"]
    chart = session.post(
        "/api/v1/chart/data",
        {
            "datasource": {"id": dataset, "type": "table"},
            "queries": [
                {
                    "columns": ["region_code"],
                    "metrics": [
                        {
                            "expressionType": "SIMPLE",
                            "column": {"column_name": "value"},
                            "aggregate": "MAX",
                            "label": "value",
                        }
                    ],
                    "filters": [{"col": column, "op": "==", "val": value} for column, value in FILTERS.items()],
                    "row_limit": 100,
                }
            ],
            "result_format": "json",
            "result_type": "full",
        },
    )["result"][0]["data"]
    asked = {"database_id": database, "runAsync": False, "queryLimit": 1000, "client_id": "tauekel-1"}
    rows = session.post("/api/v1/sqllab/execute/", {**asked, "sql": SQL})["data"]
    written = session.try_post(
        "/api/v1/sqllab/execute/", {**asked, "client_id": "tauekel-2", "sql": "delete from marts.marts.kpi_values"}
    )
    return {"chart": chart, "sql_lab": rows, "write": written}


if __name__ == "__main__":
    print("ANSWER " + json.dumps(main(sys.argv[1])))
