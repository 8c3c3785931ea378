select
    problem_id,
    metric_key
from quality.marts.quality_problem_metrics
