/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that may stand in place of one that was refused, by what it was held against. */
#include "policy/constraint/fix_guess.h"

#define CHOSEN STR("choose")

static void give(struct fix_guesses *out, str text, unsigned cost, bool choose)
{
	if (out->n == FIX_MAX_GUESSES || text.n == 0)
		return;
	for (size_t i = 0; i < out->n; i++) {
		if (str_eq(value_text(&out->items[i].value), text))
			return;
	}
	out->items[out->n++] =
		(struct fix_guess){ .value = value_str(text), .cost = cost, .choose = choose };
}

static str without(str text, str part, struct arena *arena)
{
	struct buf b;
	ptrdiff_t at;
	str out;

	buf_init(&b, text.n + 1);
	while (part.n > 0 && (at = str_find(text, part)) >= 0) {
		buf_add(&b, str_take(text, (size_t)at));
		text = str_skip(text, (size_t)at + part.n);
	}
	buf_add(&b, text);
	out = str_dup(arena, buf_str(&b));
	buf_done(&b);
	while (out.n > 0 && !is_alnum(out.p[0]))
		out = str_skip(out, 1);
	while (out.n > 0 && !is_alnum(out.p[out.n - 1]))
		out = str_drop_end(out, 1);
	return out;
}

/* A pattern with stars as a text that it fits. */
static str star_text(str pattern, str word, struct arena *arena)
{
	struct buf b;
	str out;

	buf_init(&b, 4096);
	for (size_t i = 0; i < pattern.n; i++) {
		if (pattern.p[i] != '*')
			buf_byte(&b, pattern.p[i] == '?' ? 'x' : pattern.p[i]);
		else if (i == 0 || pattern.p[i - 1] != '*')
			buf_add(&b, word);
	}
	out = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return out;
}

/* ---- images -------------------------------------------------------------------------------- */

struct image {
	str registry, path, tag, digest; /* registry and tag may be empty */
};

static struct image image_read(str s)
{
	struct image out = { 0 };
	ptrdiff_t at = str_find_char(s, '@'), slash, colon;

	if (at >= 0) {
		out.digest = str_skip(s, (size_t)at);
		s = str_take(s, (size_t)at);
	}
	slash = str_rfind_char(s, '/');
	colon = str_rfind_char(s, ':');
	if (colon > slash) {
		out.tag = str_skip(s, (size_t)colon + 1);
		s = str_take(s, (size_t)colon);
	}
	slash = str_find_char(s, '/');
	out.path = s;
	if (slash > 0) {
		str first = str_take(s, (size_t)slash);

		if (str_find_char(first, '.') >= 0 || str_find_char(first, ':') >= 0 ||
		    str_eq(first, STR("localhost"))) {
			out.registry = first;
			out.path = str_skip(s, (size_t)slash + 1);
		}
	}
	return out;
}

static str last_part(str image)
{
	ptrdiff_t slash = str_rfind_char(image_read(image).path, '/');
	ptrdiff_t at = str_find(
		image, str_skip(image_read(image).path, slash < 0 ? 0 : (size_t)slash + 1));

	return at < 0 ? image : str_skip(image, (size_t)at);
}

static void guess_image(str now, const struct fix_partner *p, struct arena *arena,
			struct fix_guesses *out)
{
	struct image image = image_read(now);
	str other = value_text(&p->other), name = last_part(now);
	str place = image.registry.n > 0 ? str_fmt(arena, "%.*s/%.*s", STR_ARG(image.registry),
						   STR_ARG(image.path))
					 : image.path;

	if (str_find_char(other, '@') >= 0)
		out->digest = true;
	if (!p->held &&
	    (p->relation == FIX_EQUAL || p->relation == FIX_PREFIX || p->relation == FIX_GLOB) &&
	    other.n > 1) {
		str head = str_without_suffix(other, STR("*"));

		if (head.n == other.n && p->relation == FIX_EQUAL && str_find_char(other, '*') < 0)
			give(out, other, 15, true);
		if (str_find_char(head, '*') < 0)
			give(out, str_cat(arena, head, name), 14, true);
		else
			give(out, star_text(other, name, arena), 16, true);
	}
	if (p->relation == FIX_PATTERN && !p->held) {
		str text;

		if (fix_pattern_text(other, arena, &text) && str_find_char(text, '@') < 0) {
			give(out, text, 30, true);
			give(out, str_cat(arena, text, name), 18, true);
			give(out, str_cat(arena, now, text), 24, true);
			give(out, str_fmt(arena, "%.*s:%.*s", STR_ARG(place), STR_ARG(text)), 26,
			     true);
		}
	}
	if ((p->relation == FIX_SUFFIX && p->held) || p->relation == FIX_CONTAINS)
		give(out, str_fmt(arena, "%.*s:1.0.0", STR_ARG(place)), 11, true);
	if (image.digest.n == 0 || p->relation == FIX_EQUAL)
		give(out, str_fmt(arena, "%.*s:1.0.0", STR_ARG(place)), 24, true);
	if (p->held || p->relation != FIX_SUFFIX)
		give(out,
		     str_fmt(arena, "registry.example.com/%.*s%.*s", STR_ARG(image.path),
			     STR_ARG(str_skip(now, place.n))),
		     28, true);
}

/* ---- other texts --------------------------------------------------------------------------- */

static void guess_text(str now, const struct fix_partner *p, struct arena *arena,
		       struct fix_guesses *out)
{
	str other = value_text(&p->other), text;

	switch (p->relation) {
	case FIX_EQUAL:
		if (str_starts(now, STR("/")) && !str_starts(other, STR("/")))
			break; /* a part of a path */
		if (!p->held)
			give(out, other, 12, false);
		if (!p->held && other.n > 1 && str_find_char(other, '*') >= 0)
			give(out, star_text(other, CHOSEN, arena), 18, true);
		break;
	case FIX_PREFIX:
		if (p->held)
			give(out, str_skip(now, other.n), 20, true);
		else
			give(out, str_cat(arena, other, now), 16, true);
		break;
	case FIX_SUFFIX:
		if (p->held)
			give(out, str_drop_end(now, other.n), 20, true);
		else
			give(out, str_cat(arena, now, other), 16, true);
		break;
	case FIX_CONTAINS:
		if (p->held)
			give(out, without(now, other, arena), 18, true);
		else
			give(out, str_cat(arena, now, other), 18, true);
		break;
	case FIX_PATTERN:
		if (p->held || !fix_pattern_text(other, arena, &text))
			break;
		give(out, text, 14, true);
		give(out, str_cat(arena, CHOSEN, text), 22, true);
		give(out, str_cat(arena, text, now), 24, true);
		give(out, str_cat(arena, now, text), 24, true);
		break;
	case FIX_GLOB:
		if (!p->held)
			give(out, star_text(other, CHOSEN, arena), 16, true);
		break;
	default:
		break;
	}
}

static void guess_value(const struct fix_partner *p, struct fix_guesses *out)
{
	if (out->n + 3 > FIX_MAX_GUESSES || p->other.type == VALUE_NULL ||
	    (p->relation != FIX_EQUAL && p->relation != FIX_ORDER))
		return;
	if (p->relation == FIX_ORDER || !p->held)
		out->items[out->n++] = (struct fix_guess){ .value = p->other, .cost = 12 };
	if (p->relation == FIX_EQUAL || !p->other.flag || p->other.type != VALUE_NUMBER ||
	    p->other.i == INT64_MAX || p->other.i == INT64_MIN)
		return;
	out->items[out->n++] = (struct fix_guess){ .value = value_int(p->other.i + 1), .cost = 14 };
	out->items[out->n++] = (struct fix_guess){ .value = value_int(p->other.i - 1), .cost = 15 };
}

void fix_guess(const struct value *now, const struct fix_partner *partner, bool image,
	       struct arena *arena, struct fix_guesses *out)
{
	str text = value_text(now);

	if (partner->other.type != VALUE_STRING)
		guess_value(partner, out);
	else if (image)
		guess_image(text, partner, arena, out);
	else
		guess_text(text, partner, arena, out);
}
