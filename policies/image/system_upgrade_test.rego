# SPDX-License-Identifier: Apache-2.0
package seawall.image.system_upgrade_test

import data.seawall.image.system_upgrade

image(text) := {"history_known": true, "history": [{"step": 2, "created_by": text, "layer": 1, "empty": false}]}

test_upgrades if {
	every text in [
		"RUN /bin/sh -c apt-get update && apt-get -y upgrade # buildkit",
		"/bin/sh -c apt-get dist-upgrade -y",
		"RUN /bin/sh -c apk upgrade --no-cache # buildkit",
		"RUN yum -y update",
		"RUN /bin/sh -c dnf upgrade -y && dnf clean all # buildkit",
		"RUN /bin/sh -c zypper -n up # buildkit",
	] {
		count(system_upgrade.deny) == 1 with input as image(text)
	}
}

test_no_upgrades if {
	every text in [
		"RUN /bin/sh -c apt-get update && apt-get install -y curl # buildkit",
		"RUN /bin/sh -c yum -y update openssl # buildkit",
		"RUN /bin/sh -c echo upgrade # buildkit",
		"COPY upgrade /apt-get # buildkit",
		"RUN /bin/sh -c apk add --upgrade curl # buildkit",
	] {
		count(system_upgrade.deny) == 0 with input as image(text)
	}
}

test_no_history_is_no_pass if system_upgrade.not_applicable with input as {}
