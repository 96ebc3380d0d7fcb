# local-mkdocs: MkDocs with Material for MkDocs, to preview and build a site mounted at /app.
FROM debian:trixie-slim AS build
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends dumb-init python3 python3-venv \
 && python3 -m venv /opt/mkdocs
COPY requirements/image.txt /opt/mkdocs/requirements.txt
# A site's own Markdown extensions are found in /app, after everything else.
RUN /opt/mkdocs/bin/pip install --no-cache-dir --require-hashes -r /opt/mkdocs/requirements.txt \
 && echo /app > "$(/opt/mkdocs/bin/python -c 'import site; print(site.getsitepackages()[0])')/app.pth" \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /tmp/* /var/tmp/*

# As one layer, without what the build left behind: the whole tree is meant.
FROM scratch
# hadolint ignore=DL3067
COPY --from=build / /
COPY image/entrypoint.sh /usr/local/bin/
# HOME: whoever runs it, with a name or without, may write there.
ENV PATH=/opt/mkdocs/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/tmp \
    NO_MKDOCS_2_WARNING=1 \
    PIP_NO_CACHE_DIR=1
WORKDIR /app
EXPOSE 8000
# dumb-init: as process 1, most commands would ignore SIGTERM.
ENTRYPOINT ["dumb-init", "--", "entrypoint.sh"]
CMD ["mkdocs", "serve"]
