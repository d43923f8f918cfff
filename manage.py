#!/usr/bin/env python
"""The program's command line; it brings its own servers where the environment names none."""

import os
import sys

from django.core.management import execute_from_command_line

from servicedesk.devservices.command_line import run_management_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    run_management_command(sys.argv, execute=execute_from_command_line)
