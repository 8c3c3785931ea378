{# A pattern in the notation of the media lexicon: lower-case letters and digits, single spaces, bars and per cent signs only
   (a capital, a hyphen or a quote would never be found in the normalised text), and a first stem of three letters at least,
   unless it is a whole word (see macro word_start). #}
{% test media_pattern(model, column_name) %}
select {{ column_name }}
from {{ model }}
where
    {{ regexp_replace_all(column_name, '[а-яёәіңғүұқөһa-z0-9|%]+( [а-яёәіңғүұқөһa-z0-9|%]+)*', '') }} <> ''
    or {{ regexp_replace_all(column_name, '^[^ |]{0,2}(%.*)?$', '') }} = ''
{% endtest %}
