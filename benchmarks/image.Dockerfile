# For benchmarks/image.py: our base image and our packages, made as squidfunk/mkdocs-material's
# image is: flattened, without bytecode (nor has the official Python image any), tini and `mkdocs`.
FROM debian:trixie-slim AS build
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 python3-venv tini \
 && python3 -m venv /opt/mkdocs
COPY requirements/image.txt /opt/mkdocs/requirements.txt
# A site's own Markdown extensions are found in /docs, or this one couldn't be built.
RUN /opt/mkdocs/bin/pip install --no-cache-dir --require-hashes -r /opt/mkdocs/requirements.txt \
 && echo /docs > "$(/opt/mkdocs/bin/python -c 'import site; print(site.getsitepackages()[0])')/docs.pth" \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /tmp/* /var/tmp/* \
 && find / -xdev -type d -name __pycache__ -prune -exec rm -rf {} +

FROM scratch
# hadolint ignore=DL3067
COPY --from=build / /
ENV PATH=/opt/mkdocs/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /docs
EXPOSE 8000
ENTRYPOINT ["tini", "--", "mkdocs"]
CMD ["serve", "--dev-addr", "0.0.0.0:8000"]
