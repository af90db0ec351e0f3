# SPDX-License-Identifier: Apache-2.0
# A host with AppArmor and SELinux, whose containers do without.
.host.engine.info.SecurityOptions = ["name=apparmor", "name=seccomp,profile=unconfined", "name=selinux"]
| .containers[] |= (.host.security_options = ["name=apparmor", "name=selinux"] | .host.apparmor = true | .host.selinux = "enforcing"
  | .started = true | .inspect.AppArmorProfile = "unconfined" | .inspect.HostConfig.SecurityOpt = ["label=disable"])
