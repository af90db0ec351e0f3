# SPDX-License-Identifier: Apache-2.0
.images[] |= (.signatures = [{kind: "notation", identity: "CN=release", valid: true, error: ""}])
