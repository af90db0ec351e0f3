/* SPDX-License-Identifier: Apache-2.0 */
/* Files of JavaScript's and Python's package managers; the first byte picks the reader. */
#include "checking_sink.h"
#include "fmt/language/npm.h"
#include "fmt/language/pypi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef int reader(const struct file_view *, struct package_sink *, struct err *);

static reader *const readers[] = {
	npm_lock,
	npm_yarn_lock,
	npm_pnpm_lock,
	npm_bun_lock,
	npm_package_json,
	npm_package_json_deps,
	pypi_requirements,
	pypi_poetry_lock,
	pypi_pdm_lock,
	pypi_uv_lock,
	pypi_pylock,
	pypi_pipfile_lock,
	pypi_metadata,
	pypi_pyproject,
	conda_meta,
	conda_environment,
	pypi_egg,
	pypi_requirements_lowest,
	pypi_pyproject_lowest,
	conda_environment_lowest,
	pypi_requirements_named,
};

/* What all readers promise beside whole packages: edges sorted, each once; digests with a name. */
static int add(struct package_sink *sink, const struct package *p, struct err *err)
{
	must(p->depend_count == 0 || p->depends != NULL);
	for (size_t i = 0; i < p->depend_count; i++) {
		must(p->depends[i].n > 0);
		must(i == 0 || str_cmp(p->depends[i - 1], p->depends[i]) < 0);
	}
	for (size_t i = 0; i < p->digest_count; i++)
		must(str_find_char(p->digests[i], ':') > 0);
	must(p->layer == -1);
	return checking_add(sink, p, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct package_sink sink = { .add = add, .skipped = checking_skipped };
	struct err err = { .kind = ERR_NONE };
	struct file_view view;

	if (size == 0)
		return 0;
	view = file_view_text(STR("srv/app/file"), str_of((const char *)data + 1, size - 1));
	if (readers[data[0] % ARRAY_LEN(readers)](&view, &sink, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	return 0;
}
