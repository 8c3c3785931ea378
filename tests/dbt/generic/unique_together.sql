{# Fails for each combination of the columns that occurs more than once. #}
{% test unique_together(model, columns) %}
    select
        {{ columns | join(', ') }},
        count(*) as row_count
    from {{ model }}
    group by {{ range(1, columns | length + 1) | join(', ') }}
    having count(*) > 1
{% endtest %}
