"""The Dagster code location: ingestion, dbt, checks, publication. Nothing here imports `simulation`."""
