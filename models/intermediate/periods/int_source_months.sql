with

spans as (
    select * from {{ ref('int_source_spans') }}
),

bounds as (
    select
        source,
        cast(date_trunc('month', first_event_on) as date) as first_month,
        cast(date_trunc('month', last_event_on) as date) as last_month
    from spans
)

select
    source,
    {{ each_month('first_month', 'last_month') }} as month_start
from bounds
