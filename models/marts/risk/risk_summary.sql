with

register as (
    select
        *,
        case status when 'alert' then 3 when 'watch' then 2 when 'no_data' then 1 else 0 end as severity
    from {{ ref('risk_register') }}
),

-- the worst of its metrics; one that cannot be judged keeps a factor from being normal
factors as (
    select
        risk_no,
        factor_no,
        period_start,
        region_code,
        max(severity) as severity
    from register
    group by 1, 2, 3, 4
),

named as (
    select
        *,
        case severity when 3 then 'alert' when 2 then 'watch' when 1 then 'no_data' else 'normal' end as status
    from factors
),

moved as (
    select
        named.*,
        case when named.status <> 'no_data' and before.status <> 'no_data' then named.severity - before.severity end as movement,
        case
            when named.status <> before.status then concat(named.factor_no, ' ', before.status, ' to ', named.status)
        end as movement_words
    from named
    left join named as before
        on
            named.factor_no = before.factor_no
            and named.region_code = before.region_code
            and named.period_start - interval '1' year = before.period_start
)

select
    risk_no,
    period_start,
    region_code,
    cast(count(*) as integer) as factors,
    cast(count(*) filter (where status = 'alert') as integer) as factors_alert,
    cast(count(*) filter (where status = 'watch') as integer) as factors_watch,
    cast(count(*) filter (where status = 'normal') as integer) as factors_normal,
    cast(count(*) filter (where status = 'no_data') as integer) as factors_no_data,
    cast(count(*) filter (where movement > 0) as integer) as factors_worse,
    cast(count(*) filter (where movement < 0) as integer) as factors_better,
    {{ dbt.listagg(measure="movement_words", delimiter_text="'; '", order_by_clause="order by factor_no") }} as moved
from moved
group by 1, 2, 3
