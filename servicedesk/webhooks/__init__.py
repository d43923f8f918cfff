"""Outgoing webhooks: news told to other programs, signed, retried, and logged."""
