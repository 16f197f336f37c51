# The same Python the tests run on.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/build && python -m venv /opt/swarmbridge
COPY requirements-build.lock requirements.lock ./
RUN /opt/build/bin/pip install --require-hashes -r requirements-build.lock \
    && /opt/swarmbridge/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY incidents incidents
COPY swarming swarming
COPY knowledge knowledge
COPY adapters adapters
RUN /opt/build/bin/python -m hatchling build -t wheel -d /wheel \
    && /opt/swarmbridge/bin/pip install --no-deps /wheel/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --system --create-home --home-dir /var/lib/swarmbridge --uid 10001 swarmbridge
COPY --from=build /opt/swarmbridge /opt/swarmbridge
ENV PATH=/opt/swarmbridge/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SWARMBRIDGE_HTTP_HOST=0.0.0.0 \
    SWARMBRIDGE_HTTP_PORT=8080
# The records lie in ./var below this folder, unless DATABASE_URL names a PostgreSQL.
WORKDIR /var/lib/swarmbridge
VOLUME /var/lib/swarmbridge
USER 10001
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['SWARMBRIDGE_HTTP_PORT']}/healthz\", timeout=2)"]
CMD ["swarmbridge", "run"]
