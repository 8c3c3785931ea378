-- one row per metric, year and region that has limits: the worst of its comparisons, as the risk register takes it
select
    metric_key,
    year(period_start) as year,
    region_code,
    case max(case status when 'alert' then 3 when 'watch' then 2 when 'normal' then 1 else 0 end)
        when 3 then 'alert' when 2 then 'watch' when 1 then 'normal' else 'no_data'
    end as status
from marts.marts.risk_comparisons
group by all
order by all
