"""Deliveries in, raw tables out: scanning the landing folder, reading files, typing, tokens, the ledger."""
