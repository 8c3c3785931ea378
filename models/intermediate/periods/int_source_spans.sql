{# Each source with a clock column, and that column. Registers (centres, employees, declared_relatives) have none. #}
{% set clocks = {
    'court_cases': 'filed_on',
    'eotinish_appeals': 'registered_at',
    'smart_data_ukimet_monthly': 'month',
    'hotline_reports': 'received_at',
    'media_mentions': 'published_at',
    'disciplinary_records': 'imposed_on',
    'conflict_of_interest_declarations': 'declared_on',
    'training_records': 'assigned_on',
    'theory_exams': 'started_at',
    'practical_exams': 'started_at',
    'service_applications': 'opened_at',
    'vehicle_registrations': 'registered_at',
    'treasury_receipts': 'paid_on',
    'audit_findings': 'found_on',
    'violations': 'detected_on',
    'criminal_cases': 'opened_on',
    'control_checks': 'checked_on',
    'system_incidents': 'started_at',
    'recommendation_actions': 'assigned_on',
} %}

{% for source_name, clock in clocks.items() %}
select
    '{{ source_name }}' as source,
    cast(min({{ clock }}) as date) as first_event_on,
    cast(max({{ clock }}) as date) as last_event_on
from {{ ref('stg_' ~ source_name) }}
having count(*) > 0
{% if not loop.last %}union all{% endif %}
{% endfor %}
