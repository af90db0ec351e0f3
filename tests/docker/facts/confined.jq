# SPDX-License-Identifier: Apache-2.0
# A host with AppArmor and SELinux.
.containers[] |= (.host.security_options = ["name=apparmor", "name=selinux"] | .host.apparmor = true | .host.selinux = "enforcing"
  | .started = true | .inspect.AppArmorProfile = "docker-default" | .inspect.ProcessLabel = "system_u:system_r:container_t:s0:c1,c2"
  | .inspect.MountLabel = "system_u:object_r:container_file_t:s0:c1,c2")
