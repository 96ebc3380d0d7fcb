#!/usr/bin/env bash
# The list of what is in the image, as CycloneDX: `sbom.sh make IMAGE` writes it to
# build/sbom.cdx.json; `sbom.sh attach NAME@DIGEST` puts that beside the image in its registry.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/.venv/bin:$PATH

readonly sbom=build/sbom.cdx.json
readonly kind=application/vnd.cyclonedx+json
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

die() {
  echo "sbom: $*" >&2
  exit 2
}

# An image that a digest names is read where it was published, another one on the engine.
make_sbom() {
  local from=docker:$1 about=()
  if [[ $1 == *@sha256:* ]]; then
    from=oci-dir:$scratch/image
    about=(--source-name "${1%@*}" --source-version "${1#*@}")
    skopeo copy --quiet "docker://$1" "oci:$scratch/image"
  fi
  NO_COLOR=1 SYFT_CHECK_FOR_APP_UPDATE=false syft scan "${about[@]}" "$from" \
    --output "cyclonedx-json=$scratch/sbom" 2> "$scratch/said" \
    || die "$1 can't be read; build it, or name it as NAME@sha256:…: $(tail -n 1 "$scratch/said")"
  mkdir -p build
  mv "$scratch/sbom" "$sbom"
}

# add MEDIA_TYPE FILE: add a blob to the layout; prints what a manifest says of it.
add() {
  local digest size
  digest=$(sha256sum < "$2" | cut -d' ' -f1)
  size=$(wc -c < "$2")
  cp "$2" "$scratch/layout/blobs/sha256/$digest"
  jq -nc --arg type "$1" --arg digest "sha256:$digest" --argjson size "$size" \
    '{mediaType: $type, digest: $digest, size: $size}'
}

# As an artifact that names the image as its subject, for registries that list those; and by the
# tag that cosign gave such lists, for all others.
attach() {
  [[ $1 == *@sha256:* && -f $sbom ]] || die "make $sbom, then name the image as NAME@sha256:…"
  local tag=${1#*@}
  tag=${tag/:/-}.sbom
  mkdir -p "$scratch/layout/blobs/sha256"
  skopeo inspect --raw "docker://$1" > "$scratch/image"
  printf '{}' > "$scratch/empty"
  jq -nc --arg kind "$kind" \
    --argjson config "$(add application/vnd.oci.empty.v1+json "$scratch/empty")" \
    --argjson sbom "$(add "$kind" "$sbom")" \
    --argjson image "$(add "$(jq -r .mediaType "$scratch/image")" "$scratch/image")" \
    '{schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json",
      artifactType: $kind, config: $config, layers: [$sbom], subject: $image}' \
    > "$scratch/manifest"
  jq -nc --argjson manifest "$(add application/vnd.oci.image.manifest.v1+json "$scratch/manifest")" \
    '{schemaVersion: 2, manifests: [$manifest]}' > "$scratch/layout/index.json"
  echo '{"imageLayoutVersion": "1.0.0"}' > "$scratch/layout/oci-layout"
  skopeo copy --quiet --preserve-digests "oci:$scratch/layout" "docker://${1%@*}:$tag"
  echo "${1%@*}:$tag"
}

scripts/packages.sh jq skopeo
# GitHub's owners may have capitals, repositories of images may not; a tag may.
image=${2:-}
[[ $image != *@* ]] || image=${image,,}
case ${1:-} in
  make) make_sbom "${image:?name an image}" ;;
  attach) attach "${image:?name an image as NAME@sha256:…}" ;;
  *) die "usage: sbom.sh make IMAGE | attach NAME@sha256:…" ;;
esac
