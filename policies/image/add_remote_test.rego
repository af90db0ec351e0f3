# SPDX-License-Identifier: Apache-2.0
package seawall.image.add_remote_test

import data.seawall.image.add_remote

image(text) := {"history_known": true, "history": [{"step": 1, "created_by": text, "layer": 0, "empty": false}]}

test_url if {
	count(add_remote.deny) == 1 with input as image("ADD https://example.org/x.tar.gz / # buildkit")
	count(add_remote.deny) == 1 with input as image("/bin/sh -c #(nop) ADD http://example.org/x in / ")
	count(add_remote.deny) == 1 with input as image("ADD git://example.org/x.git / # buildkit")
}

test_local if {
	count(add_remote.deny) == 0 with input as image("/bin/sh -c #(nop) ADD file:0123abcd in / ")
	count(add_remote.deny) == 0 with input as image("COPY https:// / # buildkit")
	count(add_remote.deny) == 0 with input as image("RUN /bin/sh -c curl https://example.org # buildkit")
}

test_with_a_checksum if {
	count(add_remote.deny) == 0 with input as image("ADD --checksum=sha256:00 https://example.org/x / # buildkit")
}

test_no_history_is_no_pass if {
	add_remote.not_applicable with input as {"history_known": false, "history": []}
	add_remote.not_applicable with input as {}
}
