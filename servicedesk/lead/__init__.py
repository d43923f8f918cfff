"""The service lead looks at everything: what waits, for whom, how long."""
