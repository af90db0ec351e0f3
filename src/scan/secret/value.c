/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret/value.h"

#include <math.h>
#include <openssl/crypto.h>

#include "base/num.h"
#include "base/sha.h"

double value_entropy(str value)
{
	size_t count[256] = { 0 };
	double bits = 0;

	for (size_t i = 0; i < value.n; i++)
		count[(unsigned char)value.p[i]]++;
	for (size_t i = 0; i < ARRAY_LEN(count); i++) {
		double share = (double)count[i] / (double)(value.n ? value.n : 1);

		if (count[i] > 0)
			bits -= share * log2(share);
	}
	return bits;
}

bool value_looks_chosen(str value)
{
	size_t letters = 0, digits = 0, signs = 0, capitals = 0, joints = 0;

	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		letters += is_alpha(c);
		capitals += c >= 'A' && c <= 'Z';
		digits += is_digit(c);
		signs += strchr("!@#^*?+~", c) != NULL;
		joints += strchr("-_.[](), /", c) != NULL;
	}
	if (letters == 0 || str_find(value, STR("://")) >= 0)
		return false;
	return digits >= 2 || digits + signs >= 2 || (digits == 1 && capitals + joints == 0);
}

void value_shown(str value, char out[VALUE_SHOWN + 1])
{
	size_t n = size_min(VALUE_SHOWN, value.n / 4);

	for (size_t i = 0; i < n; i++)
		out[i] = value.p[i] > ' ' && value.p[i] < 0x7f ? value.p[i] : '?';
	out[n] = 0;
}

void value_digest(str value, char out[VALUE_DIGEST_HEX + 1])
{
	unsigned char digest[SHA_BYTES_MAX];

	(void)sha_of(SHA_KIND_256, value, digest);
	IGNORE(snprintf(out, VALUE_DIGEST_HEX + 1, "%02x%02x%02x", digest[0], digest[1],
			digest[2])); /* always fits */
	OPENSSL_cleanse(digest, sizeof(digest));
}
