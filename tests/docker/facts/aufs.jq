# SPDX-License-Identifier: Apache-2.0
.host.engine.info.Driver = "aufs"
