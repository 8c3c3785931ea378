-- 0.1 and 0.2 are 0.30000000000000004, and 0.3 more 0.6000000000000001; in the order in which they stand here they would be 0.6.
with

parts as (
    select cast(0.3 as double) as part
    union all
    select cast(0.2 as double) as part
    union all
    select cast(0.1 as double) as part
),

summed as (
    select {{ ordered_sum('part') }} as total
    from parts
)

select total
from summed
where total <> cast('0.6000000000000001' as double) or total is null
