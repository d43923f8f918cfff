"""Calls to hosts that a tenant names: only to the public network, never to our own."""
