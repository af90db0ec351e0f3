/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/container/container_value.h"

#include "base/buf.h"

#define PORTS_MAX 1000u /* of one range */

/* ---- numbers ---- */

/* Digits with at most one point; the digits alone go to *whole, *scale is 10^(decimals). */
static bool decimal(str text, unsigned most, uint64_t *whole, uint64_t *scale)
{
	bool point = false, digit = false;

	*whole = 0;
	*scale = 1;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (!is_digit(c))
			return false;
		digit = true;
		if (point && most == 0)
			continue; /* behind what anybody counts */
		if (__builtin_mul_overflow(*whole, 10u, whole) ||
		    __builtin_add_overflow(*whole, (uint64_t)(c - '0'), whole))
			return false;
		if (point) {
			*scale *= 10;
			most--;
		}
	}
	return digit;
}

/* The power of 1024 of a unit, -1: there is no such unit. */
static int unit_of(str unit, struct arena *arena)
{
	static const char letters[] = "kmgtp";
	str low = str_lower(arena, unit);

	low = str_without_suffix(low, STR("b"));
	if (low.n == 2 && low.p[1] == 'i')
		low = str_take(low, 1);
	if (low.n == 0)
		return 0;
	if (low.n != 1)
		return -1;
	const char *at = strchr(letters, low.p[0]);
	return at && low.p[0] ? (int)(at - letters) + 1 : -1;
}

bool value_bytes(str text, struct arena *arena, int64_t *out)
{
	uint64_t whole, scale;
	size_t n = 0;

	text = str_trim(text);
	if (str_eq(text, STR("-1"))) { /* no limit, of swap */
		*out = -1;
		return true;
	}
	while (n < text.n && (is_digit(text.p[n]) || text.p[n] == '.'))
		n++;
	str unit = str_skip(text, n);
	if (unit.n > 0 && unit.p[0] == ' ')
		unit = str_skip(unit, 1);
	int power = unit_of(unit, arena);
	if (power < 0 || !decimal(str_take(text, n), 6, &whole, &scale))
		return false;
	for (int i = 0; i < power; i++) {
		if (__builtin_mul_overflow(whole, 1024u, &whole))
			return false;
	}
	whole /= scale;
	if (whole > INT64_MAX)
		return false;
	*out = (int64_t)whole;
	return true;
}

bool value_nano_cpus(str text, int64_t *out)
{
	uint64_t whole, scale;

	if (!decimal(str_trim(text), 9, &whole, &scale))
		return false;
	while (scale < 1000000000u) {
		if (__builtin_mul_overflow(whole, 10u, &whole))
			return false;
		scale *= 10;
	}
	if (whole > INT64_MAX)
		return false;
	*out = (int64_t)whole;
	return true;
}

bool value_bool(str text, bool *out)
{
	static const char *const yes[] = { "true", "t", "1" }, *const no[] = { "false", "f", "0" };

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		*out = str_ieq(text, str_c(yes[i]));
		if (*out || str_ieq(text, str_c(no[i])))
			return true;
	}
	return false;
}

bool value_restart(str text, str *name, int64_t *tries)
{
	str rest = STR_EMPTY;

	*tries = 0;
	*name = text;
	if (str_cut(text, ':', name, &rest)) {
		if (!str_eq(*name, STR("on-failure")) || !str_i64(rest, tries) || *tries < 0)
			return false;
		return true;
	}
	return text.n == 0 || str_eq(text, STR("no")) || str_eq(text, STR("always")) ||
	       str_eq(text, STR("unless-stopped")) || str_eq(text, STR("on-failure"));
}

bool value_ulimit(str text)
{
	str name, limits, soft, hard;
	int64_t n;

	if (!str_cut(text, '=', &name, &limits) || name.n == 0)
		return false;
	soft = hard = limits;
	IGNORE(str_cut(limits, ':', &soft, &hard)); /* one number for both */
	return str_i64(soft, &n) && str_i64(hard, &n);
}

/* ---- ports ---- */

/* "80", "80-90". */
static bool range_of(str text, uint64_t *low, uint64_t *high)
{
	str first = text, last = text;

	IGNORE(str_cut(text, '-', &first, &last)); /* a port alone is a range of one */
	return str_u64(first, low) && str_u64(last, high) && *low <= *high && *high <= 65535;
}

static bool is_protocol(str protocol)
{
	return str_ieq(protocol, STR("tcp")) || str_ieq(protocol, STR("udp")) ||
	       str_ieq(protocol, STR("sctp"));
}

static str port_name(struct arena *arena, uint64_t port, str protocol)
{
	str low = str_lower(arena, protocol.n > 0 ? protocol : STR("tcp"));

	return str_fmt(arena, "%llu/%.*s", (unsigned long long)port, STR_ARG(low));
}

static bool is_address(str ip)
{
	for (size_t i = 0; i < ip.n; i++) {
		if (!is_alnum(ip.p[i]) && !memchr(".:%", ip.p[i], 3))
			return false;
	}
	return true;
}

bool value_port_parts(struct container_plan *plan, str ip, str published, str target, str protocol,
		      struct plan_place place, const char **why)
{
	uint64_t low, high, from = 0, to = 0;
	struct arena *arena = plan->arena;

	*why = "no port";
	if (!range_of(target, &low, &high) || (protocol.n > 0 && !is_protocol(protocol)) ||
	    !is_address(ip))
		return false;
	if (published.n > 0 && !range_of(published, &from, &to))
		return false;
	if (high - low >= PORTS_MAX) {
		*why = "too many ports";
		return false;
	}
	*why = "ranges of different size";
	if (published.n > 0 && to - from != high - low && low != high)
		return false;
	for (uint64_t port = low; port <= high; port++) {
		uint64_t other = from + (port - low);
		str host = published;

		if (published.n > 0 && low != high)
			host = str_fmt(arena, "%llu", (unsigned long long)other);
		str name = port_name(arena, port, protocol);
		plan_add(plan, PLAN_EXPOSED, name, place);
		plan_add_port(plan, (struct plan_port){ .port = name, .ip = ip, .host = host },
			      place);
	}
	return true;
}

bool value_port(struct container_plan *plan, str text, struct plan_place place, const char **why)
{
	str protocol = STR_EMPTY, target, published = STR_EMPTY, ip = STR_EMPTY;
	ptrdiff_t at = str_rfind_char(text, '/');

	if (at >= 0) {
		protocol = str_skip(text, (size_t)at + 1);
		text = str_take(text, (size_t)at);
	}
	target = text;
	at = str_rfind_char(text, ':');
	if (at >= 0) {
		target = str_skip(text, (size_t)at + 1);
		published = str_take(text, (size_t)at);
		at = str_rfind_char(published, ':');
		if (at >= 0) {
			ip = str_take(published, (size_t)at);
			published = str_skip(published, (size_t)at + 1);
			if (ip.n >= 2 && ip.p[0] == '[' && ip.p[ip.n - 1] == ']')
				ip = str_drop_end(str_skip(ip, 1), 1);
		}
	}
	return value_port_parts(plan, ip, published, target, protocol, place, why);
}

bool value_expose(struct container_plan *plan, str text, struct plan_place place)
{
	str ports = text, protocol = STR_EMPTY;
	uint64_t low, high;

	IGNORE(str_cut(text, '/', &ports, &protocol)); /* the protocol may be left out */
	if (!range_of(ports, &low, &high) || high - low >= PORTS_MAX ||
	    (protocol.n > 0 && !is_protocol(protocol)))
		return false;
	for (; low <= high; low++)
		plan_add(plan, PLAN_EXPOSED, port_name(plan->arena, low, protocol), place);
	return true;
}

/* ---- mounts ---- */

static bool is_windows(str path)
{
	return path.n >= 3 && is_alpha(path.p[0]) && path.p[1] == ':' &&
	       (path.p[2] == '\\' || path.p[2] == '/');
}

bool value_is_path(str source)
{
	return source.n > 0 && (source.p[0] == '/' || source.p[0] == '.' || source.p[0] == '~' ||
				source.p[0] == '\\' || is_windows(source));
}

static void add_segments(struct arena *arena, str path, str **items, size_t *n, size_t *cap)
{
	str part;

	while (str_split(&path, '/', &part)) {
		if (str_eq(part, STR(".."))) {
			*n -= *n > 0;
		} else if (part.n > 0 && !str_eq(part, STR("."))) {
			*items = arena_grow(arena, *items, *n, cap, sizeof(str));
			(*items)[(*n)++] = part;
		}
	}
}

str value_path(struct arena *arena, str folder, str path)
{
	AUTO(buf_done)
	struct buf out = { .p = NULL };
	str *items = NULL;
	size_t n = 0, cap = 0;

	if (is_windows(path))
		return str_dup(arena, path);
	if (!str_starts(path, STR("/")))
		add_segments(arena, folder, &items, &n, &cap);
	add_segments(arena, path, &items, &n, &cap);
	buf_init(&out, folder.n + path.n + 2);
	for (size_t i = 0; i < n; i++) {
		buf_byte(&out, '/');
		buf_add(&out, items[i]);
	}
	if (n == 0)
		buf_byte(&out, '/');
	return str_dup(arena, buf_str(&out));
}

void value_mount_options(str options, struct plan_mount *mount)
{
	static const char *const modes[] = { "shared", "rshared", "slave",
					     "rslave", "private", "rprivate" };
	str word;

	while (str_split(&options, ',', &word)) {
		word = str_trim(word);
		if (str_eq(word, STR("ro")) || str_eq(word, STR("readonly")))
			mount->read_only = true;
		for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
			if (str_eq(word, str_c(modes[i])))
				mount->propagation = str_c(modes[i]);
		}
	}
}

/* The parts between colons; the one in "C:\data" is none. */
static size_t split_volume(str text, str parts[4])
{
	size_t n = 0;

	while (n < 4) {
		size_t skip = is_windows(text) ? 2 : 0;
		ptrdiff_t at = str_find_char(str_skip(text, skip), ':');

		if (at < 0) {
			parts[n++] = text;
			return n;
		}
		parts[n++] = str_take(text, skip + (size_t)at);
		text = str_skip(text, skip + (size_t)at + 1);
	}
	return 5;
}

bool value_volume(struct arena *arena, str text, str folder, struct plan_mount *mount)
{
	str parts[4];
	size_t n = split_volume(text, parts);

	*mount = (struct plan_mount){ .type = STR("volume") };
	if (n == 0 || n > 3)
		return false;
	mount->destination = parts[n == 1 ? 0 : 1];
	if (mount->destination.n == 0 || (n > 1 && parts[0].n == 0))
		return false;
	if (n > 1 && value_is_path(parts[0])) {
		mount->type = STR("bind");
		mount->source = parts[0];
		mount->propagation = STR("rprivate");
		mount->host_path = value_path(arena, folder, parts[0]);
	} else if (n > 1) {
		mount->name = mount->source = parts[0];
	}
	if (n == 3)
		value_mount_options(parts[2], mount);
	return true;
}
