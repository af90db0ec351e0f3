# SPDX-License-Identifier: Apache-2.0
# Facts for the tests of controls of containers: one that runs as it should.
package seawall.lib.container_fixture

import data.seawall.lib.docker_fixture as fx

good := {
	"schema_version": 1,
	"kind": "container",
	"origin": "engine",
	"not_read": [],
	"id": "c1",
	"name": "web",
	"image": "registry.example.com/web:1",
	"state": "running",
	"started": true,
	"inspect": {
		"AppArmorProfile": "docker-default",
		"ProcessLabel": "",
		"MountLabel": "",
		"State": {"Status": "running", "Health": {"Status": "healthy"}},
		"Config": {"User": "1000:1000", "Image": "registry.example.com/web:1", "ExposedPorts": {"8080/tcp": {}}, "Labels": {}},
		"NetworkSettings": {"Ports": {"8080/tcp": [{"HostIp": "10.0.0.5", "HostPort": "8080"}], "9090/tcp": null}, "Networks": {"front": {}}},
		"HostConfig": {
			"CapAdd": null,
			"CapDrop": ["ALL"],
			"CgroupParent": "",
			"CpuQuota": 0,
			"CpuShares": 512,
			"DeviceCgroupRules": null,
			"DeviceRequests": null,
			"Devices": [],
			"IpcMode": "private",
			"Memory": 268435456,
			"NanoCpus": 0,
			"NetworkMode": "front",
			"PidMode": "",
			"PidsLimit": 100,
			"PortBindings": {"8080/tcp": [{"HostIp": "10.0.0.5", "HostPort": "8080"}]},
			"Privileged": false,
			"ReadonlyRootfs": true,
			"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 5},
			"SecurityOpt": ["no-new-privileges"],
			"Ulimits": null,
			"UsernsMode": "",
			"UTSMode": "",
		},
	},
	"joined": {},
	"mounts": [{"type": "bind", "source": "/srv/web", "destination": "/data", "rw": true, "propagation": "rprivate", "host_path": "/srv/web", "resolved": "/srv/web"}],
	"process": {"pid": 900, "uid": 1000, "euid": 1000, "gid": 1000, "seccomp": 2, "no_new_privs": 1, "cap_eff": [], "cap_bnd": [], "namespaces": {"net": "own"}},
	"processes": [{"pid": 900, "comm": "nginx"}],
	"listening": [{"protocol": "tcp", "address": "0.0.0.0", "port": 8080}],
	"bridge_member": false,
	"service": null,
	"image_facts": {
		"id": "sha256:aa",
		"repo_digests": ["registry.example.com/web@sha256:aa"],
		"root_names": ["root"],
		"registry": {"reference": "registry.example.com/web:1", "digest": "sha256:aa"},
	},
	"host": {
		"name": "one",
		"security_options": ["name=apparmor", "name=seccomp,profile=default"],
		"no_new_privileges": false,
		"seccomp_profile": "",
		"ip": "0.0.0.0",
		"api_sockets": ["/var/run/docker.sock", "/run/docker.sock"],
		"apparmor": true,
		"selinux": "disabled",
		"swarm_manager": false,
		"platform": {"kubelet": null, "root_entries": ["etc"], "cloud": null},
	},
}

config(doc, key, value) := fx.put(doc, ["inspect", "HostConfig", key], value)

# Of a Compose file: neither host nor state.
offline := object.union(
	object.remove(good, ["host", "process", "processes", "listening", "bridge_member", "image_facts", "service", "started", "inspect"]),
	{
		"origin": "compose",
		"state": "planned",
		"place": {"file": "compose.yaml", "line": 3},
		"inspect": {"Config": good.inspect.Config, "HostConfig": good.inspect.HostConfig},
	},
)

created := fx.cut(fx.put(fx.put(good, ["state"], "created"), ["started"], false), ["inspect", "State", "Health"])

managed := fx.put(good, ["host", "platform", "kubelet"], {"provider_id": "", "labels": {"eks.amazonaws.com/nodegroup": "a"}})
