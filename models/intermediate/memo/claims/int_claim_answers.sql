with

figures as (
    select * from {{ ref('int_claim_figures') }}
),

-- what a verdict is measured by: our rules, and what the memo prints
rules as (
    select
        max(value) filter (where rule_key = 'confidence_z') as z,
        max(value) filter (where rule_key = 'claim_high_pct') as high_pct,
        max(value) filter (where rule_key = 'claim_rare_pct') as rare_pct,
        max(value) filter (where rule_key = 'claim_significance') as significance,
        (
            select cast(printed.published_value as double) from {{ ref('memo_figures') }} as printed
            where printed.figure_id = 'P24'
        ) as printed_growth,
        (
            select cast(printed.published_value as double) from {{ ref('memo_figures') }} as printed
            where printed.figure_id = 'P05'
        ) as printed_inquiry_pct,
        max(value) filter (where rule_key = 'claim_without_theory_pct') as without_theory_pct,
        max(value) filter (where rule_key = 'claim_thousands') as thousands,
        (
            select cast(printed.published_value as double) from {{ ref('memo_figures') }} as printed
            where printed.figure_id = 'K01'
        ) as damage_kzt,
        max(value) filter (where rule_key = 'claim_several') as several
    from {{ ref('rules') }}
),

answers as (
    select
        'M1' as claim_id,
        case
            when decided.lower_bound >= rules.high_pct then 'borne out'
            when decided.value < rules.high_pct and filed.upper_bound < rules.high_pct then 'not borne out'
            else 'cannot be said'
        end as verdict,
        concat(
            'Won in full or in part: ', {{ in_words("decided.events", 0) }}, ' of ',
            {{ in_words("decided.trials", 0) }}, ', ', {{ in_words("decided.value", 1) }}, ' % (95 %: ',
            {{ in_words("decided.lower_bound", 1) }}, ' to ', {{ in_words("decided.upper_bound", 1) }}, ')',
            ' of the cases decided; ', {{ in_words("filed.events", 0) }}, ' of ',
            {{ in_words("filed.trials", 0) }}, ', ', {{ in_words("filed.value", 1) }}, ' % (95 %: ',
            {{ in_words("filed.lower_bound", 1) }}, ' to ', {{ in_words("filed.upper_bound", 1) }}, ')',
            ' of all that were filed.'
        ) as finding
    from figures as decided
    left join figures as filed
        on decided.claim_id = filed.claim_id and filed.figure_key = 'satisfied_of_all' and filed.period = 'period'
    cross join rules
    where
        decided.claim_id = 'M1'
        and decided.figure_key = 'satisfied_of_decided'
        and decided.period = 'period'

    union all

    select
        'M2' as claim_id,
        case
            when named.lower_bound > rules.high_pct then 'borne out'
            when named.upper_bound < rules.high_pct then 'not borne out'
            else 'cannot be said'
        end as verdict,
        concat(
            'The five named regions: ', {{ in_words("named.events", 0) }}, ' of ',
            {{ in_words("named.trials", 0) }}, ', ', {{ in_words("named.value", 1) }}, ' % (95 %: ',
            {{ in_words("named.lower_bound", 1) }}, ' to ', {{ in_words("named.upper_bound", 1) }}, ')',
            '. The central office: ', {{ in_words("hq.events", 0) }}, ' of ', {{ in_words("hq.trials", 0) }},
            ', ', {{ in_words("hq.value", 1) }}, ' % (95 %: ', {{ in_words("hq.lower_bound", 1) }}, ' to ',
            {{ in_words("hq.upper_bound", 1) }}, ')',
            '. Were the five the first of the ranking, all 20 regions could have ',
            {{ in_words("largest.value", 0) }}, ' at most; ', {{ in_words("before.value", 0) }},
            ' unnamed regions have more than the last of the five.'
        ) as finding
    from figures as named
    left join figures as hq
        on named.claim_id = hq.claim_id and hq.figure_key = 'central_office_of_all' and hq.period = 'period'
    left join figures as largest
        on named.claim_id = largest.claim_id and largest.figure_key = 'largest_total_of_ranking' and largest.period = 'period'
    left join figures as before
        on named.claim_id = before.claim_id and before.figure_key = 'regions_before_the_last_named' and before.period = 'period'
    cross join rules
    where
        named.claim_id = 'M2'
        and named.figure_key = 'named_regions_of_all'
        and named.period = 'period'

    union all

    select
        'M3' as claim_id,
        case
            when severe.upper_bound < rules.rare_pct then 'borne out'
            when severe.lower_bound > rules.rare_pct then 'not borne out'
            else 'cannot be said'
        end as verdict,
        concat(
            'Severe reprimands and dismissals: ', {{ in_words("severe.events", 0) }}, ' of ',
            {{ in_words("severe.trials", 0) }}, ', ', {{ in_words("severe.value", 1) }}, ' % (95 %: ',
            {{ in_words("severe.lower_bound", 1) }}, ' to ', {{ in_words("severe.upper_bound", 1) }}, ')',
            '. Reprimands and stricter: ', {{ in_words("stricter.events", 0) }}, ' of ',
            {{ in_words("stricter.trials", 0) }}, ', ', {{ in_words("stricter.value", 1) }}, ' % (95 %: ',
            {{ in_words("stricter.lower_bound", 1) }}, ' to ', {{ in_words("stricter.upper_bound", 1) }}, ')',
            '.'
        ) as finding
    from figures as severe
    left join figures as stricter
        on severe.claim_id = stricter.claim_id and stricter.figure_key = 'reprimand_or_stricter_of_all' and stricter.period = 'period'
    cross join rules
    where
        severe.claim_id = 'M3'
        and severe.figure_key = 'severe_of_all'
        and severe.period = 'period'

    union all

    select
        'M4' as claim_id,
        case
            when past.trials is null then 'cannot be said'
            when 100 * {{ newcombe_lower('past.events', 'past.trials', 'now.events', 'now.trials', 'rules.z') }} > 0 then 'borne out'
            else 'not borne out'
        end as verdict,
        concat(
            'Persons went from ', {{ in_words("past.events", 0) }}, ' to ', {{ in_words("now.events", 0) }},
            '; among those punished ', {{ in_words("past.events", 0) }}, ' of ',
            {{ in_words("past.trials", 0) }}, ', ', {{ in_words("past.value", 1) }}, ' % (95 %: ',
            {{ in_words("past.lower_bound", 1) }}, ' to ', {{ in_words("past.upper_bound", 1) }}, ')',
            ' before and ', {{ in_words("now.events", 0) }}, ' of ', {{ in_words("now.trials", 0) }}, ', ',
            {{ in_words("now.value", 1) }}, ' % (95 %: ', {{ in_words("now.lower_bound", 1) }}, ' to ',
            {{ in_words("now.upper_bound", 1) }}, ')', ' now, ', 'difference in points, 95 %: ',
            {{ in_words('100 * ' ~ newcombe_lower('past.events', 'past.trials', 'now.events', 'now.trials', 'rules.z'), 1) }},
            ' to ',
            {{ in_words('100 * ' ~ newcombe_upper('past.events', 'past.trials', 'now.events', 'now.trials', 'rules.z'), 1) }},
            '. Per 100 penalties ', {{ in_words("per_past.value", 1) }}, ' and ',
            {{ in_words("per_now.value", 1) }}, '.'
        ) as finding
    from figures as now
    left join figures as past
        on now.claim_id = past.claim_id and past.figure_key = 'repeaters_of_penalised' and past.period = 'compared'
    left join figures as per_now
        on now.claim_id = per_now.claim_id and per_now.figure_key = 'repeaters_per_100_penalties' and per_now.period = 'period'
    left join figures as per_past
        on now.claim_id = per_past.claim_id and per_past.figure_key = 'repeaters_per_100_penalties' and per_past.period = 'compared'
    cross join rules
    where
        now.claim_id = 'M4'
        and now.figure_key = 'repeaters_of_penalised'
        and now.period = 'period'

    union all

    select
        'M5' as claim_id,
        case
            when round(share.value, 1) = cast(rules.printed_inquiry_pct as double) then 'borne out'
            else 'not borne out'
        end as verdict,
        concat(
            'Inquiries: ', {{ in_words("share.events", 0) }}, ' of ', {{ in_words("share.trials", 0) }}, ', ',
            {{ in_words("share.value", 1) }}, ' % (95 %: ', {{ in_words("share.lower_bound", 1) }}, ' to ',
            {{ in_words("share.upper_bound", 1) }}, ')', '; printed is ',
            {{ in_words("rules.printed_inquiry_pct", 1) }}, ' %.'
        ) as finding
    from figures as share
    cross join rules
    where
        share.claim_id = 'M5'
        and share.figure_key = 'inquiries_of_appeals'
        and share.period = 'period'

    union all

    select
        'M6' as claim_id,
        case
            when test.value is null or test.value >= rules.significance then 'cannot be said'
            when now.value < past.value then 'borne out'
            else 'not borne out'
        end as verdict,
        concat(
            'Confirmed: ', {{ in_words("past.events", 0) }}, ' of ', {{ in_words("past.trials", 0) }}, ', ',
            {{ in_words("past.value", 1) }}, ' % (95 %: ', {{ in_words("past.lower_bound", 1) }}, ' to ',
            {{ in_words("past.upper_bound", 1) }}, ')', ' before, ', {{ in_words("now.events", 0) }}, ' of ',
            {{ in_words("now.trials", 0) }}, ', ', {{ in_words("now.value", 1) }}, ' % (95 %: ',
            {{ in_words("now.lower_bound", 1) }}, ' to ', {{ in_words("now.upper_bound", 1) }}, ')',
            ' now; exact test of Fisher p = ', {{ in_words("test.value", 2) }}, '.'
        ) as finding
    from figures as now
    left join figures as past
        on now.claim_id = past.claim_id and past.figure_key = 'confirmed_of_sampled' and past.period = 'compared'
    left join figures as test
        on now.claim_id = test.claim_id and test.figure_key = 'fisher_p_value' and test.period = 'period'
    cross join rules
    where
        now.claim_id = 'M6'
        and now.figure_key = 'confirmed_of_sampled'
        and now.period = 'period'

    union all

    select
        'M7' as claim_id,
        case
            when coalesce(past.value, 0) = 0 or channel.trials is null or channel_past.trials is null then 'cannot be said'
            when {{ rate_ratio_upper('past.value', '1.0', 'now.value', '1.0', 'rules.z') }} < rules.printed_growth then 'not borne out'
            -- the count grew; whether people complain more or are counted otherwise shows in the channels
            when
                100 * {{ newcombe_lower('channel_past.events', 'channel_past.trials', 'channel.events', 'channel.trials', 'rules.z') }} > 0
                or 100 * {{ newcombe_upper('channel_past.events', 'channel_past.trials', 'channel.events', 'channel.trials', 'rules.z') }} < 0
                then 'cannot be said'
            when floor(10 * now.value / past.value) >= floor(10 * rules.printed_growth) then 'borne out'
            else 'not borne out'
        end as verdict,
        concat(
            'Complaints went from ', {{ in_words("past.value", 0) }}, ' to ', {{ in_words("now.value", 0) }},
            ', ', {{ in_words("now.value / nullif(past.value, 0)", 1) }}, ' times (95 %: ',
            {{ in_words(rate_ratio_lower('past.value', '1.0', 'now.value', '1.0', 'rules.z'), 1) }}, ' to ',
            {{ in_words(rate_ratio_upper('past.value', '1.0', 'now.value', '1.0', 'rules.z'), 1) }},
            '). Known only as a count: ', {{ in_words("channel_past.events", 0) }}, ' of ',
            {{ in_words("channel_past.trials", 0) }}, ', ', {{ in_words("channel_past.value", 1) }},
            ' % (95 %: ', {{ in_words("channel_past.lower_bound", 1) }}, ' to ',
            {{ in_words("channel_past.upper_bound", 1) }}, ')', ' before, ',
            {{ in_words("channel.events", 0) }}, ' of ', {{ in_words("channel.trials", 0) }}, ', ',
            {{ in_words("channel.value", 1) }}, ' % (95 %: ', {{ in_words("channel.lower_bound", 1) }},
            ' to ', {{ in_words("channel.upper_bound", 1) }}, ')', ' now.'
        ) as finding
    from figures as now
    left join figures as past
        on now.claim_id = past.claim_id and past.figure_key = 'complaints' and past.period = 'compared'
    left join figures as channel
        on now.claim_id = channel.claim_id and channel.figure_key = 'blind_of_complaints' and channel.period = 'period'
    left join figures as channel_past
        on now.claim_id = channel_past.claim_id and channel_past.figure_key = 'blind_of_complaints' and channel_past.period = 'compared'
    cross join rules
    where
        now.claim_id = 'M7'
        and now.figure_key = 'complaints'
        and now.period = 'period'

    union all

    select
        'M8' as claim_id,
        case
            when past.trials is null or rest.trials is null or rest_past.trials is null then 'cannot be said'
            when 100 * {{ newcombe_lower('rest_past.events', 'rest_past.trials', 'rest.events', 'rest.trials', 'rules.z') }} > 0 then 'borne out'
            else 'not borne out'
        end as verdict,
        concat(
            'Licences among violations: ', {{ in_words("past.events", 0) }}, ' of ',
            {{ in_words("past.trials", 0) }}, ', ', {{ in_words("past.value", 1) }}, ' % (95 %: ',
            {{ in_words("past.lower_bound", 1) }}, ' to ', {{ in_words("past.upper_bound", 1) }}, ')',
            ' before, ', {{ in_words("now.events", 0) }}, ' of ', {{ in_words("now.trials", 0) }}, ', ',
            {{ in_words("now.value", 1) }}, ' % (95 %: ', {{ in_words("now.lower_bound", 1) }}, ' to ',
            {{ in_words("now.upper_bound", 1) }}, ')', ' now. Without the region that has most of them: ',
            {{ in_words("rest_past.events", 0) }}, ' of ', {{ in_words("rest_past.trials", 0) }}, ', ',
            {{ in_words("rest_past.value", 1) }}, ' % (95 %: ', {{ in_words("rest_past.lower_bound", 1) }},
            ' to ', {{ in_words("rest_past.upper_bound", 1) }}, ')', ' before, ',
            {{ in_words("rest.events", 0) }}, ' of ', {{ in_words("rest.trials", 0) }}, ', ',
            {{ in_words("rest.value", 1) }}, ' % (95 %: ', {{ in_words("rest.lower_bound", 1) }}, ' to ',
            {{ in_words("rest.upper_bound", 1) }}, ')', ' now, ', 'difference in points, 95 %: ',
            {{ in_words('100 * ' ~ newcombe_lower('rest_past.events', 'rest_past.trials', 'rest.events', 'rest.trials', 'rules.z'), 1) }},
            ' to ',
            {{ in_words('100 * ' ~ newcombe_upper('rest_past.events', 'rest_past.trials', 'rest.events', 'rest.trials', 'rules.z'), 1) }},
            '.'
        ) as finding
    from figures as now
    left join figures as past
        on now.claim_id = past.claim_id and past.figure_key = 'licences_of_violations' and past.period = 'compared'
    left join figures as rest
        on now.claim_id = rest.claim_id and rest.figure_key = 'licences_without_dominant' and rest.period = 'period'
    left join figures as rest_past
        on now.claim_id = rest_past.claim_id and rest_past.figure_key = 'licences_without_dominant' and rest_past.period = 'compared'
    cross join rules
    where
        now.claim_id = 'M8'
        and now.figure_key = 'licences_of_violations'
        and now.period = 'period'

    union all

    select
        'M9' as claim_id,
        case
            when ratio.value is null or expected.value is null then 'cannot be said'
            when ratio.value > expected.value and without.lower_bound > rules.without_theory_pct then 'borne out'
            when without.upper_bound < rules.without_theory_pct then 'not borne out'
            else 'cannot be said'
        end as verdict,
        concat(
            'Practical exams per theory pass: ', {{ in_words("ratio.value", 1) }},
            ' %; lawful retakes alone make ', {{ in_words("expected.value", 1) }},
            ' %. Taken without a theory pass: ', {{ in_words("without.events", 0) }}, ' of ',
            {{ in_words("without.trials", 0) }}, ', ', {{ in_words("without.value", 1) }}, ' % (95 %: ',
            {{ in_words("without.lower_bound", 1) }}, ' to ', {{ in_words("without.upper_bound", 1) }}, ')',
            '; ', {{ in_words("highest.value", 1) }}, ' % in the highest region.'
        ) as finding
    from figures as without
    left join figures as ratio
        on without.claim_id = ratio.claim_id and ratio.figure_key = 'practical_per_theory_pass' and ratio.period = 'period'
    left join figures as expected
        on without.claim_id = expected.claim_id and expected.figure_key = 'expected_by_lawful_retakes' and expected.period = 'period'
    left join figures as highest
        on without.claim_id = highest.claim_id and highest.figure_key = 'without_theory_highest_region' and highest.period = 'period'
    cross join rules
    where
        without.claim_id = 'M9'
        and without.figure_key = 'without_theory_of_assessable'
        and without.period = 'period'

    union all

    select
        'M10' as claim_id,
        case
            when outside.trials is null or inside.trials is null then 'cannot be said'
            when 100 * {{ newcombe_lower('inside.events', 'inside.trials', 'outside.events', 'outside.trials', 'rules.z') }} <= 0 then 'not borne out'
            -- most of the reported ones took place within hours: the report does not show what it says
            when late.lower_bound > rules.high_pct then 'cannot be said'
            else 'borne out'
        end as verdict,
        concat(
            'Late status updates: ', {{ in_words("late.events", 0) }}, ' of ',
            {{ in_words("late.trials", 0) }}, ', ', {{ in_words("late.value", 1) }}, ' % (95 %: ',
            {{ in_words("late.lower_bound", 1) }}, ' to ', {{ in_words("late.upper_bound", 1) }}, ')',
            ' of those reported out of hours. Passed of those that started out of hours: ',
            {{ in_words("outside.events", 0) }}, ' of ', {{ in_words("outside.trials", 0) }}, ', ',
            {{ in_words("outside.value", 1) }}, ' % (95 %: ', {{ in_words("outside.lower_bound", 1) }},
            ' to ', {{ in_words("outside.upper_bound", 1) }}, ')', '; within hours: ',
            {{ in_words("inside.events", 0) }}, ' of ', {{ in_words("inside.trials", 0) }}, ', ',
            {{ in_words("inside.value", 1) }}, ' % (95 %: ', {{ in_words("inside.lower_bound", 1) }}, ' to ',
            {{ in_words("inside.upper_bound", 1) }}, ')', '; with a late update: ',
            {{ in_words("updated.events", 0) }}, ' of ', {{ in_words("updated.trials", 0) }}, ', ',
            {{ in_words("updated.value", 1) }}, ' % (95 %: ', {{ in_words("updated.lower_bound", 1) }},
            ' to ', {{ in_words("updated.upper_bound", 1) }}, ')', '.'
        ) as finding
    from figures as late
    left join figures as outside
        on late.claim_id = outside.claim_id and outside.figure_key = 'passed_outside' and outside.period = 'period'
    left join figures as inside
        on late.claim_id = inside.claim_id and inside.figure_key = 'passed_inside' and inside.period = 'period'
    left join figures as updated
        on late.claim_id = updated.claim_id and updated.figure_key = 'passed_late_updates' and updated.period = 'period'
    cross join rules
    where
        late.claim_id = 'M10'
        and late.figure_key = 'late_updates_of_reported'
        and late.period = 'period'

    union all

    select
        'M11' as claim_id,
        case
            when month_past.value is null or two_past.value is null or two_now.value is null then 'cannot be said'
            when least(month_now.value, month_past.value, two_now.value, two_past.value) >= rules.thousands then 'borne out'
            else 'not borne out'
        end as verdict,
        concat(
            'Over the limit of a month: ', {{ in_words("month_past.value", 0) }}, ' before, ',
            {{ in_words("month_now.value", 0) }}, ' now (',
            {{ in_words("100 * (month_now.value / nullif(month_past.value, 0) - 1)", 1) }},
            ' %); of two months: ', {{ in_words("two_past.value", 0) }}, ' and ',
            {{ in_words("two_now.value", 0) }}, ' (',
            {{ in_words("100 * (two_now.value / nullif(two_past.value, 0) - 1)", 1) }},
            ' %). Candidates concerned: ', {{ in_words("people_past.events", 0) }}, ' of ',
            {{ in_words("people_past.trials", 0) }}, ', ', {{ in_words("people_past.value", 1) }},
            ' % (95 %: ', {{ in_words("people_past.lower_bound", 1) }}, ' to ',
            {{ in_words("people_past.upper_bound", 1) }}, ')', ' before, ',
            {{ in_words("people.events", 0) }}, ' of ', {{ in_words("people.trials", 0) }}, ', ',
            {{ in_words("people.value", 1) }}, ' % (95 %: ', {{ in_words("people.lower_bound", 1) }}, ' to ',
            {{ in_words("people.upper_bound", 1) }}, ')', ' now.'
        ) as finding
    from figures as month_now
    left join figures as month_past
        on month_now.claim_id = month_past.claim_id and month_past.figure_key = 'over_month_limit' and month_past.period = 'compared'
    left join figures as two_now
        on month_now.claim_id = two_now.claim_id and two_now.figure_key = 'over_two_month_limit' and two_now.period = 'period'
    left join figures as two_past
        on month_now.claim_id = two_past.claim_id and two_past.figure_key = 'over_two_month_limit' and two_past.period = 'compared'
    left join figures as people
        on month_now.claim_id = people.claim_id and people.figure_key = 'candidates_over_limit' and people.period = 'period'
    left join figures as people_past
        on month_now.claim_id = people_past.claim_id and people_past.figure_key = 'candidates_over_limit' and people_past.period = 'compared'
    cross join rules
    where
        month_now.claim_id = 'M11'
        and month_now.figure_key = 'over_month_limit'
        and month_now.period = 'period'

    union all

    select
        'M12' as claim_id,
        case
            when damage.value = 0 then 'cannot be said'
            when past.value >= rules.several then 'borne out'
            else 'not borne out'
        end as verdict,
        concat(
            'Damage of all regions together: ', {{ in_words("damage.value / 1000000", 1) }},
            ' million tenge; regions past ', {{ in_words("rules.damage_kzt / 1000000", 0) }}, ' million: ',
            {{ in_words("past.value", 0) }}, '.'
        ) as finding
    from figures as damage
    left join figures as past
        on damage.claim_id = past.claim_id and past.figure_key = 'regions_past_the_damage' and past.period = 'period'
    cross join rules
    where
        damage.claim_id = 'M12'
        and damage.figure_key = 'damage'
        and damage.period = 'period'
)

select
    claim_id,
    verdict,
    finding
from answers
