"""What every run has in common: one writer, exit codes, logs, what a killed one leaves, what its faults mean."""
