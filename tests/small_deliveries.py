"""A year of one small installation, written by hand: few enough rows that every figure can be worked out from them."""

# Almaty city (KZ-75) and Astana (KZ-71) have a centre each; C2 works on Saturdays.
CENTRES = """centre_code;region;weekday_opens_at;weekday_closes_at;saturday_opens_at;saturday_closes_at;autodrome_count
C1;Алматы қ.;09:00;18:00;;;2
C2;г. Астана;08:30;17:30;09:00;13:00;1
"""
# 29 February 2024 12:30 UTC is 18:30 in Almaty (UTC+6 until that night): after closing. 1 March 12:30 UTC is 17:30
# (UTC+5 from then on): inside. 4 May 2024 was a Saturday on which the country worked, with weekday hours.
THEORY = """attempt_id,candidate_iin,centre_code,started_at,finished_at,recorded_at,result
T1,900101300126,C1,2024-02-29T12:30:00Z,,,passed
T2,800000000028,C1,2024-03-01T12:30:00Z,2024-03-01T12:34:59Z,,passed
T3,900101300126,C2,2024-05-04 14:00,2024-05-04 14:05:00,,failed
T4,900101300126,C9,2024-05-06 03:00,,,passed
T5,800000000028,C1,2024-05-06 09:00,,2024-05-06 18:00,failed
T6,800000000028,C1,2024-05-06 10:00,,,no_show
"""
PRACTICE = """attempt_id,candidate_iin,centre_code,started_at,result
P1,900101300126,C1,2024-12-02 10:00,failed
P2,900101300126,C1,2024-12-09 10:00,failed
P3,900101300126,C1,2025-01-13 10:00,failed
P4,900101300126,C2,2025-01-20 10:00,passed
"""
CASES = """case_number,filed_on,region,proceeding,outcome
1,2023-12-31,Алматы облысы,civil,satisfied
2,2024-01-01,Алматы,civil,dismissed
3,01.06.2024,,administrative,settled
4,2024-06-02,Atlantis,administrative,pending
5,2024-06-31,Алматы,civil,satisfied
"""
PENALTIES = """record_id,employee_id,imposed_on,region,penalty,position_group
D1,E1,2024-01-10,Астана,remark,examiner
D2,E1,2024-03-10,Астана,reprimand,examiner
D3,E1,2024-07-09,Алматы қ.,remark,examiner
D4,E2,2024-07-09,Астана,remark,examiner
"""

# What lies in the landing folder of that installation: file name -> content.
SMALL_DELIVERIES = {
    "centres/register.csv": CENTRES,
    "theory_exams/log.csv": THEORY,
    "practical_exams/log.csv": PRACTICE,
    "court_cases/cases.csv": CASES,
    "disciplinary_records/register.csv": PENALTIES,
}
