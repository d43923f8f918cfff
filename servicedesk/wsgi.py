"""The pages and the API, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

application = get_wsgi_application()

# Django is set up now; before that the checks cannot be imported.
from workflow.tenancy.checks import refuse_unsafe_database

refuse_unsafe_database()
