"""Calls to hosts that strangers name: what may be called, and what a call may cost."""
