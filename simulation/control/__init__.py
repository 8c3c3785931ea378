"""What checking bodies hold: audit findings, violations, criminal cases, checks, incidents, and the follow-up."""
