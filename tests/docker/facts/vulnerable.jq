# SPDX-License-Identifier: Apache-2.0
.host.collected_at as $now
| .images[] |= (.scan = {scanned_at: $now, findings: [{id: "CVE-2020-0001", severity: "critical", package: "a", fixed: "2"}]})
