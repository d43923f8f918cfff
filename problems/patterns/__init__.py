"""Which cases that no known problem explains have something in common.

Pure: numbers and times in, findings out; no database, no framework. Whoever imports it loads
numpy, so only the matcher process, management commands and the task that sweeps do.
"""
