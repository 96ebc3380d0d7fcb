#!/usr/bin/env bash
# Build the image for $PLATFORMS, once for each commit, and push it to $REPOSITORY by its digest
# alone: nobody gets it before a tag leads to it. Prints `digest=…` and `built=true`, or
# `built=false` where the commit's image is published already; REBUILD=true builds it anew.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."

die() {
  echo "push-image: $*" >&2
  exit 2
}

[[ -n ${REPOSITORY:-} ]] || die "say where to: REPOSITORY=ghcr.io/OWNER/mkdocs"
scripts/packages.sh jq skopeo
# GitHub's owners may have capitals, repositories of images may not.
readonly repository=${REPOSITORY,,}
commit=$(git rev-parse HEAD)

published() {
  [[ ${REBUILD:-} != true ]] || return
  skopeo inspect --no-tags --format '{{.Digest}}' "docker://$repository:sha-${commit::7}" \
    2>/dev/null
}

build() {
  local label=org.opencontainers.image
  local options=(--label "$label.revision=$commit")
  if [[ -n ${SOURCE:-} ]]; then
    # GitHub connects a package to the repository that its index names.
    options+=(--label "$label.source=$SOURCE" --annotation "index:$label.source=$SOURCE")
  fi
  [[ -z ${PLATFORMS:-} ]] || options+=(--platform "$PLATFORMS")
  # Its configuration is of the commit's time; its layers' times are the Dockerfile's.
  options+=(--build-arg "SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)")
  mkdir -p build
  docker buildx build "${options[@]}" --provenance mode=max --metadata-file build/image.json \
    --output type=oci,dest=build/image.tar . >&2
  jq --raw-output '."containerimage.digest"' build/image.json
}

if digest=$(published); then
  echo "built=false"
else
  digest=$(build)
  skopeo copy --all --preserve-digests --retry-times 3 \
    oci-archive:build/image.tar "docker://$repository@$digest" >&2
  echo "built=true"
fi
echo "digest=$digest"
