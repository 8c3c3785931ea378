with

appeals as (
    select * from {{ ref('stg_eotinish_appeals') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
)

select
    appeals.appeal_id,
    appeals.registered_at,
    cast(date_trunc('month', appeals.registered_at) as date) as month_start,
    appeals.kind,
    appeals.region_code,
    appeals.centre_code,
    appeals.topic,
    appeals.applicant_token,
    appeals.due_on,
    appeals.closed_on,
    appeals.outcome,
    coalesce(appeals.in_sample_check, false) as is_in_sample_check,
    -- an open appeal is judged by what is known on as_of
    case
        when appeals.due_on is not null
            then coalesce(appeals.closed_on > appeals.due_on, appeals.due_on < as_of.as_of)
    end as is_overdue
from appeals
cross join as_of
