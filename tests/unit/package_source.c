/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/package_source.h"

#include "base/path.h"
#include "test.h"

static const struct json *describe(struct arena *arena, const char *path, str text)
{
	struct file_view view = file_view_text(str_c(path), text);
	struct package_list list;
	struct json_writer w;
	struct buf b;
	const struct json *doc;
	struct err err;

	package_list_init(&list, arena);
	buf_init(&b, 8u << 20);
	json_writer_init(&w, &b, 0);
	CHECK_OK(package_source_describe(&view, arena, &list.sink, &w, &err));
	CHECK_OK(json_parse(buf_str(&b), NULL, arena, &doc, &err));
	buf_done(&b);
	return doc;
}

/* "LINE section text", one below the other. */
static str told(struct arena *arena, const char *path, str text)
{
	const struct json *doc = describe(arena, path, text);
	str out = STR_EMPTY;

	JSON_EACH (JSON_GET(doc, "lines"), line)
		out = str_fmt(arena, "%.*s%.*s %.*s %.*s\n", STR_ARG(out),
			      STR_ARG(json_number(JSON_GET(line, "line"))),
			      STR_ARG(json_get_str(line, STR("section"))),
			      STR_ARG(json_get_str(line, STR("text"))));
	return out;
}

TEST(package_sources_are_the_files_that_programs_read)
{
	static const struct {
		const char *path;
		bool wanted;
	} rows[] = {
		{ "etc/apt/sources.list.d/x.list", true },
		{ "etc/apt/sources.list.d/x.sources", true },
		{ "etc/apt/sources.list.d/x.list.disabled", false },
		{ "etc/apt/sources.list.d/sub/x.list", false },
		{ "etc/apt/apt.conf.d/99nocheck", true },
		{ "etc/apt/apt.conf.d/99nocheck.conf", true },
		{ "etc/apt/apt.conf.d/99nocheck.bak", false },
		{ "etc/apt/apt.conf.d/99nocheck~", false },
		{ "etc/yum.repos.d/a.repo", true },
		{ "etc/yum.repos.d/a.repo.rpmsave", false },
		{ "etc/zypp/repos.d/a.repo", true },
		{ "etc/zypp/zypp.conf.d/a.conf", true },
		{ "etc/dnf/libdnf5.conf.d/a.conf", true },
		{ "etc/pacman.d/mirrorlist", false },
		{ "etc/pacman.d/own.conf", true },
		{ "srv/etc/yum.repos.d/a.repo", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(package_source_wants(str_c(rows[i].path)), rows[i].wanted);
}

TEST(package_source_of_one_line_tells_options_and_no_address)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(told(arena, "etc/apt/sources.list",
			STR("# deb [trusted=yes] http://example.com x\n"
			    "deb [ arch=amd64  trusted=yes ] https://u:p@example.com x main\n"
			    "  deb-src [allow-insecure=yes] http://example.com x # [trusted=yes]\n"
			    "deb [arch=amd64] http://example.com/[trusted=yes] x\n"
			    "deb http://example.com x [trusted=yes]\n"
			    "deb\t[signed-by=/k.gpg] http://example.com x\r\n"
			    "debug [trusted=yes] x\ndeb [trusted=yes\n")),
		   "2  deb [arch=amd64  trusted=yes]\n3  deb-src [allow-insecure=yes]\n"
		   "6  deb [signed-by=/k.gpg]\n");
}

TEST(package_source_of_stanzas)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(told(arena, "etc/apt/sources.list.d/x.sources",
			STR("Types: deb\nURIs: http://example.com\nTrusted: yes\n#Trusted: no\n"
			    " Trusted: no\n\nTypes: deb\nenabled: No\ntrusted:YES\nSigned-By:\n"
			    " -----BEGIN PGP PUBLIC KEY BLOCK-----\nEnabled: yes\n")),
		   "3 1 Trusted: yes\n8 2 enabled: No\n9 2 trusted: YES\n10 2 Signed-By: \n");
}

TEST(package_source_of_apt_conf)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(told(arena, "etc/apt/apt.conf.d/99x",
			STR("// APT::Get::AllowUnauthenticated \"1\";\n"
			    "# APT::Get::AllowUnauthenticated \"2\";\n"
			    "/* APT::Get::AllowUnauthenticated \"3\";\n */\n"
			    "APT::Get::AllowUnauthenticated \"true\"; // said\n"
			    "apt { get {\n  allowunauthenticated \"yes\";\n Other \"}\"; }; };\n"
			    "Acquire::AllowInsecureRepositories 1; DPkg::Options { \"--x\"; };\n"
			    "APT::Get::AllowUnauthenticatedNot \"1\";\n"
			    "Acquire::AllowWeakRepositories \"1\"")),
		   "5  APT::Get::AllowUnauthenticated \"true\";\n"
		   "7  apt::get::allowunauthenticated \"yes\";\n"
		   "9  Acquire::AllowInsecureRepositories \"1\";\n");
}

TEST(package_source_of_sections)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(told(arena, "etc/yum.repos.d/x.repo",
			STR("[a]\nname=gpgcheck=0\nbaseurl=https://u:p@example.com\nenabled=1\n"
			    "gpgcheck = 0\n#gpgcheck=0\n;gpgcheck=0\n[b]\n enabled = no\n"
			    "GPGCheck: 0\nrepo_gpgcheck=1\nxgpgcheck=0\n")),
		   "5 a gpgcheck = 0\n9 b enabled = no\n10 b GPGCheck: 0\n11 b repo_gpgcheck=1\n");
	CHECK_STRV(
		told(arena, "etc/pacman.conf",
		     STR("[options]\nSigLevel    = Required DatabaseOptional\n#SigLevel = Never\n"
			 "LocalFileSigLevel = Optional\n[own]\nSigLevel = Never\nServer = x\n")),
		"2 options SigLevel    = Required DatabaseOptional\n"
		"4 options LocalFileSigLevel = Optional\n6 own SigLevel = Never\n");
	CHECK_STRV(told(arena, "etc/apk/config", STR("# allow-untrusted\nallow-untrusted\n")),
		   "2  allow-untrusted\n");
}

TEST(package_source_cuts_and_counts)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct buf b;
	int64_t dropped = 0;

	buf_init(&b, 4u << 20);
	for (size_t i = 0; i < PACKAGE_SOURCE_MAX + 7; i++)
		BUF_LIT(&b, "gpgcheck=0\n");
	const struct json *doc = describe(arena, "etc/yum.conf", buf_str(&b));
	CHECK_INT(json_len(JSON_GET(doc, "lines")), PACKAGE_SOURCE_MAX);
	CHECK(json_i64(JSON_GET(doc, "dropped"), &dropped));
	CHECK_INT(dropped, 7);
	buf_reset(&b);
	BUF_LIT(&b, "gpgcheck=0 ");
	for (size_t i = 0; i < 4000; i++)
		buf_byte(&b, 'x');
	str text = json_get_str(
		json_at(JSON_GET(describe(arena, "etc/yum.conf", buf_str(&b)), "lines"), 0),
		STR("text"));
	CHECK_INT(text.n, PACKAGE_SOURCE_TEXT_MAX);
	buf_done(&b);
}

TEST(package_source_refuses_deep_blocks)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view view;
	struct package_list list;
	struct json_writer w;
	struct buf b, text;
	struct err err;

	buf_init(&text, 1u << 20);
	buf_init(&b, 1u << 20);
	for (size_t i = 0; i < 100; i++)
		BUF_LIT(&text, "a {");
	view = file_view_text(STR("etc/apt/apt.conf"), buf_str(&text));
	package_list_init(&list, arena);
	json_writer_init(&w, &b, 0);
	CHECK_FAIL(package_source_describe(&view, arena, &list.sink, &w, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	buf_done(&b);
	buf_done(&text);
}
