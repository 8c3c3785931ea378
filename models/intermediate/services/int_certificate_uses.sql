with

applications as (
    select * from {{ ref('stg_service_applications') }}
),

-- Numbers are compared as delivered. An application without an applicant neither makes nor is a reuse.
applicants as (
    select distinct
        'medical' as certificate,
        medical_certificate as certificate_number,
        applicant_token
    from applications
    where medical_certificate is not null and applicant_token is not null

    union all

    select distinct
        'training' as certificate,
        training_certificate as certificate_number,
        applicant_token
    from applications
    where training_certificate is not null and applicant_token is not null
)

select
    certificate,
    certificate_number,
    count(*) as applicants
from applicants
group by 1, 2
having count(*) > 1
