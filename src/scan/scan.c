/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scan.h"

#include <fcntl.h>

#include "base/buf.h"
#include "base/time.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/yaml.h"
#include "sandbox/worker.h"
#include "scan/files.h"
#include "scan/import_scan.h"
#include "scan/layer.h"
#include "scan/sbom_scan.h"
#include "scan/scan_internal.h"
#include "scan/secret/rules.h"
#include "scan/secret/search.h"
#include "scan/secret_texts.h"

static const struct worker_kind kinds[] = {
	{ "files", files_run },	   { "import", import_scan_run }, { "layer", layer_run },
	{ "sbom", sbom_scan_run }, { "texts", texts_run },
};

int scan_worker_main(void) { return worker_main(kinds, ARRAY_LEN(kinds)); }

/* Highest resident memory of this process so far, in KiB. */
static uint64_t own_peak(void)
{
	char text[4096];
	AUTO(fd_close)
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text)) : -1;
	str rest = str_of(text, n > 0 ? (size_t)n : 0), line;
	uint64_t kib = 0;

	while (str_line(&rest, &line)) {
		if (!str_starts(line, STR("VmHWM:")))
			continue;
		str value = str_trim(str_without_prefix(line, STR("VmHWM:")));
		if (!str_u64(str_trim(str_without_suffix(value, STR("kB"))), &kib))
			kib = 0;
	}
	return kib;
}

/* Paths of an image have no slash in front; people write one. */
static const str *without_slash(const str *patterns, size_t n, struct arena *arena)
{
	str *out = ARENA_ARRAY(arena, str, n);

	for (size_t i = 0; i < n; i++)
		out[i] = str_without_suffix(str_without_prefix(patterns[i], STR("/")), STR("/"));
	return out;
}

int scan_inventory(str target, const struct scan_opts *wanted, struct arena *arena,
		   struct inventory *out, struct err *err)
{
	struct scan_opts own = *wanted;
	const struct scan_opts *opts = &own;
	struct inventory found = { .target = str_dup(arena, target) };
	int64_t begin = time_mono_ms();
	int failed;

	own.skip_files = without_slash(wanted->skip_files, wanted->skip_files_n, arena);
	own.skip_dirs = without_slash(wanted->skip_dirs, wanted->skip_dirs_n, arena);
	if (str_starts(target, STR("dir:")))
		failed = scan_root(str_without_prefix(found.target, STR("dir:")), opts, arena,
				   &found, err);
	else if (str_starts(target, STR("sbom:")))
		failed = sbom_scan_file(str_without_prefix(found.target, STR("sbom:")), opts, arena,
					&found, err);
	else if (opts->attached_sbom)
		failed = scan_attached(found.target, opts, arena, &found, err);
	else
		failed = scan_image(found.target, opts, arena, &found, err);
	if (opts->stats) {
		opts->stats->wall_ms = time_mono_ms() - begin;
		opts->stats->parent_peak_kib = own_peak();
	}
	if (failed == 0)
		*out = found;
	return failed;
}

int scan_secret_rules(const char *path, struct arena *arena, const struct json **out,
		      struct err *err)
{
	const struct yaml_opts opts = { .schema = YAML_CORE };
	struct buf text;
	struct secret_kinds all;
	struct secret_search *search = NULL;
	const struct json *config = NULL;
	str plain = STR_EMPTY;
	int failed;

	buf_init(&text, RULES_MAX_BYTES);
	failed = buf_read_file(&text, path, err);
	if (failed == 0)
		failed = text_decode(buf_str(&text), arena, &plain, err);
	if (failed == 0)
		failed = yaml_parse(str_dup(arena, plain), &opts, arena, &config, NULL, err);
	buf_done(&text);
	if (failed < 0 || secret_kinds_builtin(arena, &all, err) < 0 ||
	    secret_rules_apply(config, arena, &all, err) < 0 ||
	    secret_search_new(&all, &search, err) < 0)
		return err_wrap(err, "%s", path);
	secret_search_free(search);
	*out = config;
	return 0;
}
