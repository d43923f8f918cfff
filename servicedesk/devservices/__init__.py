"""How the program runs from nothing: its own PostgreSQL and Valkey, and everything under one command.

No Django here, so that a server can be started before settings are read. Sentences are for whoever
starts the program and are not translated.
"""
