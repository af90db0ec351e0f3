/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what a scan gathers, a line a package: kind, name, version, arch. usage: inventory TARGET
 */
#include <stdio.h>

#include "scan/scan.h"

__attribute__((constructor)) static void become_worker(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "worker") == 0)
		_exit(scan_worker_main());
}

int main(int argc, char **argv)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct scan_opts opts = { .timeout_s = 60, .want_files = true };
	struct inventory inv;
	struct err err;

	if (argc != 2) {
		fputs("usage: inventory TARGET\n", stderr);
		return 2;
	}
	if (scan_inventory(str_c(argv[1]), &opts, arena, &inv, &err) < 0) {
		fprintf(stderr, "%s: %s\n", err_kind_name(err.kind), err.msg);
		return 3;
	}
	printf("os %.*s %.*s\n", STR_ARG(inv.os.family), STR_ARG(inv.os.version));
	for (size_t i = 0; i < inv.package_count; i++) {
		const struct package *p = &inv.packages[i];

		printf("%.*s %.*s %.*s %.*s %zu\n", STR_ARG(p->kind), STR_ARG(p->name),
		       STR_ARG(p->version), STR_ARG(p->arch), p->file_count);
	}
	return 0;
}
