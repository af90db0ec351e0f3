# SPDX-License-Identifier: Apache-2.0
package seawall.docker_test.operations

import data.seawall.lib.docker_fixture as fx

image(n) := {"id": sprintf("sha256:%d", [n]), "repo_tags": [sprintf("app:%d", [n])], "created": "2026-01-01T00:00:00Z", "size_bytes": 1}

used(n) := {"id": sprintf("c%d", [n]), "name": sprintf("c%d", [n]), "image_id": sprintf("sha256:%d", [n]), "state": "exited"}

inventory(images, containers) := object.union(fx.host, {"images": [image(n) | some n in images], "containers": [used(n) | some n in containers]})

sprawl(images, containers) := fx.verdict("image_sprawl", inventory(images, containers))

test_images if {
	sprawl([1, 2], [1]) == "pass"
	sprawl([1, 2, 3], [1]) == "manual"
	sprawl([1, 2, 3, 4], [1, 1, 1]) == "manual"
	sprawl([1, 2, 3, 4], [1, 2]) == "pass"
	sprawl([1, 2], [7, 8]) == "manual"
	sprawl([], []) == "not_applicable"
	fx.verdict("image_sprawl", fx.cut(inventory([1], [1]), ["images"])) == "error"
	fx.verdict("image_sprawl", fx.cut(inventory([1], [1]), ["containers"])) == "error"
	fx.verdict("image_sprawl", {}) == "error"
	fx.verdict("image_sprawl", fx.stopped) == "not_applicable"
}

stopped(n) := fx.put(fx.put(fx.host, ["engine", "info", "ContainersStopped"], n), ["engine", "info", "Containers"], n)

test_containers if {
	fx.verdict("container_sprawl", stopped(25)) == "pass"
	fx.verdict("container_sprawl", stopped(26)) == "manual"
	fx.verdict("container_sprawl", stopped(26)) == "pass" with data.settings as {"stopped_containers": 30}
	fx.verdict("container_sprawl", stopped(0)) == "not_applicable"
	fx.verdict("container_sprawl", fx.cut(fx.host, ["engine", "info", "ContainersStopped"])) == "error"
	fx.verdict("container_sprawl", {}) == "error"
	fx.verdict("container_sprawl", fx.managed) == "not_applicable"
}

withdrawn := {
	"ucp_directory",
	"ucp_certificates",
	"ucp_client_bundles",
	"ucp_roles",
	"ucp_signed_images",
	"ucp_sessions",
	"ucp_session_lifetime",
	"dtr_scanning",
}

tagged(tag) := object.union(fx.host, {"images": [object.union(image(1), {"repo_tags": [tag]})]})

test_withdrawn_products if {
	every name in withdrawn {
		fx.verdict(name, inventory([1], [1])) == "not_applicable"
		fx.verdict(name, fx.host) == "error"
		fx.verdict(name, {}) == "error"
		fx.verdict(name, fx.stopped) == "not_applicable"
	}
	every name in withdrawn - {"dtr_scanning"} {
		fx.verdict(name, tagged("docker/ucp-controller:3.2")) == "manual"
		fx.verdict(name, tagged("registry.example.com/mirantis/ucp:3.4")) == "manual"
		fx.verdict(name, tagged("docker/ucpx:1")) == "not_applicable"
	}
	fx.verdict("dtr_scanning", tagged("docker/dtr:2.8")) == "manual"
	fx.verdict("dtr_scanning", tagged("docker/ucp:3")) == "not_applicable"
}
