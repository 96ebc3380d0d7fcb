# local-mkdocs: MkDocs with Material for MkDocs, to preview and build a site mounted at /app.
FROM debian:trixie-slim AS debian
# What of this is kept, system.sh says.
# hadolint ignore=DL3008,DL3009
RUN apt-get update \
 && apt-get upgrade --yes \
 && apt-get install --yes --no-install-recommends busybox ca-certificates dumb-init git python3

FROM debian AS system
COPY image/system.sh image/times.sh /tmp/
RUN sh /tmp/system.sh && sh /tmp/times.sh

FROM debian AS packages
# hadolint ignore=DL3008
RUN apt-get install --yes --no-install-recommends python3-venv && python3 -m venv /opt/mkdocs
COPY requirements/image.txt /tmp/
# --8<-- [start:secret]
# Behind a proxy that opens TLS: docker build --secret id=certificates,src=… trusts its certificates.
RUN --mount=type=secret,id=certificates,target=/etc/ssl/certs/ca-certificates.crt \
    /opt/mkdocs/bin/pip install --no-cache-dir --no-compile --require-hashes -r /tmp/image.txt
# --8<-- [end:secret]
COPY image/packages.sh image/times.sh /tmp/
COPY image/sample /tmp/sample
RUN sh /tmp/packages.sh && sh /tmp/times.sh

FROM debian AS programs
COPY --chmod=755 image/entrypoint.sh image/healthcheck.sh /image/usr/local/bin/
COPY --chmod=755 image/command.py /image/usr/local/bin/mkdocs
COPY image/times.sh /tmp/
RUN sh /tmp/times.sh

# Nothing but these layers is left of the build.
FROM scratch
LABEL org.opencontainers.image.title="local-mkdocs" \
      org.opencontainers.image.description="MkDocs with Material for MkDocs, to preview and build a site" \
      org.opencontainers.image.source="https://github.com/hackforla/docker-mkdocs" \
      org.opencontainers.image.url="https://hackforla.github.io/docker-mkdocs/image/use/" \
      org.opencontainers.image.licenses="MIT"
# --link: folders that are in several layers keep their times.
COPY --link --from=system /image /
WORKDIR /app
COPY --link --from=packages /image /
COPY --link --from=programs /image /
# HOME: whoever runs it, with a name or without, may write there.
# PYTHONPYCACHEPREFIX: bytecode has a tree of its own, and leaves none in mounted folders.
ENV PATH=/usr/local/bin:/opt/mkdocs/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/tmp \
    NO_MKDOCS_2_WARNING=1 \
    DISABLE_MKDOCS_2_WARNING=true \
    PIP_NO_CACHE_DIR=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPYCACHEPREFIX=/opt/mkdocs/bytecode
EXPOSE 8000
HEALTHCHECK --start-period=10s CMD ["healthcheck.sh"]
# dumb-init: as process 1, most commands would ignore SIGTERM.
ENTRYPOINT ["dumb-init", "--", "entrypoint.sh"]
CMD ["mkdocs", "serve"]
