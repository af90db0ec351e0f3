/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/licences.h"

#include "fmt/licence/licence_text.h"

/* "0.95", "1", "1.0" as thousandths. */
static bool read_share(str text, unsigned *out)
{
	str whole = text, fraction = STR_EMPTY;
	uint64_t n, value = 0, unit = LICENCE_SURE;

	if (str_cut(text, '.', &whole, &fraction) && fraction.n > 3)
		return false;
	if (!str_u64(whole, &n) || n > 1)
		return false;
	value = n * LICENCE_SURE;
	for (size_t i = 0; i < fraction.n; i++) {
		if (!is_digit(fraction.p[i]))
			return false;
		unit /= 10;
		value += unit * (uint64_t)(fraction.p[i] - '0');
	}
	*out = (unsigned)value;
	return value >= LICENCE_CONFIDENCE_MIN && value <= LICENCE_SURE;
}

int licences_check_confidence(str value, struct err *err)
{
	unsigned share;

	if (!read_share(value, &share))
		return err_set(err, ERR_USAGE, "'%.*s' is not a share from 0.7 to 1",
			       STR_ARG(value));
	return 0;
}

bool licences_given(const struct invocation *in, size_t base)
{
	for (size_t i = 0; i < LICENCES_OPTION_COUNT; i++) {
		if (option_given(&in->options, base + i))
			return true;
	}
	return false;
}

const struct licence_opts *licences_take(const struct invocation *in, size_t base)
{
	struct licence_opts *l = ARENA_NEW(in->arena, struct licence_opts);
	const struct options *o = &in->options;

	l->policy.allow = option_items(o, base + LICENCES_ALLOW, &l->policy.allow_count);
	l->policy.deny = option_items(o, base + LICENCES_DENY, &l->policy.deny_count);
	l->ignored = option_items(o, base + LICENCES_IGNORED, &l->ignored_count);
	l->confidence = LICENCE_CONFIDENCE;
	IGNORE(read_share(option_text(o, base + LICENCES_CONFIDENCE),
			  &l->confidence)); /* checked */
	return l;
}
