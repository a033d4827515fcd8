# The service, from the wheels in dist/wheels: `tools/images vpce-guard` makes both. Nothing is downloaded here.
#
# A build on this machine takes the base by its tag, as it is here. A release gives it with the digest that the tag has
# at that moment (PYTHON_IMAGE=python:...@sha256:...), builds on nothing else, and writes the digest into a label.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
COPY dist/wheels /wheels
RUN python3 -m venv /opt/vpce-guard \
 && /opt/vpce-guard/bin/pip install --no-cache-dir --no-index --find-links /wheels "vpce-guard[postgresql,timestamps,traces]" \
 && /opt/vpce-guard/bin/pip uninstall --yes pip setuptools

FROM ${PYTHON_IMAGE}
COPY --from=build /opt/vpce-guard /opt/vpce-guard
# Writes to the cache, without which it runs, and to the decision log: mount a tmpfs and a volume there when the root is
# read-only, or set VPCE_GUARD_DATABASE_URL to a PostgreSQL.
ENV PATH=/opt/vpce-guard/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VPCE_GUARD_HOST=0.0.0.0 \
    VPCE_GUARD_PORT=8080 \
    VPCE_GUARD_CACHE_DIR=/var/cache/vpce-guard \
    VPCE_GUARD_DATABASE_URL=sqlite:////var/lib/vpce-guard/decisions.db
RUN mkdir -m 700 /var/cache/vpce-guard /var/lib/vpce-guard && chown 1000:1000 /var/cache/vpce-guard /var/lib/vpce-guard
VOLUME /var/lib/vpce-guard
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python3", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['VPCE_GUARD_PORT'] + '/healthz', timeout=2)"]
ENTRYPOINT ["vpce-guard"]
CMD ["serve"]
