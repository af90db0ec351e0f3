/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/os_release.h"

#include "base/arena.h"
#include "test.h"

/* answer: 1 known, 0 nothing, -1 error. */
static const struct {
	const char *path, *text;
	int answer;
	const char *family, *version;
} files[] = {
	{ "etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n", 1, "debian", "12" },
	{ "usr/lib/os-release", "ID='ubuntu'\r\nVERSION_ID='22.04'\r\n", 1, "ubuntu", "22.04" },
	{ "etc/os-release", "ID=\"rhel\"\nVERSION_ID=9.3\n", 1, "redhat", "9.3" },
	{ "etc/os-release", "ID=\"centos\"\nNAME=\"CentOS Linux\"\nVERSION_ID=\"7\"", 1, "centos",
	  "7" },
	{ "etc/os-release", "NAME=\"CentOS Stream\"\nID=centos\nVERSION_ID=9", 1, "centos-stream",
	  "9" },
	{ "etc/os-release", "ID=amzn\nVERSION_ID=2023\n", 1, "amazon", "2023" },
	{ "etc/os-release", "ID=ol\nVERSION_ID=8.9\n", 1, "oracle", "8.9" },
	{ "etc/os-release", "ID=arch\nBUILD_ID=rolling\n", 1, "arch", "rolling" },
	{ "etc/os-release", "ID=chainguard\nVERSION_ID=20230214\n", 1, "chainguard", "20230214" },
	{ "etc/os-release", "ID=wolfi\nVERSION_ID=20230201\n", 1, "wolfi", "20230201" },
	{ "etc/os-release", "ID=sl-micro\nVERSION_ID=6.0\n", 1, "slem", "6.0" },
	/* os-release(5): comments, blanks, quotes inside words, escapes */
	{ "etc/os-release", "# ID=fedora\n\n  ID=al\"ma\"'linux'  \nVERSION_ID=\"9\\\"\\$\\\\\"\n",
	  1, "alma", "9\"$\\" },
	{ "etc/os-release", "ID=rocky # no comment here\nVERSION_ID=9\n", 1, "rocky", "9" },
	{ "etc/os-release", "ID=\"rocky\nVERSION_ID=9\n", 1, "rocky", "9" },
	{ "etc/os-release", "ID=fedora\nID=alpine\nVERSION_ID=3.19.1\n", 1, "alpine", "3.19.1" },
	{ "etc/os-release", "id=debian\nVERSION_ID=12\n", 0, "", "" },
	{ "etc/os-release", "ID=templeos\nVERSION_ID=5\n", 0, "", "5" },
	{ "etc/os-release", "ID=debian\n", 0, "debian", "" },
	{ "etc/os-release", "", -1, "", "" },
	{ "etc/os-release", "garbage\n", -1, "", "" },
	{ "etc/debian_version", "12.5\n", 1, "debian", "12.5" },
	{ "etc/debian_version", "trixie/sid\nmore\n", 1, "debian", "trixie/sid" },
	{ "etc/debian_version", " \n", -1, "", "" },
	{ "etc/lsb-release", "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=14.04\n", 1, "ubuntu", "14.04" },
	{ "etc/lsb-release", "DISTRIB_ID=LinuxMint\nDISTRIB_RELEASE=21\n", 0, "", "" },
	{ "etc/lsb-release", "LSB_VERSION=base-4.0-amd64\n", 0, "", "" },
	{ "etc/lsb-release", "nothing\n", -1, "", "" },
	{ "etc/alpine-release", "3.15.4\n", 1, "alpine", "3.15.4" },
	{ "etc/alpine-release", "", -1, "", "" },
	{ "etc/arch-release", "", 1, "arch", "rolling" },
	{ "etc/centos-release", "CentOS release 6.10 (Final)\n", 1, "centos", "6.10" },
	{ "etc/centos-release", "CentOS Stream release 8\n", 1, "centos-stream", "8" },
	{ "etc/redhat-release", "Red Hat Enterprise Linux Server release 7.9 (Maipo)\n", 1,
	  "redhat", "7.9" },
	{ "etc/redhat-release", "\n  Fedora release 39 (Thirty Nine)\n", 1, "fedora", "39" },
	{ "etc/redhat-release", "Red Hat release none\n", -1, "", "" },
	{ "etc/redhat-release", " release 7\n", -1, "", "" },
	{ "etc/system-release", "Amazon Linux release 2 (Karoo)\n", 1, "amazon", "2" },
	{ "etc/system-release", "Amazon Linux AMI release 2018.03\n", 1, "amazon", "2018.03" },
	{ "etc/system-release", "Amazon Linux release 2023.3.20240108 (Amazon Linux)\n", 1,
	  "amazon", "2023" },
	{ "etc/mariner-release", "CBL-Mariner 2.0.20220226\nMARINER_BUILD_NUMBER=1\n", 1,
	  "cbl-mariner", "2.0" },
	{ "etc/photon-release", "VMware Photon OS 4.0\nPHOTON_BUILD_NUMBER=1\n", 1, "photon",
	  "4.0" },
	{ "etc/photon-release", "Photon\n", -1, "", "" },
	{ "etc/SuSE-release",
	  "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n", 1, "sles",
	  "11.4" },
	{ "etc/SuSE-release", "openSUSE 13.1 (x86_64)\nVERSION = 13.1\n", 1, "opensuse-leap",
	  "13.1" },
	{ "etc/SuSE-release", "openSUSE\n", -1, "", "" },
	{ "var/lib/ubuntu-advantage/status.json", "{\"services\":[]}", 0, "", "" },
	{ "var/lib/ubuntu-advantage/status.json", "[]", -1, "", "" },
	{ "var/lib/ubuntu-advantage/status.json", "{", -1, "", "" },
	{ "etc/shadow", "root:x\n", -1, "", "" },
};

TEST(os_release_tells_system_unknown_and_unusable_apart)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct os_identity id = { .extended_support = false };
		struct err err = { .kind = ERR_NONE };
		int answer = os_identity_parse(str_c(files[i].path), str_c(files[i].text), arena,
					       &id, &err);

		if (answer != files[i].answer || !str_eq(id.family, str_c(files[i].family)) ||
		    !str_eq(id.version, str_c(files[i].version)))
			test_fail(__FILE__, __LINE__, "%s: %s: got %d '%.*s' '%.*s' (%s)",
				  files[i].path, files[i].text, answer, STR_ARG(id.family),
				  STR_ARG(id.version), err.msg);
	}
}

TEST(os_release_sees_extended_support_of_ubuntu)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct os_identity id;
	struct err err;

	CHECK_INT(os_identity_parse(
			  STR("var/lib/ubuntu-advantage/status.json"),
			  STR("{\"services\":[{\"name\":\"livepatch\",\"status\":\"enabled\"},"
			      "{\"name\":\"esm-infra\",\"status\":\"enabled\"}]}"),
			  arena, &id, &err),
		  1);
	CHECK(id.extended_support);
	CHECK_INT(os_identity_parse(
			  STR("var/lib/ubuntu-advantage/status.json"),
			  STR("{\"services\":[{\"name\":\"esm-infra\",\"status\":\"n/a\"}]}"),
			  arena, &id, &err),
		  0);
	CHECK(!id.extended_support);
}

TEST(os_release_refuses_an_oversized_file)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char *big = arena_alloc(arena, OS_RELEASE_MAX_BYTES + 1);
	struct os_identity id;
	struct err err;

	CHECK_FAIL(os_identity_parse(STR("etc/os-release"), str_of(big, OS_RELEASE_MAX_BYTES + 1),
				     arena, &id, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
}

static struct os_identity read_one(const char *path, const char *text, struct arena *arena)
{
	struct os_identity id = { .extended_support = false };
	struct err err;

	CHECK_OK(os_identity_parse(str_c(path), str_c(text), arena, &id, &err));
	return id;
}

TEST(os_release_counts_before_its_older_relatives)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct os_identity answers[] = {
		read_one("etc/debian_version", "bookworm/sid\n", arena),
		read_one("etc/lsb-release", "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.10\n", arena),
		read_one("usr/lib/os-release", "ID=ubuntu\nVERSION_ID=22.04\n", arena),
		read_one("var/lib/ubuntu-advantage/status.json",
			 "{\"services\":[{\"name\":\"esm-infra\",\"status\":\"enabled\"}]}", arena),
	};
	struct os_identity id = os_identity_choose(answers, ARRAY_LEN(answers));

	CHECK_STRV(id.family, "ubuntu");
	CHECK_STRV(id.version, "22.04");
	CHECK_STRV(id.path, "usr/lib/os-release");
	CHECK(id.extended_support);
}

TEST(os_release_without_version_takes_it_from_debian_version)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct os_identity answers[] = {
		read_one("etc/os-release", "ID=debian\nVERSION_CODENAME=trixie\n", arena),
		read_one("etc/debian_version", "trixie/sid\n", arena),
	};
	struct os_identity id = os_identity_choose(answers, ARRAY_LEN(answers));

	CHECK_STRV(id.family, "debian");
	CHECK_STRV(id.version, "trixie/sid");
	CHECK_STRV(id.codename, "trixie");
	CHECK(!id.extended_support);
}

TEST(os_release_of_a_derived_system_is_not_taken_for_its_base)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct os_identity answers[] = {
		read_one("etc/debian_version", "12.5\n", arena),
		read_one("etc/os-release", "ID=kali\nID_LIKE=debian\nPRETTY_NAME=Kali\n", arena),
	};
	struct os_identity id = os_identity_choose(answers, ARRAY_LEN(answers));

	CHECK(str_empty(id.family));
	CHECK_STRV(id.pretty, "Kali");
}

TEST(os_release_that_names_nothing_leaves_it_to_the_others)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct os_identity answers[] = {
		read_one("etc/os-release", "HOME_URL=x\n", arena),
		read_one("etc/redhat-release", "CentOS release 6.10 (Final)\n", arena),
	};
	struct os_identity id = os_identity_choose(answers, ARRAY_LEN(answers));

	CHECK_STRV(id.family, "centos");
	CHECK_STRV(id.version, "6.10");
	id = os_identity_choose(NULL, 0);
	CHECK(str_empty(id.family));
}

TEST(os_release_wants_what_it_lists)
{
	size_t n = 0;

	for (; os_identity_paths[n]; n++)
		CHECK(os_identity_wants(str_c(os_identity_paths[n])));
	CHECK(n >= 20);
	CHECK(!os_identity_wants(STR("etc/passwd")));
}
