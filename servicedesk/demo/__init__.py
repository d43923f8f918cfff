"""The demo: two invented companies with real customer messages."""
