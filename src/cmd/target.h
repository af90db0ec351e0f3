/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * target: the options of all commands that look into a target: where it is fetched from, what is
 * left out, how long it may take. A command puts TARGET_OPTIONS(base) into its table; the values
 * are then at base + TARGET_...
 */
#include "cmd/command.h"
#include "cmd/value.h"
#include "scan/scan.h"

enum target_option {
	TARGET_SKIP_FILES,
	TARGET_SKIP_DIRS,
	TARGET_OFFLINE,
	TARGET_PLATFORM,
	TARGET_USERNAME,
	TARGET_PASSWORD_STDIN,
	TARGET_CA_FILE,
	TARGET_CERT,
	TARGET_KEY,
	TARGET_INSECURE,
	TARGET_MIRROR,
	TARGET_TIMEOUT,
	TARGET_CACHE,
	TARGET_SBOM_FROM,
	TARGET_OPTION_COUNT
};

/* Words of --sbom-from. */
extern const char *const target_sbom_words[];

/* clang-format off */
#define TARGET_OPTIONS(base) \
	[(base) + TARGET_SKIP_FILES] = { \
		.name = "skip-files", .arg = "PATTERN", .list = true, \
		.help = { "Files of the target that are not read (*, ?, ** and [a-z])", \
			  "読まないファイル（*、?、**、[a-z] が使える）" }, \
	}, \
	[(base) + TARGET_SKIP_DIRS] = { \
		.name = "skip-dirs", .arg = "PATTERN", .list = true, \
		.help = { "Folders of the target that are not read", "読まないフォルダー" }, \
	}, \
	[(base) + TARGET_OFFLINE] = { \
		.name = "offline", \
		.help = { "Never use the network; targets of a registry are refused", \
			  "ネットワークを使わない（レジストリの対象は拒否）" }, \
	}, \
	[(base) + TARGET_PLATFORM] = { \
		.name = "platform", .arg = "OS/ARCH", .check = value_check_platform, \
		.help = { "Which image of an index (default: linux and this machine's)", \
			  "インデックスから選ぶイメージ（既定は linux とこのマシンの種類）" }, \
	}, \
	[(base) + TARGET_USERNAME] = { \
		.name = "username", .arg = "NAME", \
		.help = { "Account at the registry, with --password-stdin", "レジストリのアカウント（--password-stdin と併用）" }, \
	}, \
	[(base) + TARGET_PASSWORD_STDIN] = { \
		.name = "password-stdin", .no_config = true, \
		.help = { "Read its password from standard input", "パスワードを標準入力から読む" }, \
	}, \
	[(base) + TARGET_CA_FILE] = { \
		.name = "ca-file", .arg = "FILE", .complete = COMPLETE_FILE, \
		.help = { "Also trust these certificates (PEM)", "追加で信頼する証明書（PEM）" }, \
	}, \
	[(base) + TARGET_CERT] = { \
		.name = "cert", .arg = "FILE", .complete = COMPLETE_FILE, \
		.help = { "Client certificate (PEM)", "クライアント証明書（PEM）" }, \
	}, \
	[(base) + TARGET_KEY] = { \
		.name = "key", .arg = "FILE", .complete = COMPLETE_FILE, \
		.help = { "Key of the client certificate (PEM)", "クライアント証明書の鍵（PEM）" }, \
	}, \
	[(base) + TARGET_INSECURE] = { \
		.name = "insecure-registry", .arg = "HOST[:PORT]", .repeat = true, \
		.help = { "Allow plain HTTP and unknown certificates for this registry", \
			  "このレジストリに平文 HTTP と未知の証明書を許す" }, \
	}, \
	[(base) + TARGET_MIRROR] = { \
		.name = "mirror", .arg = "REGISTRY=HOST", .repeat = true, \
		.help = { "Ask HOST first for images of REGISTRY", "REGISTRY のイメージをまず HOST に問い合わせる" }, \
	}, \
	[(base) + TARGET_TIMEOUT] = { \
		.name = "timeout", .arg = "DURATION", .preset = "10m", \
		.check = value_check_duration, \
		.help = { "Longest time for one target", "対象 1 つにかける最長時間" }, \
	}, \
	[(base) + TARGET_CACHE] = { \
		.name = "cache", .on = true, \
		.help = { "Neither read nor write results of layers", "レイヤーの結果を保存も再利用もしない" }, \
	}, \
	[(base) + TARGET_SBOM_FROM] = { \
		.name = "sbom-from", .arg = "WHERE", .preset = "scan", .words = target_sbom_words, \
		.help = { "Packages of an image: 'scan' reads its layers, 'image' the bill of materials attached to it", \
			  "イメージのパッケージ: scan はレイヤーを読み、image は添付された部品表を読む" }, \
	}
/* clang-format on */

/*
 * Checks what needs or excludes one another, over all targets, and fills `scan`. The password is
 * read from standard input where that was asked for.
 */
int target_take_options(const struct invocation *in, size_t base, const str *targets, size_t n,
			struct scan_opts *scan, struct err *err) MUST_USE;
