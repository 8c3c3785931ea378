select
    recommendation,
    metric_key,
    owner_kk,
    owner_ru,
    owner_en,
    actions_total,
    actions_done,
    actions_overdue,
    strftime(first_assigned_on, '%Y-%m-%d') as first_assigned_on,
    wanted,
    before_value,
    after_value,
    change_unit,
    change,
    change_lower,
    change_upper,
    moved
from marts.marts.recommendation_tracker
