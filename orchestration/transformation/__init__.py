"""The dbt project in Dagster: its assets and checks, and its manifest."""
