/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The facts and findings of a made-up image, with all that a report can meet, hostile names too. */
#include "report/report.h"

#define HOSTILE                       \
	"ev\033[2Jil\r\n\xe2\x80\xae" \
	"name\xff"

static const struct layer_info layers[] = {
	{ .digest = STR_INIT(
		  "sha256:1111111111111111111111111111111111111111111111111111111111111111"),
	  .diff_id = STR_INIT(
		  "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
	  .media_type = STR_INIT("application/vnd.oci.image.layer.v1.tar+gzip"),
	  .created_by = STR_INIT("/bin/sh -c #(nop) ADD file:0123456789abcdef in /"),
	  .size = 48000000 },
	{ .digest = STR_INIT(
		  "sha256:2222222222222222222222222222222222222222222222222222222222222222"),
	  .created_by = STR_INIT("RUN apt-get install -y curl \033]0;owned\007"),
	  .size = 1200 },
};

/* What is told of secrets: never a value. */
static const struct secret_finding secrets[] = {
	{ .id = STR_INIT("00000000000000a1"),
	  .kind = STR_INIT("github-pat"),
	  .title = STR_INIT("GitHub personal access token"),
	  .title_ja = STR_INIT("GitHub 個人用アクセストークン"),
	  .severity = STR_INIT("critical"),
	  .path = STR_INIT("app/" HOSTILE "/.env"),
	  .line = 12,
	  .length = 40,
	  .shown = STR_INIT("ghp_"),
	  .digest = STR_INIT("0a1b2c"),
	  .layer = 0,
	  .deleted_in = 1 },
	{ .id = STR_INIT("00000000000000a2"),
	  .kind = STR_INIT("url-password"),
	  .title = STR_INIT("Password in a URL"),
	  .title_ja = STR_INIT("URL に含まれるパスワード"),
	  .severity = STR_INIT("high"),
	  .place = SECRET_ENVIRONMENT,
	  .path = STR_INIT("DATABASE_URL"),
	  .length = 9,
	  .shown = STR_INIT("ab"),
	  .digest = STR_INIT("3d4e5f"),
	  .layer = -1,
	  .deleted_in = -1 },
	{ .id = STR_INIT("00000000000000a3"),
	  .kind = STR_INIT("stripe-test-key"),
	  .title = STR_INIT("Stripe test key"),
	  .title_ja = STR_INIT("Stripe テスト用キー"),
	  .severity = STR_INIT("low"),
	  .place = SECRET_HISTORY,
	  .path = STR_INIT("2"),
	  .length = 32,
	  .shown = STR_INIT("sk_t"),
	  .digest = STR_INIT("6a7b8c"),
	  .layer = 1,
	  .deleted_in = -1 },
};

/* How configuration checks ended. */
#define CHECK_TEXTS(word, ja)                                      \
	{                                                          \
		{ .title = STR_INIT(word " is wrong"),             \
		  .description = STR_INIT("Why " word " matters"), \
		  .message = STR_INIT(word),                       \
		  .remediation = STR_INIT("Change " word) },       \
			{ .title = STR_INIT(ja "の問題"),          \
			  .description = STR_INIT(ja "の説明"),    \
			  .message = STR_INIT(ja),                 \
			  .remediation = STR_INIT(ja "を変更") },  \
	}
static const str check_aliases[] = { STR_INIT("CIS-DI-0001"), STR_INIT("DS002") };
static const str check_references[] = { STR_INIT("javascript:alert(2)"),
					STR_INIT("https://example.org/check/1") };
static const struct check checks[] = {
	{ .id = STR_INIT("SW-IMG-901"),
	  .aliases = check_aliases,
	  .alias_n = ARRAY_LEN(check_aliases),
	  .severity = STR_INIT("high"),
	  .references = check_references,
	  .reference_n = ARRAY_LEN(check_references),
	  .text = CHECK_TEXTS("The user", "ユーザー") },
	{ .id = STR_INIT("SW-IMG-902"),
	  .severity = STR_INIT("low"),
	  .text = CHECK_TEXTS("The label", "ラベル") },
	{ .id = STR_INIT("user.own"),
	  .severity = STR_INIT("medium"),
	  .own = true,
	  .text = CHECK_TEXTS("The rule", "規則") },
	{ .id = STR_INIT("SW-IMG-904"),
	  .severity = STR_INIT("critical"),
	  .text = CHECK_TEXTS("The broken one", "壊れた検査") },
};
static const struct check_object check_object = {
	.api_version = STR_INIT("apps/v1"),
	.kind = STR_INIT("Deployment"),
	.namespace = STR_INIT("shop"),
	.name = STR_INIT("web " HOSTILE),
};
static const struct check_object *const check_objects[] = { &check_object };
static const struct check_finding check_findings[] = {
	{ .message = { STR_INIT("It starts as root " HOSTILE), STR_INIT("root で起動する") },
	  .layer = -1,
	  .subject = STR_INIT("USER") },
	{ .message = { STR_INIT("Line with a fault"), STR_INIT("問題のある行") },
	  .file = STR_INIT("app/" HOSTILE "/Dockerfile"),
	  .line = 3,
	  .end_line = 5,
	  .col = 7,
	  .object = &check_object,
	  .container = STR_INIT("web"),
	  .field = STR_INIT("spec.template.spec.containers[0].image"),
	  .layer = 1,
	  .stage = STR_INIT("build"),
	  .subject = STR_INIT("RUN"),
	  .evidence = STR_INIT("curl \033[31m| sh") },
	{ .message = { STR_INIT("Look at it"), STR_INIT("確認する") }, .layer = 0 },
};
static struct check_result check_results[] = {
	{ .check = &checks[0], .verdict = CHECK_FAIL, .findings = check_findings, .finding_n = 1 },
	{ .check = &checks[0],
	  .path = STR_INIT("other/Dockerfile"),
	  .verdict = CHECK_PASS,
	  .objects = check_objects,
	  .object_n = 1 },
	{ .check = &checks[1],
	  .verdict = CHECK_FAIL,
	  .findings = check_findings + 1,
	  .finding_n = 1,
	  .dropped = 2 },
	{ .check = &checks[1],
	  .path = STR_INIT("other/Dockerfile"),
	  .verdict = CHECK_NOT_APPLICABLE,
	  .reason = { STR_INIT("no clock"), STR_INIT("時計がない") } },
	{ .check = &checks[2],
	  .verdict = CHECK_MANUAL,
	  .findings = check_findings + 2,
	  .finding_n = 1 },
	{ .check = &checks[3],
	  .verdict = CHECK_ERROR,
	  .reason = { STR_INIT("facts \033[1mare missing"), STR_INIT("情報がない") } },
};
static const struct check_results all_checks = { .items = check_results,
						 .n = ARRAY_LEN(check_results),
						 .cap = ARRAY_LEN(check_results) };

static const str libssl_depends[] = { STR_INIT("debconf@1.5.82") };
static const str libssl_digests[] = { STR_INIT("sha256:3333") };

static const struct package packages[] = {
	{ .kind = STR_INIT("deb"),
	  .name = STR_INIT("curl"),
	  .version = STR_INIT("7.88.1-10+deb12u4"),
	  .arch = STR_INIT("amd64"),
	  .path = STR_INIT("var/lib/dpkg/status"),
	  .layer = 1 },
	{ .kind = STR_INIT("deb"),
	  .name = STR_INIT("libssl3"),
	  .version = STR_INIT("3.0.11-1~deb12u1"),
	  .arch = STR_INIT("amd64"),
	  .source_name = STR_INIT("openssl"),
	  .source_version = STR_INIT("3.0.11-1~deb12u1"),
	  .licence = STR_INIT("Apache-2.0"),
	  .maintainer = STR_INIT("Debian OpenSSL Team"),
	  .path = STR_INIT("var/lib/dpkg/status"),
	  .form = PACKAGE_LOCKED,
	  .dev = true,
	  .indirect = true,
	  .line = 70,
	  .depends = libssl_depends,
	  .depend_count = ARRAY_LEN(libssl_depends),
	  .digests = libssl_digests,
	  .digest_count = ARRAY_LEN(libssl_digests),
	  .layer = 0 },
	{ .kind = STR_INIT("deb"),
	  .name = STR_INIT("openssl"),
	  .version = STR_INIT("3.0.11-1~deb12u1"),
	  .arch = STR_INIT("amd64"),
	  .path = STR_INIT("var/lib/dpkg/status"),
	  .layer = 0 },
	{ .kind = STR_INIT("deb"),
	  .name = STR_INIT(HOSTILE),
	  .version = STR_INIT("1\0332\n"),
	  .path = STR_INIT("var/lib/dpkg/status"),
	  .layer = -1 },
	{ .kind = STR_INIT("deb"),
	  .name = STR_INIT("tzdata"),
	  .version = STR_INIT("2024a-0+deb12u1"),
	  .arch = STR_INIT("all"),
	  .path = STR_INIT("var/lib/dpkg/status"),
	  .layer = 0 },
};

static const struct cvss_score openssl_cvss[] = {
	{ .version = STR_INIT("3.1"),
	  .vector = STR_INIT("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
	  .source = STR_INIT("nvd"),
	  .base = 9.8 },
	{ .version = STR_INIT("2.0"),
	  .vector = STR_INIT("AV:N/AC:L/Au:N/C:P/I:P/A:P"),
	  .source = STR_INIT("nvd"),
	  .base = 7.5 },
};
static const struct cvss_score curl_cvss[] = {
	{ .version = STR_INIT("4.0"),
	  .vector = STR_INIT("CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:A/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N"),
	  .base = 4.8 },
};
static const str aliases[] = { STR_INIT("GHSA-aaaa-bbbb-cccc") };
static const str references[] = { STR_INIT("javascript:alert(1)"),
				  STR_INIT("https://example.org/advisory/1") };

#define OPENSSL_FINDING(index, binary)                                                             \
	{                                                                                          \
		.id = STR_INIT("CVE-2024-0001"), .advisory = STR_INIT("DSA-9001-1"),               \
		.aliases = aliases, .alias_count = 1, .package = index,                            \
		.title = STR_INIT("Buffer overflow in the handshake"),                             \
		.description =                                                                     \
			STR_INIT("A crafted handshake overflows a buffer. Details follow."),       \
		.fixed = STR_INIT("3.0.14-1~deb12u1"), .status = FIX_AVAILABLE,                    \
		.upgrade = STR_INIT("apt-get install --only-upgrade " binary "=3.0.14-1~deb12u1"), \
		.severity = SEVERITY_CRITICAL, .severity_source = STR_INIT("cvss:3.1"),            \
		.cvss = openssl_cvss, .cvss_count = 2,                                             \
		.published = STR_INIT("2024-05-01T00:00:00Z"), .references = references,           \
		.reference_count = 2, .ecosystem = STR_INIT("Debian:12"),                          \
		.matched_name = STR_INIT("openssl"),                                               \
		.matched_version = STR_INIT("3.0.11-1~deb12u1"), .kev = true,                      \
		.kev_added = STR_INIT("2024-06-01"), .kev_due = STR_INIT("2024-06-22"),            \
		.kev_ransomware = true, .epss = 0.9731, .epss_percentile = 0.999,                  \
		.origin = STR_INIT("osv"),                                                         \
	}

static const struct finding findings[] = {
	OPENSSL_FINDING(1, "libssl3"),
	OPENSSL_FINDING(2, "openssl"),
	{ .id = STR_INIT("CVE-2024-0002"),
	  .advisory = STR_INIT("CVE-2024-0002"),
	  .package = 0,
	  .description = STR_INIT("Cookies leak between hosts that share a suffix and a very long "
				  "explanation goes on after it. Second sentence."),
	  .status = FIX_WILL_NOT,
	  .severity = SEVERITY_MEDIUM,
	  .severity_source = STR_INIT("vendor:debian"),
	  .cvss = curl_cvss,
	  .cvss_count = 1,
	  .modified = STR_INIT("2024-05-02T00:00:00Z"),
	  .ecosystem = STR_INIT("Debian:12"),
	  .epss = 0.004,
	  .epss_percentile = 0.2 },
	{ .id = STR_INIT("CVE-2024-0003"),
	  .advisory = STR_INIT("DSA-9003-1"),
	  .package = 3,
	  .title = STR_INIT(
		  "Title with \033[31mcolour\033[0m, a tab\tand 日本語の長い説明文がここに入ります"),
	  .fixed = STR_INIT("2"),
	  .status = FIX_AVAILABLE,
	  .severity = SEVERITY_LOW,
	  .upgrade = STR_INIT("apt-get install --only-upgrade $(evil)"),
	  .epss = -1,
	  .epss_percentile = -1,
	  .kind = FINDING_POTENTIAL },
	{ .id = STR_INIT("CVE-2024-0004"),
	  .advisory = STR_INIT("CVE-2024-0004"),
	  .package = 1,
	  .title = STR_INIT("No impact in practice"),
	  .status = FIX_NONE_YET,
	  .severity = SEVERITY_NEGLIGIBLE,
	  .epss = -1,
	  .epss_percentile = -1 },
};

static const struct not_examined not_examined[] = {
	{ .kind = ERR_NONE,
	  .what = STR_INIT("directory"),
	  .path = STR_INIT("opt"),
	  .reason = STR_INIT("--skip-dirs"),
	  .count = 1 },
	{ .kind = ERR_INPUT,
	  .what = STR_INIT("rpm database"),
	  .path = STR_INIT("var/lib/rpm/Packages\033[H"),
	  .reason = STR_INIT("truncated header"),
	  .count = 3 },
};

static const str kinds[] = { STR_INIT("deb") };
static const str tags[] = { STR_INIT("docker.io/library/app:1.4") };

static const struct coverage full_coverage[] = {
	{ .kind = STR_INIT("deb"),
	  .ecosystems = STR_INIT("Debian:12"),
	  .status = COVERAGE_OK,
	  .packages = 5,
	  .date = STR_INIT("2026-11-20T00:00:00Z") },
};
static const struct coverage no_coverage[] = {
	{ .status = COVERAGE_NOT_APPLICABLE, .reason = STR_INIT("no package data was found") },
};

static const struct advisory_source sources[] = {
	{ .name = STR_INIT("debian"),
	  .form = STR_INIT("osv"),
	  .date = STR_INIT("2026-11-20T00:00:00Z"),
	  .records = 1200,
	  .skipped = 2,
	  .age_days = 2 },
	{ .name = STR_INIT("kev"),
	  .form = STR_INIT("kev"),
	  .date = STR_INIT("2026-11-19T00:00:00Z"),
	  .records = 10,
	  .age_days = 3 },
};
