# SPDX-License-Identifier: Apache-2.0
package seawall.image.update_alone_test

import data.seawall.image.update_alone

image(text) := {"history_known": true, "history": [{"step": 2, "created_by": text, "layer": 1, "empty": false}]}

test_alone if {
	count(update_alone.deny) == 1 with input as image("RUN /bin/sh -c apt-get update # buildkit")
	count(update_alone.deny) == 1 with input as image("/bin/sh -c apt-get -q update;")
	count(update_alone.deny) == 1 with input as image("/bin/sh -c apk update")
}

test_with_an_installation if {
	count(update_alone.deny) == 0 with input as image("RUN /bin/sh -c apt-get update && apt-get install -y curl # buildkit")
	count(update_alone.deny) == 0 with input as image("/bin/sh -c apk update && apk add curl")
	count(update_alone.deny) == 0 with input as image("/bin/sh -c apt-get install -y update-notifier")
}

test_no_history_is_no_pass if update_alone.not_applicable with input as {}
