# SPDX-License-Identifier: Apache-2.0
package seawall.image.unverified_download_test

import data.seawall.image.unverified_download

image(text) := {"history_known": true, "history": [{"step": 2, "created_by": text, "layer": 1, "empty": false}]}

test_unverified if {
	every text in [
		"RUN /bin/sh -c curl -fsSLk https://example.org/x -o x # buildkit",
		"RUN /bin/sh -c curl --insecure https://example.org/x # buildkit",
		"RUN /bin/sh -c wget --no-check-certificate https://example.org/x # buildkit",
		"/bin/sh -c apt-get install -y --allow-unauthenticated x",
		"RUN /bin/sh -c apk add --allow-untrusted ./x.apk # buildkit",
		"RUN yum install -y --nogpgcheck x",
		"RUN /bin/sh -c pip install --trusted-host example.org x # buildkit",
		"RUN /bin/sh -c npm config set strict-ssl false # buildkit",
		"RUN /bin/sh -c git config --global http.sslVerify false # buildkit",
	] {
		count(unverified_download.deny) == 1 with input as image(text)
	}
}

test_verified if {
	every text in [
		"RUN /bin/sh -c curl -fsSL https://example.org/k -o key # buildkit",
		"RUN /bin/sh -c wget https://example.org/x # buildkit",
		"RUN /bin/sh -c apt-get install -y curl # buildkit",
		"RUN /bin/sh -c tar xzk x # buildkit",
	] {
		count(unverified_download.deny) == 0 with input as image(text)
	}
}

test_no_history_is_no_pass if unverified_download.not_applicable with input as {}
