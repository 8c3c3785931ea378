-- Wilson: 3 of 14 is 7.6 to 47.6 %, 1 of 14 is 1.3 to 31.5 %, 0 of 10 is 0 to 27.8 % (z = 1.96). Nothing tried has no interval.
-- Newcombe 1998, his example (a): 56 of 70 less 48 of 80 is 0.2, from 0.0524 to 0.3339.
with

expected as (
    select 'wilson 3 of 14, lower' as case_name, 0.0757 as expected, {{ wilson_lower('3', '14', '1.959964') }} as got
    union all
    select 'wilson 3 of 14, upper', 0.4759, {{ wilson_upper('3', '14', '1.959964') }}
    union all
    select 'wilson 1 of 14, lower', 0.0127, {{ wilson_lower('1', '14', '1.959964') }}
    union all
    select 'wilson 1 of 14, upper', 0.3147, {{ wilson_upper('1', '14', '1.959964') }}
    union all
    select 'wilson 0 of 10, lower', 0.0, {{ wilson_lower('0', '10', '1.959964') }}
    union all
    select 'wilson 0 of 10, upper', 0.2775, {{ wilson_upper('0', '10', '1.959964') }}
    union all
    select 'newcombe, lower', 0.0524, {{ newcombe_lower('48', '80', '56', '70', '1.959964') }}
    union all
    select 'newcombe, upper', 0.3339, {{ newcombe_upper('48', '80', '56', '70', '1.959964') }}
)

select *
from expected
where got is null or abs(got - expected) > 0.0001
union all
select 'wilson of nothing', null, {{ wilson_lower('0', '0', '1.959964') }}
where {{ wilson_lower('0', '0', '1.959964') }} is not null
