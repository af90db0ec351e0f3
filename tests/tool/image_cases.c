/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the images of a case file as OCI layouts DIR/1, DIR/2 ...; prints number, name and why
 * umoci differs (or "-"). usage: image_cases FILE DIR */
#include <stdio.h>

#include "fixture/image_case.h"

int main(int argc, char **argv)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	size_t n = 0;

	if (argc != 3) {
		fputs("usage: image_cases FILE DIR\n", stderr);
		return 2;
	}
	const struct image_case *cases = image_cases_read(argv[1], arena, &n);
	for (size_t i = 0; i < n; i++) {
		str dir = str_fmt(arena, "%s/%zu", argv[2], i + 1);
		str reason = cases[i].unlike_umoci;

		image_write(str_cstr(arena, dir), cases[i].layers, cases[i].layer_n,
			    "application/vnd.oci.image.layer.v1.tar");
		printf("%zu\t%.*s\t%.*s\n", i + 1, STR_ARG(cases[i].name),
		       STR_ARG(reason.n > 0 ? reason : STR("-")));
	}
	return 0;
}
