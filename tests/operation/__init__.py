"""Dagster as the product's users meet it: what runs when, what is said about it, and on which instance."""
