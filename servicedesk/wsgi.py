"""The pages and the API, for gunicorn.

gunicorn loads this before it forks (`--preload`), so that its processes share what is loaded.
"""

import gc
import os
from pathlib import Path
from typing import cast

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

application = get_wsgi_application()

# Django is set up now; before that none of these can be imported.
from django.conf import settings
from django.db import connections
from django.template.loader import get_template
from django.urls import reverse

from workflow.tenancy.checks import refuse_unsafe_database

refuse_unsafe_database()
# Every view and template is loaded here once, and not by the first visitor of each process.
reverse("home")
for folder in cast("list[Path]", settings.TEMPLATES[0]["DIRS"]):
    for file in folder.rglob("*.html"):
        get_template(str(file.relative_to(folder)))
# A connection is of one process; what the collector never looks at is never copied.
connections.close_all()
gc.collect()
gc.freeze()
