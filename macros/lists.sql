{# Catalogues hold lists as words in one text ("month year"). True when `item` is one of them. #}
{% macro is_listed(item, list, separator=' ') -%}
    position(concat('{{ separator }}', {{ item }}, '{{ separator }}') in concat('{{ separator }}', {{ list }}, '{{ separator }}')) > 0
{%- endmacro %}
