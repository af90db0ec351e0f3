/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/target.h"

#include "advisory/db.h"
#include "base/buf.h"

#define PASSWORD_MAX_BYTES (64u << 10)

const char *const target_sbom_words[] = { "image", "scan", NULL };

static int read_password(struct arena *arena, str *out, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };

	buf_init(&text, PASSWORD_MAX_BYTES);
	if (buf_read_fd(&text, STDIN_FILENO, err) < 0)
		return err_wrap(err, "--password-stdin");
	str password = buf_str(&text);
	if (str_ends(password, STR("\n")))
		password = str_drop_end(password, 1);
	if (str_ends(password, STR("\r")))
		password = str_drop_end(password, 1);
	if (password.n == 0)
		return err_set(err, ERR_USAGE,
			       "--password-stdin: standard input holds no password");
	*out = str_dup(arena, password);
	return 0;
}

static int fail_text(const struct invocation *in, struct err *err, enum text id, str arg)
{
	str text = text_make(in->arena, in->lang, id, &arg, 1);

	return err_set(err, ERR_USAGE, "%.*s", STR_ARG(text));
}

static bool is_local(str target)
{
	return str_starts(target, STR("dir:")) || str_starts(target, STR("sbom:"));
}

/* Options that need or exclude one another. */
static int check_together(const struct invocation *in, size_t base, const str *targets, size_t n,
			  struct err *err)
{
	const struct options *o = &in->options;
	bool user = option_given(o, base + TARGET_USERNAME);
	bool password = option_on(o, base + TARGET_PASSWORD_STDIN);
	bool attached = str_eq(option_text(o, base + TARGET_SBOM_FROM), STR("image"));
	size_t from_stdin = 0;

	if (user != password)
		return fail_text(in, err, TEXT_USERNAME_PASSWORD, STR_EMPTY);
	if (option_given(o, base + TARGET_KEY) && !option_given(o, base + TARGET_CERT))
		return fail_text(in, err, TEXT_KEY_WITHOUT_CERT, STR_EMPTY);
	for (size_t i = 0; i < n; i++) {
		str target = targets[i];
		bool remote = str_starts(target, STR("docker://")) ||
			      (!is_local(target) && !image_target_has_transport(target));

		from_stdin += str_eq(target, STR("-"));
		if (attached && is_local(target))
			return fail_text(in, err, TEXT_SBOM_FROM_LOCAL, target);
		if (remote && option_on(o, base + TARGET_OFFLINE))
			return fail_text(in, err, TEXT_OFFLINE_REGISTRY, target);
	}
	if (from_stdin + password > 1)
		return fail_text(in, err, TEXT_STDIN_TWICE, STR_EMPTY);
	return 0;
}

static int take_image_options(const struct invocation *in, size_t base, struct image_opts *image,
			      struct err *err)
{
	const struct options *o = &in->options;

	image->platform = option_text(o, base + TARGET_PLATFORM);
	image->username = option_text(o, base + TARGET_USERNAME);
	if (option_on(o, base + TARGET_PASSWORD_STDIN) &&
	    read_password(in->arena, &image->password, err) < 0)
		return -1;
	image->ca_file = option_path(&in->options, base + TARGET_CA_FILE);
	image->client_cert = option_path(&in->options, base + TARGET_CERT);
	image->client_key = option_path(&in->options, base + TARGET_KEY);
	image->insecure = option_items(o, base + TARGET_INSECURE, &image->insecure_n);
	image->mirrors = option_items(o, base + TARGET_MIRROR, &image->mirrors_n);
	return 0;
}

/* Where results of layers are kept: beside the usual database. Without a home there is no cache. */
static char *cache_dir(const struct invocation *in, size_t base)
{
	struct err unused;
	char *path;

	if (!option_on(&in->options, base + TARGET_CACHE) ||
	    advisory_db_default_path(in->arena, &path, &unused) < 0)
		return NULL;
	str dir = str_take(str_c(path), (size_t)(str_rfind_char(str_c(path), '/') + 1));
	return str_cstr(in->arena, str_cat(in->arena, dir, STR("layers")));
}

int target_take_options(const struct invocation *in, size_t base, const str *targets, size_t n,
			struct scan_opts *scan, struct err *err)
{
	const struct options *o = &in->options;
	int64_t seconds;

	if (check_together(in, base, targets, n, err) < 0 ||
	    take_image_options(in, base, &scan->image, err) < 0 ||
	    value_duration(option_text(o, base + TARGET_TIMEOUT), &seconds, err) < 0)
		return -1;
	scan->timeout_s = (unsigned)seconds;
	scan->skip_files = option_items(o, base + TARGET_SKIP_FILES, &scan->skip_files_n);
	scan->skip_dirs = option_items(o, base + TARGET_SKIP_DIRS, &scan->skip_dirs_n);
	scan->cache_dir = cache_dir(in, base);
	scan->attached_sbom = str_eq(option_text(o, base + TARGET_SBOM_FROM), STR("image"));
	return 0;
}
