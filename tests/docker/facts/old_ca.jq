# SPDX-License-Identifier: Apache-2.0
.host.swarm.root_ca_not_before = "2020-01-01T00:00:00Z"
