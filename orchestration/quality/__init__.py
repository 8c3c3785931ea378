"""What the steward lives on: accepted deviations, drift as checks, what a check touches, and the desk that ends a run.

What a rule is belongs to `expectations/` and dbt; what a problem is, to the models of quality.
"""
