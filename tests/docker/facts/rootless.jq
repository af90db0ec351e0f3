# SPDX-License-Identifier: Apache-2.0
.host.engine.info.SecurityOptions += ["name=rootless"] | .host.engine.rootless = true | .host.daemon.uid = 1000
