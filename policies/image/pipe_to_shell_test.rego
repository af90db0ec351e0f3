# SPDX-License-Identifier: Apache-2.0
package seawall.image.pipe_to_shell_test

import data.seawall.image.pipe_to_shell

image(text) := {"history_known": true, "history": [{"step": 2, "created_by": text, "layer": 1, "empty": false}]}

test_pipes if {
	every text in [
		"RUN /bin/sh -c curl -fsSL https://example.org/install | bash # buildkit",
		"RUN /bin/sh -c wget -qO- https://example.org/x | sudo -E bash - # buildkit",
		"/bin/sh -c curl https://example.org/x | python3 -",
		"RUN /bin/sh -c sh -c \"$(curl -fsSL https://example.org/x)\" # buildkit",
		"RUN /bin/sh -c bash <(curl -s https://example.org/x) # buildkit",
	] {
		count(pipe_to_shell.deny) == 1 with input as image(text)
	}
}

test_others if {
	every text in [
		"RUN /bin/sh -c curl -o x https://example.org/x && sha256sum -c x.sha256 && sh x # buildkit",
		"RUN /bin/sh -c curl https://example.org/x.tar.gz | tar xz # buildkit",
		"RUN /bin/sh -c curl https://example.org/x | sha256sum -c # buildkit",
		"RUN /bin/sh -c apt-get install -y curl bash # buildkit",
	] {
		count(pipe_to_shell.deny) == 0 with input as image(text)
	}
}

test_no_history_is_no_pass if pipe_to_shell.not_applicable with input as {}
