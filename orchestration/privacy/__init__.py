"""What is done with personal data on purpose: re-identification, key rotation, erasure, retention. Each use is logged.

How tokens are made belongs in `orchestration.ingestion`.
"""
