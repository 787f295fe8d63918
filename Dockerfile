# syntax=docker/dockerfile:1
# Two stages: the first builds the wheel and installs it with its locked packages; the second holds only the result.
FROM python:3.13-slim AS build
WORKDIR /source
COPY . .
RUN sh tools/image-install.sh /source /opt/levertree

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data levertree && mkdir /data && chown levertree:levertree /data
COPY --from=build /opt/levertree /opt/levertree
USER levertree
WORKDIR /data
VOLUME /data
ENV LEVERTREE_DATA_DIR=/data \
    LEVERTREE_LOG_JSON=true \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["/opt/levertree/bin/python", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:%s/healthz' % os.environ.get('LEVERTREE_PORT', '8000'), timeout=2)"]
ENTRYPOINT ["/opt/levertree/bin/levertree"]
CMD ["serve"]
