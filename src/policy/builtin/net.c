/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>

#include "base/err.h"
#include "policy/builtin.h"

__extension__ typedef unsigned __int128 bits128;

/* A range of addresses; those of IPv4 are numbers of 32 bits. */
struct net {
	bool v6;
	bits128 first, last;
};

static bool parse_address(str s, struct net *out)
{
	char text[INET6_ADDRSTRLEN + 1];
	unsigned char bytes[16];
	size_t n = 4;

	if (s.n == 0 || s.n >= sizeof(text) || memchr(s.p, '\0', s.n))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	*out = (struct net){ 0 };
	if (inet_pton(AF_INET, text, bytes) != 1) {
		if (inet_pton(AF_INET6, text, bytes) != 1)
			return false;
		n = 16;
		out->v6 = true;
	}
	for (size_t i = 0; i < n; i++)
		out->first = out->first << 8 | bytes[i];
	if (out->v6 && out->first >> 32 == 0xffff) { /* IPv4 in IPv6 */
		out->v6 = false;
		out->first &= 0xffffffff;
	}
	out->last = out->first;
	return true;
}

static void widen(struct net *net, unsigned prefix)
{
	unsigned width = net->v6 ? 128 : 32;
	bits128 host =
		prefix == 0 && width == 128 ? ~(bits128)0 : (((bits128)1) << (width - prefix)) - 1;

	net->first &= ~host;
	if (!net->v6)
		net->first &= 0xffffffff;
	net->last = net->first | host;
}

static bool parse_cidr(str s, struct net *out)
{
	str address, prefix;
	uint64_t bits;

	if (!str_cut(s, '/', &address, &prefix) || !parse_address(address, out))
		return false;
	if (!str_u64(prefix, &bits) || prefix.n > 3 || bits > (out->v6 ? 128u : 32u) ||
	    (prefix.n > 1 && prefix.p[0] == '0'))
		return false;
	widen(out, (unsigned)bits);
	return true;
}

static bool parse_either(str s, struct net *out)
{
	return parse_address(s, out) || parse_cidr(s, out);
}

static int bad_cidr(struct builtin_call *call, str s)
{
	return builtin_fail(call, "invalid CIDR address: %.*s", STR_ARG(str_take(s, 200)));
}

static bool covers(const struct net *a, const struct net *b)
{
	return a->v6 == b->v6 && a->first <= b->first && b->last <= a->last;
}

static int contains(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct net a, b;

	if (!parse_cidr(value_text(&args[0]), &a))
		return bad_cidr(call, value_text(&args[0]));
	if (!parse_either(value_text(&args[1]), &b))
		return bad_cidr(call, value_text(&args[1]));
	*out = value_bool(covers(&a, &b));
	return BUILTIN_OK;
}

static int intersects(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct net a, b;

	if (!parse_cidr(value_text(&args[0]), &a))
		return bad_cidr(call, value_text(&args[0]));
	if (!parse_cidr(value_text(&args[1]), &b))
		return bad_cidr(call, value_text(&args[1]));
	*out = value_bool(a.v6 == b.v6 && a.first <= b.last && b.first <= a.last);
	return BUILTIN_OK;
}

static int is_valid(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct net net;

	(void)call;
	*out = value_bool(args[0].type == VALUE_STRING && parse_cidr(value_text(&args[0]), &net));
	return BUILTIN_OK;
}

/* What an operand of cidr_contains_matches holds: nets and how a match names them. */
struct named {
	struct value name;
	struct net net;
};

static int add_named(struct builtin_call *call, unsigned pos, struct value name,
		     const struct value *v, struct named *out)
{
	const struct value *text = v->type == VALUE_ARRAY && v->n ? &v->items[0] : v;

	if (text->type != VALUE_STRING)
		return builtin_fail(call, "operand %u: element must be string or non-empty array",
				    pos);
	out->name = name;
	if (pos == 1 ? parse_cidr(value_text(text), &out->net)
		     : parse_either(value_text(text), &out->net))
		return BUILTIN_OK;
	return bad_cidr(call, value_text(text));
}

static int named_of(struct builtin_call *call, unsigned pos, const struct value *v,
		    struct named **out, uint32_t *n)
{
	*n = v->type == VALUE_STRING ? 1 : v->n;
	*out = ARENA_ARRAY(call->arena, struct named, *n);
	if (v->type == VALUE_STRING)
		return add_named(call, pos, *v, v, *out);
	for (uint32_t i = 0; i < v->n; i++) {
		const struct value *item =
			v->type == VALUE_OBJECT ? &v->members[i].value : &v->items[i];
		struct value name = v->type == VALUE_OBJECT  ? v->members[i].key
				    : v->type == VALUE_ARRAY ? value_int(i)
							     : *item;
		int rc = add_named(call, pos, name, item, &(*out)[i]);

		if (rc != BUILTIN_OK)
			return rc;
	}
	return BUILTIN_OK;
}

static int contains_matches(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value_builder found;
	struct named *a, *b;
	uint32_t n, m;
	int rc = named_of(call, 1, &args[0], &a, &n);

	if (rc == BUILTIN_OK)
		rc = named_of(call, 2, &args[1], &b, &m);
	if (rc != BUILTIN_OK)
		return rc;
	value_builder_init(&found, call->arena);
	for (uint32_t i = 0; i < n; i++) {
		if (!builtin_charge(call, m / 16 + 1))
			return BUILTIN_HALT;
		for (uint32_t k = 0; k < m; k++) {
			struct value_builder pair;

			if (!covers(&a[i].net, &b[k].net))
				continue;
			value_builder_init(&pair, call->arena);
			value_builder_add(&pair, a[i].name);
			value_builder_add(&pair, b[k].name);
			value_builder_add(&found, value_builder_array(&pair));
		}
	}
	*out = value_builder_set(&found);
	return BUILTIN_OK;
}

static str print_address(bool v6, bits128 address, struct arena *arena)
{
	char text[INET6_ADDRSTRLEN];
	unsigned char bytes[16];
	size_t n = v6 ? 16 : 4;

	for (size_t i = n; i-- > 0; address >>= 8)
		bytes[i] = (unsigned char)address;
	if (!inet_ntop(v6 ? AF_INET6 : AF_INET, bytes, text, sizeof(text)))
		return STR("");
	return str_dup(arena, str_c(text));
}

#define EXPAND_MAX (1u << 20)

static int expand(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value_builder all;
	struct net net;

	if (!parse_cidr(value_text(&args[0]), &net))
		return bad_cidr(call, value_text(&args[0]));
	if (net.last - net.first >= EXPAND_MAX) {
		IGNORE(err_set(call->err, ERR_LIMIT, "net.cidr_expand: more than %u addresses",
			       EXPAND_MAX)); /* -1 by contract */
		return BUILTIN_HALT;
	}
	value_builder_init(&all, call->arena);
	for (bits128 i = 0; i <= net.last - net.first; i++) {
		if (!builtin_charge(call, 1))
			return BUILTIN_HALT;
		value_builder_add(&all,
				  value_str(print_address(net.v6, net.first + i, call->arena)));
	}
	*out = value_builder_set(&all);
	return BUILTIN_OK;
}

/* An address alone stands for the network of its class. */
static bool parse_for_merge(str s, struct net *out)
{
	unsigned top;

	if (parse_cidr(s, out))
		return true;
	if (!parse_address(s, out) || out->v6)
		return false;
	top = (unsigned)(out->first >> 24);
	if (top >= 224)
		return false;
	widen(out, top < 128 ? 8 : top < 192 ? 16 : 24);
	return true;
}

static int net_cmp(const void *a, const void *b)
{
	const struct net *x = a, *y = b;

	if (x->v6 != y->v6)
		return x->v6 ? 1 : -1;
	return (x->first > y->first) - (x->first < y->first);
}

/* The fewest networks that make up the range. */
static void add_range(struct builtin_call *call, const struct net *range, struct value_builder *out)
{
	unsigned width = range->v6 ? 128 : 32;
	bits128 at = range->first;

	for (;;) {
		unsigned host = 0;
		bits128 end = at;

		while (host < width && !(at >> host & 1)) {
			bits128 wider = at | ((((bits128)1) << host) | (end - at));

			if (wider > range->last)
				break;
			end = wider;
			host++;
		}
		value_builder_add(
			out, value_str(str_fmt(call->arena, "%.*s/%u",
					       STR_ARG(print_address(range->v6, at, call->arena)),
					       width - host)));
		if (end >= range->last)
			return;
		at = end + 1;
	}
}

static int merge(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct net *nets = ARENA_ARRAY(call->arena, struct net, args[0].n);
	struct value_builder merged;
	size_t n = 0;

	if (builtin_strings(call, 1, &args[0]) != BUILTIN_OK)
		return BUILTIN_TYPE;
	if (!builtin_charge(call, args[0].n))
		return BUILTIN_HALT;
	for (uint32_t i = 0; i < args[0].n; i++)
		if (!parse_for_merge(value_text(&args[0].items[i]), &nets[i]))
			return bad_cidr(call, value_text(&args[0].items[i]));
	if (args[0].n)
		qsort(nets, args[0].n, sizeof(*nets), net_cmp);
	for (uint32_t i = 0; i < args[0].n; i++) {
		struct net *last = n ? &nets[n - 1] : NULL;

		if (last && last->v6 == nets[i].v6 &&
		    (nets[i].first <= last->last || nets[i].first - 1 == last->last)) {
			if (nets[i].last > last->last)
				last->last = nets[i].last;
		} else {
			nets[n++] = nets[i];
		}
	}
	value_builder_init(&merged, call->arena);
	for (size_t i = 0; i < n; i++)
		add_range(call, &nets[i], &merged);
	*out = value_builder_set(&merged);
	return BUILTIN_OK;
}

#define NETS "string|array[any]|set[any]|object[any: any]"

const struct builtin builtins_net[] = {
	{ "net.cidr_contains", "string, string -> boolean", contains },
	{ "net.cidr_contains_matches", NETS ", " NETS " -> set[array[any]]", contains_matches },
	{ "net.cidr_intersects", "string, string -> boolean", intersects },
	{ "net.cidr_overlap", "string, string -> boolean", contains, .v0_only = true },
	{ "net.cidr_is_valid", "any -> boolean", is_valid },
	{ "net.cidr_expand", "string -> set[string]", expand },
	{ "net.cidr_merge", "array[string]|set[string] -> set[string]", merge },
	{ .name = NULL },
};
