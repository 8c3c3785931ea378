{# The notation of the media lexicon (docs/indicators/media.md) in SQL. #}

{# A pattern as it is searched for: a sentence has a space before and after each word. #}
{% macro lexicon_words(pattern) -%}
    ' ' || replace(replace({{ pattern }}, '|', ' '), 'ё', 'е')
{%- endmacro %}

{# The first three letters of a word (a shorter word filled up with spaces): what texts and lexicon are joined by, so that each
   pattern is tried only where its first word can stand. Hence a first stem has three letters at least. #}
{% macro word_start(word) -%}
    rpad({{ word }}, 3, ' ')
{%- endmacro %}
