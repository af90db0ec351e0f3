/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/* Macros over the functions below. */
#undef err_set
#undef err_sys
#undef err_wrap

static const char *const kind_names[] = {
	[ERR_NONE] = "none",	       [ERR_INPUT] = "input",
	[ERR_LIMIT] = "limit",	       [ERR_UNSUPPORTED] = "unsupported",
	[ERR_NOT_FOUND] = "not_found", [ERR_DENIED] = "denied",
	[ERR_NETWORK] = "network",     [ERR_SYS] = "system",
	[ERR_USAGE] = "usage",	       [ERR_INTERRUPTED] = "interrupted",
};

/* Foreign text must not move the cursor of a terminal. UTF-8 passes, but for its control characters
 * (U+0080 to U+009F). */
static void clean(char *msg)
{
	for (unsigned char *p = (unsigned char *)msg; *p; p++) {
		if (*p < 0x20 || *p == 0x7f)
			*p = '?';
		if (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)
			*p = p[1] = '?';
	}
}

static void mark_cut(struct err *err, int wanted)
{
	if (wanted >= (int)sizeof(err->msg))
		memcpy(err->msg + sizeof(err->msg) - 4, "...", 4);
	clean(err->msg);
}

int err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;
	int n;

	err->kind = kind;
	err->code = 0;
	va_start(ap, fmt);
	n = vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	mark_cut(err, n);
	return -1;
}

int err_sys(struct err *err, int errnum, const char *fmt, ...)
{
	char text[sizeof(err->msg)], reason[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	switch (errnum) {
	case EACCES:
	case EPERM:
		err->kind = ERR_DENIED;
		break;
	case ENOENT:
	case ENOTDIR:
		err->kind = ERR_NOT_FOUND;
		break;
	default:
		err->kind = ERR_SYS;
	}
	err->code = errnum;
	mark_cut(err, snprintf(err->msg, sizeof(err->msg), "%s: %s", text,
			       strerror_r(errnum, reason, sizeof(reason))));
	return -1;
}

int err_wrap(struct err *err, const char *fmt, ...)
{
	char inner[sizeof(err->msg)], text[sizeof(err->msg)];
	va_list ap;

	memcpy(inner, err->msg, sizeof(inner));
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	mark_cut(err, snprintf(err->msg, sizeof(err->msg), "%s: %s", text, inner));
	return -1;
}

const char *err_kind_name(enum err_kind kind)
{
	if ((size_t)kind >= ARRAY_LEN(kind_names))
		return "unknown";
	return kind_names[kind];
}

enum err_kind err_kind_from(str name)
{
	for (size_t i = 0; i < ARRAY_LEN(kind_names); i++)
		if (str_eq(name, str_c(kind_names[i])))
			return (enum err_kind)i;
	return ERR_NONE;
}
