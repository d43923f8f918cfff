"""Tests of the mail door and of what is decided about a mail without a database."""
