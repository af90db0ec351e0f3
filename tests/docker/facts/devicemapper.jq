# SPDX-License-Identifier: Apache-2.0
.host.engine.info.Driver = "devicemapper"
| .host.daemon.settings["storage-opts"] = {value: ["dm.basesize=20G"], source: "command line", where: "/proc/1/cmdline"}
