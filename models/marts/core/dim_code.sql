with

metrics as (
    select * from {{ ref('metrics') }}
),

-- the codes of a metric's breakdowns are of its sources or of a list of their own
metric_codes as (
    select
        metrics.metric_key,
        code_labels.column_name as breakdown,
        code_labels.code,
        code_labels.label_kk,
        code_labels.label_ru,
        code_labels.label_en
    from metrics
    inner join {{ ref('code_labels') }} as code_labels
        on
            {{ is_listed('code_labels.column_name', 'metrics.breakdowns') }}
            and {{ is_listed('code_labels.source', 'metrics.sources') }}
    union
    select
        metrics.metric_key,
        breakdown_codes.breakdown,
        breakdown_codes.code,
        breakdown_codes.label_kk,
        breakdown_codes.label_ru,
        breakdown_codes.label_en
    from metrics
    inner join {{ ref('breakdown_codes') }} as breakdown_codes
        on {{ is_listed('breakdown_codes.breakdown', 'metrics.breakdowns') }}
    union
    select
        metrics.metric_key,
        'recommendation' as breakdown,
        recommendations.recommendation as code,
        recommendations.label_kk,
        recommendations.label_ru,
        recommendations.label_en
    from metrics
    inner join {{ ref('recommendations') }} as recommendations
        on {{ is_listed("'recommendation'", 'metrics.breakdowns') }}
),

-- two sources of one metric share their codes and their names
labelled as (
    select
        'metric' as used_by_kind,
        metric_key as used_by,
        breakdown as column_name,
        code,
        max(label_kk) as label_kk,
        max(label_ru) as label_ru,
        max(label_en) as label_en
    from metric_codes
    group by 1, 2, 3, 4
    union all
    select
        'source' as used_by_kind,
        source as used_by,
        column_name,
        code,
        label_kk,
        label_ru,
        label_en
    from {{ ref('code_labels') }}
),

unknown as (
    select distinct
        labelled.used_by_kind,
        labelled.used_by,
        labelled.column_name,
        'unknown' as code,
        regions.name_kk as label_kk,
        regions.name_ru as label_ru,
        regions.name_en as label_en
    from labelled
    inner join {{ ref('regions') }} as regions
        on regions.region_code = 'unknown'
    left join labelled as named
        on
            labelled.used_by_kind = named.used_by_kind
            and labelled.used_by = named.used_by
            and labelled.column_name = named.column_name
            and named.code = 'unknown'
    where named.code is null
)

select * from labelled
union all
select * from unknown
