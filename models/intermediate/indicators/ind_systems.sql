with

incidents as (
    select * from {{ ref('int_system_incidents') }}
),

incidents_by_system as (
    {{ by_breakdown('incidents', ['system']) }}
),

incidents_by_kind as (
    {{ by_breakdown('incidents', ['kind']) }}
),

system_incident_hours as (
    select
        'system_incident_hours' as metric_key,
        month_start,
        region_code,
        breakdown,
        breakdown_value,
        cast({{ ordered_sum('duration_hours') }} as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from incidents_by_system
    where kind in ('outage', 'defect')
    group by 1, 2, 3, 4, 5
),

integration_failures as (
    select
        'integration_failures' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(count(*) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from incidents
    where kind = 'integration_failure'
    group by 1, 2, 3
),

third_party_devices as (
    select
        'third_party_devices' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(count(*) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from incidents
    where kind = 'third_party_device'
    group by 1, 2, 3
),

metal_detector_off_hours as (
    select
        'metal_detector_off_hours' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast({{ ordered_sum('duration_hours') }} as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from incidents
    where kind = 'metal_detector_off'
    group by 1, 2, 3
),

video_outage_hours as (
    select
        'video_outage_hours' as metric_key,
        month_start,
        region_code,
        'all' as breakdown,
        'all' as breakdown_value,
        cast({{ ordered_sum('duration_hours') }} as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from incidents
    where kind = 'video_outage'
    group by 1, 2, 3
),

workstation_security_findings as (
    select
        'workstation_security_findings' as metric_key,
        month_start,
        region_code,
        breakdown,
        breakdown_value,
        cast(count(*) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from incidents_by_kind
    where kind in ('unauthorised_software', 'remote_access', 'unauthorised_hardware')
    group by 1, 2, 3, 4, 5
)

select * from system_incident_hours
union all
select * from integration_failures
union all
select * from third_party_devices
union all
select * from metal_detector_off_hours
union all
select * from video_outage_hours
union all
select * from workstation_security_findings
