"""The serving copy: the published marts in PostgreSQL for BI tools, each reader with the rows that are theirs.

Optional: without TAUEKEL_SERVING_DSN nothing happens. It reads the published snapshot, never the warehouse.
"""
