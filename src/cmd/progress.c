/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/progress.h"

#include "report/term.h"
#include "sandbox/confine.h"

#include <unistd.h>

static bool is_shown(bool quiet) { return !quiet && isatty(STDERR_FILENO); }

void progress_show(bool quiet, enum lang lang, enum text id, str what)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	if (!is_shown(quiet))
		return;
	str line = text_make(arena, lang, id, (const str[]){ term_safe(arena, what) }, 1);
	size_t columns = term_columns(STDERR_FILENO);
	if (columns > 1)
		line = term_cut(arena, line, columns - 1);
	fprintf(stderr, "\r\033[K%.*s", STR_ARG(line));
}

void progress_clear(bool quiet)
{
	if (is_shown(quiet))
		fprintf(stderr, "\r\033[K");
}

void progress_note(bool quiet, str text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	if (quiet)
		return;
	str safe = term_safe(arena, text);
	fprintf(stderr, "seawall: %.*s\n", STR_ARG(safe));
}

void progress_confinement(bool quiet, enum lang lang, const struct confinement *confinement)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	if (confinement->missing[0])
		progress_note(quiet, TEXT_MAKE(arena, lang, NOTE_CONFINEMENT,
					       str_c(confinement->missing)));
}
