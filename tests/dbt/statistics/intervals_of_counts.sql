-- Byar: 3 events, lower 3 x (1 - 1/27 - 1.96/(3 x 1.7321))^3 = 3 x 0.5858^3 = 0.603; upper 4 x (1 - 1/36 + 1.96/6)^3 = 4 x 1.2989^3 = 8.765.
-- No event: 0 to (1 - 1/9 + 1.96/3)^3 = 1.5422^3 = 3.668.
-- Ratio: 20 in 100 against 10 in 100 is 20.5/10.5 = 1.952; the log's deviation is sqrt(1/20.5 + 1/10.5) = 0.3795, so 0.928 to 4.107.
with

expected as (
    select 'byar 3, lower' as case_name, 0.603 as expected, {{ poisson_lower('3', '1.959964') }} as got
    union all
    select 'byar 3, upper', 8.765, {{ poisson_upper('3', '1.959964') }}
    union all
    select 'byar 0, lower', 0.0, {{ poisson_lower('0', '1.959964') }}
    union all
    select 'byar 0, upper', 3.668, {{ poisson_upper('0', '1.959964') }}
    union all
    select 'ratio', 1.952, {{ rate_ratio('10', '100.0', '20', '100.0') }}
    union all
    select 'ratio, lower', 0.928, {{ rate_ratio_lower('10', '100.0', '20', '100.0', '1.959964') }}
    union all
    select 'ratio, upper', 4.107, {{ rate_ratio_upper('10', '100.0', '20', '100.0', '1.959964') }}
)

select *
from expected
where got is null or abs(got - expected) > 0.001
