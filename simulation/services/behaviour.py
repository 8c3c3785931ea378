"""How applicants, staff and systems behave: every number of the services, none of which the memo prints."""

from dataclasses import dataclass, field

LICENCE, REGISTRATION, DEREGISTRATION, PLATES, OTHER = range(5)
SERVICES = ("driving_licence", "vehicle_registration", "deregistration", "plate_issue", "other")
# Services that end in an entry of the vehicle register.
REGISTERING = (REGISTRATION, PLATES)
COMPLETED, REFUSED, CANCELLED, SUSPENDED, IN_PROGRESS = range(5)
STATUSES = ("completed", "refused", "cancelled", "suspended", "in_progress")
OPERATOR, SYSTEM, DEVELOPER = range(3)
RESUMERS = ("operator", "system", "developer")


@dataclass(frozen=True)
class ServiceBehaviour:
    """Chances are shares; tuples by service stand in the order of `SERVICES`."""

    # Volumes: applications a year besides licences, and the share of passed practical exams that lead to a licence.
    others_a_year: int = 232_000
    yearly_growth: float = 0.02
    others: dict[int, float] = field(
        default_factory=lambda: {REGISTRATION: 0.85, DEREGISTRATION: 0.08, PLATES: 0.045, OTHER: 0.025}
    )
    licence_after_pass: float = 0.7
    licence_gap: tuple[int, float] = (1, 6.0)
    licence_elsewhere: float = 0.06
    season: tuple[float, ...] = (0.7, 0.85, 1.0, 1.1, 1.05, 1.1, 1.1, 1.1, 1.05, 1.05, 0.95, 0.95)
    weekdays: tuple[float, ...] = (1.1, 1.1, 1.05, 1.05, 1.0, 0.4, 0.0)
    # Who applies: somebody who came before, somebody who passed an exam; nobody's number is delivered.
    came_before: float = 0.15
    passed_an_exam: float = 0.12
    no_number: float = 0.003

    # Outcomes.
    refused: tuple[float, ...] = (0.022, 0.042, 0.03, 0.02, 0.02)
    refusal_spread: float = 0.35
    cancelled: float = 0.015
    overturned: tuple[float, float] = (0.02, 0.11)
    comes_again: float = 0.6
    comes_again_gap: tuple[int, float] = (3, 9.0)
    foreign_poa: float = 0.015
    foreign_poa_refused: tuple[float, float] = (0.12, 0.5)

    # Waits: the share handled at once, days otherwise (licences: mean days by region).
    at_once: tuple[float, ...] = (0.55, 0.93, 0.95, 0.8, 0.85)
    licence_days: tuple[float, float] = (0.8, 3.6)
    other_days: float = 1.5

    # Applications that hang: on ordinary days and in a nation-wide outage; who resumes them, and when.
    hangs: float = 0.006
    hangs_in_outage: float = 0.3
    resumed_by: tuple[float, ...] = (0.56, 0.26, 0.18)
    never_resumed: float = 0.03
    developer_after_hours: float = 0.4
    manual_override: float = 0.008

    # Certificates.
    no_medical: tuple[float, float] = (0.002, 0.016)
    no_training: tuple[float, float] = (0.004, 0.022)
    other_with_medical: float = 0.5

    # Staff.
    no_employee: float = 0.012

    # Lawful services to colleagues and to relatives of colleagues.
    colleagues_served: int = 900
    relatives_served: int = 1_500

    # Vehicles.
    no_application: float = 0.01
    same_vehicle: float = 0.06
    no_owner: float = 0.004
    attractive: float = 0.02
    imported: float = 0.34
    first_registration: float = 0.1
    foreign_documents: float = 0.3
    unverified: tuple[float, float] = (0.05, 0.3)
    year_altered: float = 0.004
    no_declared_year: float = 0.01

    # Fees.
    exempt: float = 0.04
    no_receipt: float = 0.004
    unknown_receipt: float = 0.003
    reused_receipt: float = 0.002
    underpaid: float = 0.005
    overpaid: float = 0.02
    other_receipts: float = 0.03


@dataclass(frozen=True)
class ServiceSchemes:
    """How large each planted scheme is."""

    serving_employees: int = 14
    self_services: int = 40
    relative_services: int = 130
    medical_numbers: int = 18
    medical_applications: int = 110
    training_numbers: int = 25
    training_applications: int = 95
    override_share: float = 0.22
    fee_evasions: int = 320
    altered_share: float = 0.07
    attractive_share: float = 0.3
