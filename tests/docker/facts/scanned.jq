# SPDX-License-Identifier: Apache-2.0
.host.collected_at as $now | .images[] |= (.scan = {scanned_at: $now, findings: []})
