# SPDX-License-Identifier: Apache-2.0
.containers[] |= (.image_facts.repo_digests = ["app@sha256:1111111111111111111111111111111111111111111111111111111111111111"]
  | .image_facts.registry = {reference: "app:1", digest: "sha256:1111111111111111111111111111111111111111111111111111111111111111", error: ""})
