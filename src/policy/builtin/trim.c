/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builtin.h"

enum trim_ends { TRIM_LEFT = 1, TRIM_RIGHT = 2, TRIM_BOTH = 3 };

static bool is_white(uint32_t cp)
{
	return (cp >= '\t' && cp <= '\r') || cp == ' ' || cp == 0x85 || cp == 0xa0 ||
	       cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 || cp == 0x2029 ||
	       cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

/* cutset.p NULL: white space. */
static bool in_set(str rune, str cutset)
{
	uint32_t cp;

	if (cutset.p)
		return str_find(cutset, rune) >= 0;
	return utf8_decode(rune.p, rune.n, &cp) && is_white(cp);
}

static str first_rune(str s)
{
	size_t n = 1;

	while (n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n++;
	return str_take(s, n);
}

static str last_rune(str s)
{
	size_t i = s.n - 1;

	while (i > 0 && ((unsigned char)s.p[i] & 0xc0) == 0x80)
		i--;
	return str_skip(s, i);
}

static int trim_set(struct builtin_call *call, str s, str cutset, enum trim_ends ends,
		    struct value *out)
{
	uint64_t work = 0;

	while ((ends & TRIM_LEFT) && s.n && in_set(first_rune(s), cutset)) {
		s = str_skip(s, first_rune(s).n);
		work += 1 + cutset.n / 16;
	}
	while ((ends & TRIM_RIGHT) && s.n && in_set(last_rune(s), cutset)) {
		s = str_drop_end(s, last_rune(s).n);
		work += 1 + cutset.n / 16;
	}
	if (!builtin_charge(call, work / 32))
		return BUILTIN_HALT;
	*out = value_str(s);
	return BUILTIN_OK;
}

static str cutset_of(const struct value *v) { return v->n ? value_text(v) : STR(""); }

static int trim(struct builtin_call *call, const struct value *args, struct value *out)
{
	return trim_set(call, value_text(&args[0]), cutset_of(&args[1]), TRIM_BOTH, out);
}

static int trim_left(struct builtin_call *call, const struct value *args, struct value *out)
{
	return trim_set(call, value_text(&args[0]), cutset_of(&args[1]), TRIM_LEFT, out);
}

static int trim_right(struct builtin_call *call, const struct value *args, struct value *out)
{
	return trim_set(call, value_text(&args[0]), cutset_of(&args[1]), TRIM_RIGHT, out);
}

static int trim_space(struct builtin_call *call, const struct value *args, struct value *out)
{
	return trim_set(call, value_text(&args[0]), STR_EMPTY, TRIM_BOTH, out);
}

static int trim_prefix(struct builtin_call *call, const struct value *args, struct value *out)
{
	(void)call;
	*out = value_str(str_without_prefix(value_text(&args[0]), value_text(&args[1])));
	return BUILTIN_OK;
}

static int trim_suffix(struct builtin_call *call, const struct value *args, struct value *out)
{
	(void)call;
	*out = value_str(str_without_suffix(value_text(&args[0]), value_text(&args[1])));
	return BUILTIN_OK;
}

#define TWO_STRINGS "string, string -> string"

const struct builtin builtins_trim[] = {
	{ "trim", TWO_STRINGS, trim },
	{ "trim_left", TWO_STRINGS, trim_left },
	{ "trim_right", TWO_STRINGS, trim_right },
	{ "trim_prefix", TWO_STRINGS, trim_prefix },
	{ "trim_suffix", TWO_STRINGS, trim_suffix },
	{ "trim_space", "string -> string", trim_space },
	{ .name = NULL },
};
