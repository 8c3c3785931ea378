with

penalties as (
    select * from {{ ref('stg_disciplinary_records') }}
),

windows as (
    select
        record_id,
        employee_id,
        region_code,
        imposed_on,
        {{ dbt.dateadd('month', '-cast(' ~ rule('penalty_window_months') ~ ' as integer)', 'imposed_on') }} as window_after
    from penalties
)

-- penalties of any region count, lifted ones too
select
    windows.record_id,
    windows.employee_id,
    windows.region_code,
    windows.imposed_on,
    windows.window_after,
    count(*) as penalties_in_window,
    count(*) > {{ rule('penalty_limit') }} as is_over_limit
from windows
inner join penalties
    on
        windows.employee_id = penalties.employee_id
        and windows.window_after < penalties.imposed_on
        and windows.imposed_on >= penalties.imposed_on
group by 1, 2, 3, 4, 5
