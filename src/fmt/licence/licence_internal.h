/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of licence.h share. */
#include "fmt/licence/licence.h"

/* A data file without the comments at its head. */
str licence_list_body(const unsigned char *bytes, size_t n);
/* The expression that a name of licence_names.txt stands for; empty: none. */
str licence_list_name(str name);

/* The expression of a licence whose text lies at this address, as its last part says. */
str licence_url(str text, struct arena *arena);

/*
 * The expression that a freely written name means ("GNU General Public License v2 or later
 * (GPLv2+)"), in `arena`; empty: it cannot be told. *certain becomes false when the version, or
 * which of several licences of one name, had to be supposed.
 */
str licence_family(str text, struct arena *arena, bool *certain);
