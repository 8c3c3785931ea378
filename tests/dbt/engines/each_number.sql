-- Both ends are included: 3 to 6 are four numbers that add up to 18.
with

numbers as (
    select {{ each_number('3', '6') }} as number
)

select
    count(*) as numbers,
    sum(number) as total
from numbers
having count(*) <> 4 or sum(number) <> 18
