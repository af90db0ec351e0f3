/* SPDX-License-Identifier: Apache-2.0 */
#include "casefile.h"

#include "base/arena.h"
#include "test.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

const char *casefile_data_path(const char *name, char *out, size_t out_size)
{
	int n = snprintf(out, out_size, "%s/%s", TESTS_DATA, name);

	if (n < 0 || (size_t)n >= out_size)
		test_fail(__FILE__, __LINE__, "path too long: %s", name);
	return out;
}

struct casefile casefile_open(const char *name)
{
	struct casefile file = { 0 };

	casefile_data_path(name, file.path, sizeof(file.path));
	file.stream = fopen(file.path, "re");
	if (file.stream == NULL)
		test_fail(file.path, 0, "%s", strerror(errno));
	return file;
}

bool casefile_next(struct casefile *file)
{
	for (;;) {
		errno = 0;
		ssize_t n = getline(&file->text, &file->text_size, file->stream);
		if (n < 0)
			break;
		file->number++;
		if (n > 0 && file->text[n - 1] == '\n')
			n--;
		if (n == 0 || file->text[0] == '#')
			continue;
		file->line = (str){ .p = file->text, .n = (size_t)n };
		file->rest = file->line;
		file->cases++;
		return true;
	}
	if (ferror(file->stream))
		test_fail(file->path, file->number, "%s", strerror(errno));
	if (file->cases == 0)
		test_fail(file->path, file->number, "no case in the file");
	return false;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

str casefile_field(struct casefile *file)
{
	str rest = file->rest;
	size_t from = 0, to;

	while (from < rest.n && is_blank(rest.p[from]))
		from++;
	for (to = from; to < rest.n && !is_blank(rest.p[to]);)
		to++;
	file->rest = (str){ .p = rest.p + to, .n = rest.n - to };
	return (str){ .p = rest.p + from, .n = to - from };
}

str casefile_part(str *rest)
{
	ptrdiff_t at = str_find(*rest, STR(" => "));
	str head = at < 0 ? *rest : str_take(*rest, (size_t)at);

	*rest = at < 0 ? STR_EMPTY : str_skip(*rest, (size_t)at + 4);
	return head;
}

str casefile_unescape(str text, struct arena *arena)
{
	char *out = arena_bytes(arena, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '\\' && i + 1 < text.n) {
			c = text.p[++i];
			c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
		}
		out[n++] = c;
	}
	return str_of(out, n);
}

void casefile_close(struct casefile *file)
{
	if (file == NULL)
		return;
	if (file->stream != NULL)
		(void)fclose(file->stream); /* opened for reading: nothing to lose */
	free(file->text);
	*file = (struct casefile){ 0 };
}

void casefile_fail(const struct casefile *file, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	test_fail(file->path, file->number, "%s", text);
}
