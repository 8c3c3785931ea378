{% if var('as_of') %}
select cast('{{ var("as_of") }}' as date) as as_of
{% else %}
select max(last_event_on) as as_of
from {{ ref('int_source_spans') }}
{% endif %}
