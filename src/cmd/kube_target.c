/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/kube_target.h"

#include <unistd.h>

#include "base/err.h"
#include "base/time.h"
#include "cmd/progress.h"

struct kube *kube_target_open(const struct invocation *in, size_t base, struct err *err)
{
	size_t n;
	const str *contexts = option_items(&in->options, base + KUBE_TARGET_CONTEXT, &n);

	if (n > 1)
		return err_null(err, ERR_USAGE, "--context: one cluster at a time here");
	return kube_target_open_context(in, base, n ? str_cstr(in->arena, contexts[0]) : NULL, err);
}

struct kube *kube_target_open_context(const struct invocation *in, size_t base, const char *context,
				      struct err *err)
{
	struct kube_opts opts = { .kubeconfig =
					  option_path(&in->options, base + KUBE_TARGET_KUBECONFIG),
				  .context = context };
	const str *warnings;
	struct kube *kube;
	int64_t seconds;
	size_t n;

	if (value_duration(option_text(&in->options, base + KUBE_TARGET_TIMEOUT), &seconds, err) <
	    0)
		return NULL;
	opts.person = isatty(STDERR_FILENO) && !in->quiet;
	opts.deadline_ms = time_mono_ms() + 1000 * seconds;
	kube = kube_open(&opts, err);
	if (!kube)
		return NULL;
	warnings = kube_warnings(kube, &n);
	for (size_t i = 0; i < n; i++)
		progress_note(in->quiet, warnings[i]);
	return kube;
}
