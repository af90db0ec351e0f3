/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "policy/builtin.h"

static str print_uuid(const unsigned char *b, struct arena *arena)
{
	return str_fmt(arena,
		       "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
		       b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
		       b[13], b[14], b[15]);
}

static int rfc4122(struct builtin_call *call, const struct value *args, struct value *out)
{
	uint64_t words[2] = { siphash(value_text(&args[0]), call->seed, 1),
			      siphash(value_text(&args[0]), call->seed, 2) };
	unsigned char b[16];

	memcpy(b, words, sizeof(b));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40); /* version 4, random */
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80); /* variant of RFC 4122 */
	*out = value_str(print_uuid(b, call->arena));
	return BUILTIN_OK;
}

/* With dashes, as "urn:uuid:", in braces, or 32 digits alone. */
static bool parse_uuid(str s, unsigned char out[16])
{
	bool dashes;
	size_t at = 0;

	if (s.n == 45 && str_ieq(str_take(s, 9), STR("urn:uuid:")))
		s = str_skip(s, 9);
	if (s.n == 38 && s.p[0] == '{' && s.p[37] == '}')
		s = str_of(s.p + 1, 36);
	dashes = s.n == 36;
	if (s.n != 36 && s.n != 32)
		return false;
	for (size_t i = 0; i < 16; i++) {
		uint64_t byte;

		if (dashes && (i == 4 || i == 6 || i == 8 || i == 10) && s.p[at++] != '-')
			return false;
		if (!str_u64_base(str_of(s.p + at, 2), 16, &byte))
			return false;
		out[i] = (unsigned char)byte;
		at += 2;
	}
	return true;
}

static const char *variant_name(unsigned char b)
{
	if ((b & 0xc0) == 0x80)
		return "RFC4122";
	if ((b & 0xe0) == 0xc0)
		return "Microsoft";
	return (b & 0xe0) == 0xe0 ? "Future" : "Reserved";
}

/* From 1582-10-15 to 1970-01-01, in units of 100 ns. */
#define GREGORIAN_START INT64_C(122192928000000000)

static void add_node(struct builtin_call *call, struct object_builder *b, const unsigned char *u)
{
	uint64_t low = (uint64_t)u[0] << 24 | u[1] << 16 | u[2] << 8 | u[3];
	uint64_t time = low | ((uint64_t)u[4] << 8 | u[5]) << 32 |
			((uint64_t)(u[6] & 0x0f) << 8 | u[7]) << 48;

	OBJECT_ADD(b, "time", value_int(((int64_t)time - GREGORIAN_START) * 100));
	OBJECT_ADD(b, "clocksequence", value_int((u[8] & 0x3f) << 8 | u[9]));
	OBJECT_ADD(b, "nodeid",
		   value_str(str_fmt(call->arena, "%02x-%02x-%02x-%02x-%02x-%02x", u[10], u[11],
				     u[12], u[13], u[14], u[15])));
	OBJECT_ADD(b, "macvariables",
		   value_str(str_fmt(call->arena, "%s:%s", u[10] & 2 ? "local" : "global",
				     u[10] & 1 ? "multicast" : "unicast")));
}

static int parse(struct builtin_call *call, const struct value *args, struct value *out)
{
	static const char *const domains[] = { "Person", "Group", "Org" };
	struct object_builder b;
	unsigned char u[16];
	int version;

	if (!parse_uuid(value_text(&args[0]), u))
		return BUILTIN_UNDEFINED;
	version = u[6] >> 4;
	object_builder_init(&b, call->arena);
	OBJECT_ADD(&b, "version", value_int(version));
	OBJECT_ADD(&b, "variant", value_str(str_c(variant_name(u[8]))));
	if (version == 1 || version == 2)
		add_node(call, &b, u);
	if (version == 2) {
		OBJECT_ADD(&b, "id",
			   value_int((int64_t)u[0] << 24 | u[1] << 16 | u[2] << 8 | u[3]));
		OBJECT_ADD(&b, "domain",
			   value_str(u[9] < ARRAY_LEN(domains)
					     ? str_c(domains[u[9]])
					     : str_fmt(call->arena, "Domain%u", u[9])));
	}
	*out = object_builder_take_last(&b);
	return BUILTIN_OK;
}

const struct builtin builtins_uuid[] = {
	{ "uuid.rfc4122", "string -> string", rfc4122, .nondeterministic = true },
	{ "uuid.parse", "string -> object[string: any]", parse },
	{ .name = NULL },
};
