# SPDX-License-Identifier: Apache-2.0
package seawall.lib.package_source_test

import data.seawall.lib.package_source

found(lines) := {line.text | some line in unchecked} if {
	unchecked := package_source.unchecked with input as {"package_sources": lines}
}

line(path, section, text) := {"path": path, "line": 1, "section": section, "text": text}

flagged(text) if count(found([line("etc/x", "", text)])) == 1

test_lines_without_a_check if {
	every text in [
		"deb [trusted=yes]",
		"deb [ arch=amd64 Trusted=Yes ]",
		"deb-src [allow-insecure=true] http://example.com x main",
		"deb [allow-weak=1]",
		"Trusted: yes",
		"TRUSTED:   Yes",
		"Allow-Insecure: true",
		"APT::Get::AllowUnauthenticated \"true\";",
		"AllowUnauthenticated 1;",
		"Acquire::AllowInsecureRepositories=yes",
		"Acquire::AllowDowngradeToInsecureRepositories \"1\";",
		"gpgcheck=0",
		"GPGCHECK = No",
		" gpgcheck : off",
		"gpgcheck=False # later",
		"repo_gpgcheck=0",
		"localpkg_gpgcheck=0",
		"SigLevel = Never",
		"SigLevel = PackageNever",
		"SigLevel=Required DatabaseOptional Never",
		"SigLevel = Optional TrustAll",
		"RemoteFileSigLevel = Optional",
		"LocalFileSigLevel = Never",
		"allow-untrusted",
	] {
		flagged(text)
	}
}

test_lines_with_a_check if {
	every text in [
		"# deb [trusted=yes] http://example.com x",
		"  #gpgcheck=0",
		"; gpgcheck=0",
		"// APT::Get::AllowUnauthenticated \"true\";",
		"deb [trusted=no]",
		"deb [signed-by=/usr/share/keyrings/trusted.gpg]",
		"deb [arch=amd64] http://example.com/trusted=yes x main",
		"Trusted: no",
		"Signed-By: /usr/share/keyrings/x.gpg",
		"Untrusted: yes",
		"APT::Get::AllowUnauthenticated \"false\";",
		"Acquire::AllowInsecureRepositories \"0\";",
		"gpgcheck=1",
		"gpgcheck = yes",
		"mygpgcheck=0",
		"SigLevel    = Required DatabaseOptional",
		"SigLevel = Never Required",
		"SigLevel = Required DatabaseNever",
		"LocalFileSigLevel = Optional",
		"# SigLevel = Never",
		"allow-untrusted=no",
	] {
		not flagged(text)
	}
}

test_disabled_repositories if {
	repo := "etc/yum.repos.d/x.repo"
	found([line(repo, "a", "enabled=0"), line(repo, "a", "gpgcheck=0")]) == set()
	found([line(repo, "a", "gpgcheck=0"), line(repo, "a", "enabled = no")]) == set()
	found([line(repo, "a", "enabled=0"), line(repo, "b", "gpgcheck=0")]) == {"gpgcheck=0"}
	found([line("other", "a", "enabled=0"), line(repo, "a", "gpgcheck=0")]) == {"gpgcheck=0"}
	found([line("etc/dnf/dnf.conf", "main", "enabled=0"), line("etc/dnf/dnf.conf", "main", "gpgcheck=0")]) == {"gpgcheck=0"}
	found([line("a.sources", "2", "Enabled: no"), line("a.sources", "2", "Trusted: yes")]) == set()
	found([line("a.sources", "1", "Enabled: no"), line("a.sources", "2", "Trusted: yes")]) == {"Trusted: yes"}

	# Without sections nobody knows which repository is off.
	found([{"path": repo, "text": "enabled=0"}, {"path": repo, "text": "gpgcheck=0"}]) == {"gpgcheck=0"}
}

test_checks_of_metadata if {
	repo := "etc/yum.repos.d/x.repo"
	found([line(repo, "a", "repo_gpgcheck=0"), line(repo, "a", "gpgcheck=1")]) == set()
	found([line(repo, "a", "repo_gpgcheck=0"), line("etc/dnf/dnf.conf", "main", "gpgcheck=True")]) == set()
	found([line(repo, "a", "repo_gpgcheck=0"), line(repo, "a", "gpgcheck=0"), line("etc/dnf/dnf.conf", "main", "gpgcheck=1")]) == {"repo_gpgcheck=0", "gpgcheck=0"}
	found([line(repo, "a", "pkg_gpgcheck=0")]) == {"pkg_gpgcheck=0"}
}

test_nothing if {
	found([]) == set()
	package_source.unchecked == set() with input as {}
}
