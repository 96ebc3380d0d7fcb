#!/usr/bin/env bash
# Give the image $IMAGE, which is named by its digest, its tags in the repository $TO: the commit's,
# the version's if $VERSION is one, and `latest` unless main has gone on. It's the same image
# everywhere, with the same digest. What is there already stays: repeat it after a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

die() {
  echo "promote: $*" >&2
  exit 2
}

[[ ${IMAGE:-} =~ @sha256:[0-9a-f]{64}$ ]] || die "name the image by digest: IMAGE=NAME@sha256:…"
[[ -n ${TO:-} ]] || die "say where to: TO=docker.io/ACCOUNT/mkdocs"
[[ ${VERSION:-} =~ ^(v[0-9]+\.[0-9]+\.[0-9]+)?$ ]] || die "no version: $VERSION; write v1.2.3"
scripts/packages.sh skopeo
commit=$(git rev-parse HEAD)

# An earlier commit's run, repeated later, must not move `latest` back.
is_newest() {
  local newest
  # shellcheck disable=SC2016  # git's own shell is to read the token, only if the server asks
  local login='!f() { echo username=x-access-token; echo "password=$GITHUB_TOKEN"; }; f'
  newest=$(git -c credential.helper="$login" ls-remote --exit-code origin refs/heads/main) \
    || die "can't ask where main is"
  [[ ${newest%%[[:space:]]*} == "$commit" ]]
}

tags=("sha-${commit::7}")
[[ -z ${VERSION:-} ]] || tags+=("${VERSION#v}")
if is_newest; then
  tags+=(latest)
else
  echo "latest stays as it is: main has gone on" >&2
fi
for tag in "${tags[@]}"; do
  # GitHub's owners may have capitals, repositories of images may not.
  skopeo copy --quiet --all --preserve-digests --retry-times 3 \
    "docker://${IMAGE,,}" "docker://${TO,,}:$tag"
  echo "${TO,,}:$tag is ${IMAGE#*@}"
done
