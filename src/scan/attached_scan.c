/* SPDX-License-Identifier: Apache-2.0 */
/* An image by the bill of materials that somebody attached to it. */
#include "base/temp_file.h"
#include "base/time.h"
#include "oci/referrer.h"
#include "scan/sbom_scan.h"
#include "scan/scan_internal.h"

static void add_note(const struct not_examined *note, struct arena *arena, struct inventory *out)
{
	size_t n = out->not_examined_count;
	struct not_examined *all = ARENA_ARRAY(arena, struct not_examined, n + 1);

	for (size_t i = 0; i < n; i++)
		all[i] = out->not_examined[i];
	all[n] = *note;
	out->not_examined = all;
	out->not_examined_count = n + 1;
}

/* Said with every such scan: it is the word of whoever may push to the repository. */
static void tell_unverified(const struct attached *attached, struct arena *arena,
			    struct inventory *out)
{
	const struct not_examined note = {
		.what = STR("layers"),
		.path = attached->digest,
		.reason =
			STR("the attached bill of materials was taken in their place; who made it "
			    "was not verified"),
		.count = 1,
	};

	add_note(&note, arena, out);
}

void scan_tell_statements(struct inventory *inventory, str where, struct arena *arena)
{
	const struct not_examined note = {
		.what = STR("signature"),
		.path = where,
		.reason =
			STR("statements of a supplier were taken from there; who made them was not "
			    "verified"),
		.count = 1,
	};

	add_note(&note, arena, inventory);
}

void scan_tell_idle_statements(struct inventory *inventory, size_t count, str first,
			       struct arena *arena)
{
	const struct not_examined note = {
		.what = STR("statement"),
		.path = first,
		.reason = STR("names a component that is not known in this target, and excuses "
			      "nothing"),
		.count = count,
	};

	add_note(&note, arena, inventory);
}

int scan_statements(struct image *image, struct arena *arena, struct inventory *out,
		    struct err *err)
{
	const struct attached *all;
	int n = image_attached_statements(image, arena, &all, err);
	struct attached_text *texts;

	if (n < 0)
		return err_wrap(err, "--vex oci");
	texts = ARENA_ARRAY(arena, struct attached_text, (size_t)n);
	for (int i = 0; i < n; i++) {
		/* Signatures are objects with "sig"; whether they are good is not asked. */
		bool has_signature = str_find(all[i].text, STR("\"sig\"")) >= 0;

		texts[i].text = all[i].text;
		texts[i].source = str_fmt(arena, "oci %.*s (%s)", STR_ARG(all[i].digest),
					  has_signature ? "signature not verified" : "unsigned");
	}
	const struct image_manifest *m = image_manifest(image);
	str *subjects = ARENA_ARRAY(arena, str, 3);

	subjects[out->subject_count++] = m->digest;
	if (m->index_digest.n > 0)
		subjects[out->subject_count++] = m->index_digest;
	if (m->config_digest.n > 0)
		subjects[out->subject_count++] = m->config_digest;
	out->subjects = subjects;
	out->statements = texts;
	out->statement_count = (size_t)n;
	return 0;
}

static int read_attached(const struct attached *attached, const struct scan_opts *opts,
			 struct arena *arena, struct inventory *out, struct err *err)
{
	AUTO(fd_close)
	int fd = temp_file_open(opts->image.tmp_dir, err);

	if (fd < 0 || fd_write_all(fd, attached->text, err) < 0)
		return -1;
	return sbom_scan_fd(fd, attached->text.n, opts, arena, out, err);
}

int scan_attached(str target, const struct scan_opts *opts, struct arena *arena,
		  struct inventory *out, struct err *err)
{
	AUTO(image_close)
	struct image *image = NULL;
	struct image_opts image_opts = opts->image;
	struct attached attached;
	int found;

	if (opts->timeout_s)
		image_opts.deadline_ms = time_mono_ms() + 1000 * (int64_t)opts->timeout_s;
	if (image_open(target, &image_opts, arena, &image, err) < 0)
		return -1;
	found = image_attached_sbom(image, arena, &attached, err);
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND,
			       "image %.*s: no bill of materials is attached to it; without "
			       "--sbom-from image the layers are read",
			       STR_ARG(target));
	if (found < 0 || read_attached(&attached, opts, arena, out, err) < 0)
		return err_wrap(err, "image %.*s", STR_ARG(target));
	scan_describe_image(image_manifest(image), target, arena, out);
	if (opts->attached_statements && scan_statements(image, arena, out, err) < 0)
		return err_wrap(err, "image %.*s", STR_ARG(target));
	tell_unverified(&attached, arena, out);
	return 0;
}
