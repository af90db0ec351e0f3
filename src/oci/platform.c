/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/platform.h"

#include <sys/utsname.h>

#include "base/err.h"

/* Names of other tools for an architecture and variant. */
static const struct alias {
	str name, architecture, variant;
} aliases[] = {
	{ STR_INIT("x86_64"), STR_INIT("amd64"), STR_INIT("") },
	{ STR_INIT("x86-64"), STR_INIT("amd64"), STR_INIT("") },
	{ STR_INIT("aarch64"), STR_INIT("arm64"), STR_INIT("") },
	{ STR_INIT("armv8l"), STR_INIT("arm"), STR_INIT("v7") },
	{ STR_INIT("armv7l"), STR_INIT("arm"), STR_INIT("v7") },
	{ STR_INIT("armhf"), STR_INIT("arm"), STR_INIT("v7") },
	{ STR_INIT("armv6l"), STR_INIT("arm"), STR_INIT("v6") },
	{ STR_INIT("armel"), STR_INIT("arm"), STR_INIT("v6") },
	{ STR_INIT("i386"), STR_INIT("386"), STR_INIT("") },
	{ STR_INIT("i486"), STR_INIT("386"), STR_INIT("") },
	{ STR_INIT("i586"), STR_INIT("386"), STR_INIT("") },
	{ STR_INIT("i686"), STR_INIT("386"), STR_INIT("") },
	{ STR_INIT("loongarch64"), STR_INIT("loong64"), STR_INIT("") },
	{ STR_INIT("mips64el"), STR_INIT("mips64le"), STR_INIT("") },
};

static bool platform_rename(struct platform *p)
{
	for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
		if (!str_eq(aliases[i].name, p->architecture))
			continue;
		p->architecture = aliases[i].architecture;
		if (str_empty(p->variant))
			p->variant = aliases[i].variant;
		return true;
	}
	return false;
}

struct platform platform_host(void)
{
	/* What the program was built for stands in where the kernel's name is not known. */
#if defined(__x86_64__)
	struct platform p = { .os = STR("linux"), .architecture = STR("amd64") };
#elif defined(__aarch64__)
	struct platform p = { .os = STR("linux"), .architecture = STR("arm64") };
#elif defined(__riscv)
	struct platform p = { .os = STR("linux"), .architecture = STR("riscv64") };
#elif defined(__s390x__)
	struct platform p = { .os = STR("linux"), .architecture = STR("s390x") };
#elif defined(__powerpc64__)
	struct platform p = { .os = STR("linux"), .architecture = STR("ppc64le") };
#elif defined(__arm__)
	struct platform p = { .os = STR("linux"), .architecture = STR("arm") };
#else
	struct platform p = { .os = STR("linux"), .architecture = STR("386") };
#endif
	struct utsname name;

	if (uname(&name) < 0)
		return p;
	struct platform named = { .os = STR("linux"), .architecture = str_c(name.machine) };

	return platform_rename(&named) ? named : p;
}

static bool word_valid(str s)
{
	if (str_empty(s) || s.n > 64)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && s.p[i] != '_' && s.p[i] != '-' && s.p[i] != '.')
			return false;
	}
	return true;
}

int platform_parse(str text, struct arena *arena, struct platform *out, struct err *err)
{
	struct platform p = { 0 };
	str rest = text;
	str part[4];
	size_t n = 0;

	for (str piece; n < ARRAY_LEN(part) && str_split(&rest, '/', &piece);)
		part[n++] = piece;
	bool ok = n == 2 || n == 3;

	for (size_t i = 0; i < n; i++)
		ok = ok && word_valid(part[i]);
	if (!ok)
		return err_set(err, ERR_USAGE,
			       "platform '%.*s': expected os/arch or os/arch/variant, "
			       "for example linux/arm64",
			       STR_ARG(str_take(text, 80)));
	p.os = str_lower(arena, part[0]);
	p.architecture = str_lower(arena, part[1]);
	if (n == 3)
		p.variant = str_lower(arena, part[2]);
	platform_rename(&p);
	*out = p;
	return 0;
}

str platform_text(struct arena *arena, const struct platform *p)
{
	str text = str_fmt(arena, "%.*s/%.*s", STR_ARG(p->os), STR_ARG(p->architecture));

	if (!str_empty(p->variant))
		text = str_fmt(arena, "%.*s/%.*s", STR_ARG(text), STR_ARG(p->variant));
	return text;
}

/* 5 for "v5"; 0 when it has no such form. */
static uint64_t variant_number(str variant)
{
	uint64_t n = 0;

	return str_starts(variant, STR("v")) && str_u64(str_skip(variant, 1), &n) ? n : 0;
}

static str variant_usual(const struct platform *p)
{
	if (!str_empty(p->variant))
		return p->variant;
	if (str_eq(p->architecture, STR("arm64")))
		return STR("v8");
	if (str_eq(p->architecture, STR("arm")))
		return STR("v7");
	return STR("v1");
}

int platform_fit(const struct platform *want, const struct platform *have)
{
	if (!str_eq(want->os, have->os) || !str_eq(want->architecture, have->architecture))
		return 0;
	str need = variant_usual(want);
	str got = variant_usual(have);

	if (str_eq(need, got))
		return 100;
	/* A newer machine runs what was made for an older one. */
	uint64_t n = variant_number(need), g = variant_number(got);

	if (n && g && g < n && n < 50)
		return (int)(50 + g);
	return str_empty(want->variant) ? 1 : 0;
}
