/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "policy/certificate.h"
#include "policy/encoding.h"
#include "policy/number.h"

static struct value base64(struct arena *arena, const unsigned char *bytes, int n)
{
	if (!bytes || n < 0)
		return value_null();
	return value_str(
		encoding_base64_write(str_of((const char *)bytes, (size_t)n), false, true, arena));
}

/* What i2d wrote; frees it. */
static struct value take_der(struct arena *arena, unsigned char *der, int n)
{
	struct value v = base64(arena, der, n);

	OPENSSL_free(der);
	return v;
}

#define DER(arena, i2d, object)                            \
	({                                                 \
		unsigned char *der_ = NULL;                \
		int n_ = i2d(object, &der_);               \
		take_der(arena, n_ > 0 ? der_ : NULL, n_); \
	})

static struct value big_number(const BIGNUM *number, struct arena *arena)
{
	char *text = number ? BN_bn2dec(number) : NULL;
	struct value v = text ? number_from_text(str_dup(arena, str_c(text))) : value_null();

	OPENSSL_free(text);
	return v;
}

static struct value whole(const ASN1_INTEGER *number, struct arena *arena)
{
	BIGNUM *big = ASN1_INTEGER_to_BN(number, NULL);
	struct value v = big_number(big, arena);

	BN_free(big);
	return v;
}

/* [2, 5, 4, 3] */
static struct value object_id(const ASN1_OBJECT *object, struct arena *arena)
{
	struct value_builder parts;
	char text[256];
	str rest, part;

	value_builder_init(&parts, arena);
	if (OBJ_obj2txt(text, sizeof(text), object, 1) > 0) {
		rest = str_dup(arena, str_take(str_c(text), sizeof(text) - 1));
		while (str_split(&rest, '.', &part))
			value_builder_add(&parts, number_from_text(part));
	}
	return value_builder_array(&parts);
}

static struct value text_of(const ASN1_STRING *s, struct arena *arena)
{
	unsigned char *utf8 = NULL;
	int n = ASN1_STRING_to_UTF8(&utf8, s);
	struct value v = VALUE_STR("");

	if (n > 0)
		v = value_str(str_dup(arena, str_of((const char *)utf8, (size_t)n)));
	if (n >= 0)
		OPENSSL_free(utf8);
	return v;
}

/* An array of strings, null when there is none. */
static struct value list_or_null(struct value_builder *items)
{
	return items->n ? value_builder_array(items) : value_null();
}

static struct value name_value(const X509_NAME *name, struct arena *arena)
{
	static const struct {
		const char *member;
		int nid;
		bool single;
	} fields[] = {
		{ "Country", NID_countryName, false },
		{ "Organization", NID_organizationName, false },
		{ "OrganizationalUnit", NID_organizationalUnitName, false },
		{ "Locality", NID_localityName, false },
		{ "Province", NID_stateOrProvinceName, false },
		{ "StreetAddress", NID_streetAddress, false },
		{ "PostalCode", NID_postalCode, false },
		{ "SerialNumber", NID_serialNumber, true },
		{ "CommonName", NID_commonName, true },
	};
	struct object_builder out;
	struct value_builder all;

	object_builder_init(&out, arena);
	value_builder_init(&all, arena);
	for (size_t f = 0; f < ARRAY_LEN(fields); f++) {
		struct value_builder values;
		struct value last = VALUE_STR("");

		value_builder_init(&values, arena);
		for (int at = -1;
		     (at = X509_NAME_get_index_by_NID(name, fields[f].nid, at)) >= 0;) {
			last = text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)),
				       arena);
			value_builder_add(&values, last);
		}
		object_builder_add(&out, value_str(str_c(fields[f].member)),
				   fields[f].single ? last : list_or_null(&values));
	}
	for (int i = 0; i < X509_NAME_entry_count(name); i++) {
		const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
		struct object_builder pair;

		object_builder_init(&pair, arena);
		OBJECT_ADD(&pair, "Type", object_id(X509_NAME_ENTRY_get_object(entry), arena));
		OBJECT_ADD(&pair, "Value", text_of(X509_NAME_ENTRY_get_data(entry), arena));
		value_builder_add(&all, object_builder_take_last(&pair));
	}
	OBJECT_ADD(&out, "Names", list_or_null(&all));
	OBJECT_ADD(&out, "ExtraNames", value_null());
	return object_builder_take_last(&out);
}

static struct value number_param(EVP_PKEY *pkey, const char *param, struct arena *arena)
{
	BIGNUM *number = NULL;
	struct value v = value_null();

	if (EVP_PKEY_get_bn_param(pkey, param, &number) == 1)
		v = big_number(number, arena);
	BN_clear_free(number);
	return v;
}

struct value certificate_key_value(EVP_PKEY *pkey, struct arena *arena)
{
	const struct value nothing = { .type = VALUE_OBJECT };
	unsigned char raw[32];
	size_t n = sizeof(raw);
	struct object_builder b;

	object_builder_init(&b, arena);
	switch (pkey ? EVP_PKEY_get_base_id(pkey) : 0) {
	case EVP_PKEY_RSA:
		OBJECT_ADD(&b, "N", number_param(pkey, OSSL_PKEY_PARAM_RSA_N, arena));
		OBJECT_ADD(&b, "E", number_param(pkey, OSSL_PKEY_PARAM_RSA_E, arena));
		return object_builder_take_last(&b);
	case EVP_PKEY_EC:
		OBJECT_ADD(&b, "Curve", nothing);
		OBJECT_ADD(&b, "X", number_param(pkey, OSSL_PKEY_PARAM_EC_PUB_X, arena));
		OBJECT_ADD(&b, "Y", number_param(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, arena));
		return object_builder_take_last(&b);
	case EVP_PKEY_ED25519:
		if (EVP_PKEY_get_raw_public_key(pkey, raw, &n) == 1)
			return base64(arena, raw, (int)n);
		return value_null();
	default:
		return value_null();
	}
}

/* Numbers of Go's enumerations. */
static int key_algorithm(EVP_PKEY *pkey)
{
	switch (pkey ? EVP_PKEY_get_base_id(pkey) : 0) {
	case EVP_PKEY_RSA:
		return 1;
	case EVP_PKEY_DSA:
		return 2;
	case EVP_PKEY_EC:
		return 3;
	case EVP_PKEY_ED25519:
		return 4;
	default:
		return 0;
	}
}

static int signature_algorithm(int nid)
{
	static const int nids[] = {
		0,
		NID_md2WithRSAEncryption,
		NID_md5WithRSAEncryption,
		NID_sha1WithRSAEncryption,
		NID_sha256WithRSAEncryption,
		NID_sha384WithRSAEncryption,
		NID_sha512WithRSAEncryption,
		NID_dsaWithSHA1,
		NID_dsa_with_SHA256,
		NID_ecdsa_with_SHA1,
		NID_ecdsa_with_SHA256,
		NID_ecdsa_with_SHA384,
		NID_ecdsa_with_SHA512,
		NID_rsassaPss,
		-1,
		-1,
		NID_ED25519,
	};

	for (size_t i = 1; i < ARRAY_LEN(nids); i++)
		if (nids[i] == nid)
			return (int)i;
	return 0;
}

static struct value time_value(const ASN1_TIME *time, struct arena *arena)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(time, &tm) != 1)
		return value_null();
	return value_str(str_fmt(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
				 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec));
}

static int key_usage(X509 *cert)
{
	uint32_t bits = X509_get_key_usage(cert);
	int out = 0;

	if (bits == UINT32_MAX)
		return 0;
	for (int i = 0; i < 8; i++)
		if (bits & (0x80u >> i))
			out |= 1 << i;
	return out | (bits & KU_DECIPHER_ONLY ? 256 : 0);
}

static struct value extended_usages(X509 *cert, struct arena *arena)
{
	static const int nids[] = { NID_anyExtendedKeyUsage, NID_server_auth,	NID_client_auth,
				    NID_code_sign,	     NID_email_protect, NID_ipsecEndSystem,
				    NID_ipsecTunnel,	     NID_ipsecUser,	NID_time_stamp,
				    NID_OCSP_sign,	     NID_ms_sgc,	NID_ns_sgc };
	EXTENDED_KEY_USAGE *usages = X509_get_ext_d2i(cert, NID_ext_key_usage, NULL, NULL);
	struct value_builder out;

	value_builder_init(&out, arena);
	for (int i = 0; usages && i < sk_ASN1_OBJECT_num(usages); i++)
		for (size_t k = 0; k < ARRAY_LEN(nids); k++)
			if (OBJ_obj2nid(sk_ASN1_OBJECT_value(usages, i)) == nids[k])
				value_builder_add(&out, value_int((int64_t)k));
	EXTENDED_KEY_USAGE_free(usages);
	return list_or_null(&out);
}

static struct value url_value(str url, struct arena *arena)
{
	str scheme = STR_EMPTY, rest = url, query = STR_EMPTY, host = STR_EMPTY;
	struct object_builder b;
	ptrdiff_t slash;

	str_cut(rest, ':', &scheme, &rest);
	str_cut(rest, '?', &rest, &query);
	if (str_starts(rest, STR("//"))) {
		rest = str_skip(rest, 2);
		slash = str_find_char(rest, '/');
		host = slash < 0 ? rest : str_take(rest, (size_t)slash);
		rest = slash < 0 ? STR_EMPTY : str_skip(rest, (size_t)slash);
	}
	object_builder_init(&b, arena);
	OBJECT_ADD(&b, "Scheme", value_str(scheme));
	OBJECT_ADD(&b, "Opaque", VALUE_STR(""));
	OBJECT_ADD(&b, "User", value_null());
	OBJECT_ADD(&b, "Host", value_str(host));
	OBJECT_ADD(&b, "Path", value_str(rest));
	OBJECT_ADD(&b, "RawPath", VALUE_STR(""));
	OBJECT_ADD(&b, "OmitHost", value_bool(false));
	OBJECT_ADD(&b, "ForceQuery", value_bool(false));
	OBJECT_ADD(&b, "RawQuery", value_str(query));
	OBJECT_ADD(&b, "Fragment", VALUE_STR(""));
	OBJECT_ADD(&b, "RawFragment", VALUE_STR(""));
	return object_builder_take_last(&b);
}

static struct value address_value(const ASN1_OCTET_STRING *address, struct arena *arena)
{
	char text[INET6_ADDRSTRLEN];
	int n = ASN1_STRING_length(address);

	if ((n != 4 && n != 16) || !inet_ntop(n == 4 ? AF_INET : AF_INET6,
					      ASN1_STRING_get0_data(address), text, sizeof(text)))
		return VALUE_STR("");
	return value_str(str_dup(arena, str_c(text)));
}

/* DNSNames and its like of a list of alternative names. */
static void add_names(struct object_builder *b, GENERAL_NAMES *names)
{
	struct value_builder dns, mail, ip, uri, uri_texts;

	value_builder_init(&dns, b->arena);
	value_builder_init(&mail, b->arena);
	value_builder_init(&ip, b->arena);
	value_builder_init(&uri, b->arena);
	value_builder_init(&uri_texts, b->arena);
	for (int i = 0; names && i < sk_GENERAL_NAME_num(names); i++) {
		int type;
		const void *name = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &type);

		if (type == GEN_DNS)
			value_builder_add(&dns, text_of(name, b->arena));
		else if (type == GEN_EMAIL)
			value_builder_add(&mail, text_of(name, b->arena));
		else if (type == GEN_IPADD)
			value_builder_add(&ip, address_value(name, b->arena));
		else if (type == GEN_URI) {
			struct value text = text_of(name, b->arena);

			value_builder_add(&uri_texts, text);
			value_builder_add(&uri, url_value(value_text(&text), b->arena));
		}
	}
	OBJECT_ADD(b, "DNSNames", list_or_null(&dns));
	OBJECT_ADD(b, "EmailAddresses", list_or_null(&mail));
	OBJECT_ADD(b, "IPAddresses", list_or_null(&ip));
	OBJECT_ADD(b, "URIs", list_or_null(&uri));
	OBJECT_ADD(b, "URIStrings", list_or_null(&uri_texts));
	GENERAL_NAMES_free(names);
}

static struct value extensions_value(const STACK_OF(X509_EXTENSION) * list, struct arena *arena)
{
	struct value_builder out;

	value_builder_init(&out, arena);
	for (int i = 0; list && i < sk_X509_EXTENSION_num(list); i++) {
		X509_EXTENSION *e = sk_X509_EXTENSION_value(list, i);
		const ASN1_OCTET_STRING *data = X509_EXTENSION_get_data(e);
		struct object_builder b;

		object_builder_init(&b, arena);
		OBJECT_ADD(&b, "Id", object_id(X509_EXTENSION_get_object(e), arena));
		OBJECT_ADD(&b, "Critical", value_bool(X509_EXTENSION_get_critical(e) > 0));
		OBJECT_ADD(&b, "Value",
			   base64(arena, ASN1_STRING_get0_data(data), ASN1_STRING_length(data)));
		value_builder_add(&out, object_builder_take_last(&b));
	}
	return list_or_null(&out);
}

static void add_basic_constraints(struct object_builder *b, X509 *cert)
{
	BASIC_CONSTRAINTS *bc = X509_get_ext_d2i(cert, NID_basic_constraints, NULL, NULL);
	long path = bc && bc->pathlen ? ASN1_INTEGER_get(bc->pathlen) : -1;

	OBJECT_ADD(b, "BasicConstraintsValid", value_bool(bc != NULL));
	OBJECT_ADD(b, "IsCA", value_bool(bc && bc->ca));
	OBJECT_ADD(b, "MaxPathLen", value_int(bc ? path : 0));
	OBJECT_ADD(b, "MaxPathLenZero", value_bool(path == 0));
	BASIC_CONSTRAINTS_free(bc);
}

static struct value octets(const ASN1_OCTET_STRING *s, struct arena *arena)
{
	return s ? base64(arena, ASN1_STRING_get0_data(s), ASN1_STRING_length(s)) : value_null();
}

/* Locations of one kind in the access information of the issuer. */
static struct value access_urls(X509 *cert, int nid, struct arena *arena)
{
	AUTHORITY_INFO_ACCESS *info = X509_get_ext_d2i(cert, NID_info_access, NULL, NULL);
	struct value_builder out;

	value_builder_init(&out, arena);
	for (int i = 0; info && i < sk_ACCESS_DESCRIPTION_num(info); i++) {
		const ACCESS_DESCRIPTION *a = sk_ACCESS_DESCRIPTION_value(info, i);

		if (OBJ_obj2nid(a->method) == nid && a->location->type == GEN_URI)
			value_builder_add(&out,
					  text_of(a->location->d.uniformResourceIdentifier, arena));
	}
	AUTHORITY_INFO_ACCESS_free(info);
	return list_or_null(&out);
}

static void add_nulls(struct object_builder *b, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		object_builder_add(b, value_str(str_c(names[i])), value_null());
}

static void add_subject_key(struct object_builder *b, EVP_PKEY *pkey, int signature_nid)
{
	OBJECT_ADD(b, "SignatureAlgorithm", value_int(signature_algorithm(signature_nid)));
	OBJECT_ADD(b, "PublicKeyAlgorithm", value_int(key_algorithm(pkey)));
	OBJECT_ADD(b, "PublicKey", certificate_key_value(pkey, b->arena));
}

struct value certificate_value(X509 *cert, struct arena *arena)
{
	static const char *const absent[] = {
		"ExtraExtensions",	  "UnhandledCriticalExtensions",
		"UnknownExtKeyUsage",	  "PermittedDNSDomains",
		"ExcludedDNSDomains",	  "PermittedIPRanges",
		"ExcludedIPRanges",	  "PermittedEmailAddresses",
		"ExcludedEmailAddresses", "PermittedURIDomains",
		"ExcludedURIDomains",	  "PolicyIdentifiers",
		"CRLDistributionPoints",  "Policies",
		"PolicyMappings",
	};
	const ASN1_BIT_STRING *signature = NULL;
	struct object_builder b;

	object_builder_init(&b, arena);
	X509_get0_signature(&signature, NULL, cert);
	OBJECT_ADD(&b, "Raw", DER(arena, i2d_X509, cert));
	OBJECT_ADD(&b, "RawTBSCertificate", DER(arena, i2d_re_X509_tbs, cert));
	OBJECT_ADD(&b, "RawSubjectPublicKeyInfo",
		   DER(arena, i2d_X509_PUBKEY, X509_get_X509_PUBKEY(cert)));
	OBJECT_ADD(&b, "RawSubject", DER(arena, i2d_X509_NAME, X509_get_subject_name(cert)));
	OBJECT_ADD(&b, "RawIssuer", DER(arena, i2d_X509_NAME, X509_get_issuer_name(cert)));
	OBJECT_ADD(&b, "Signature",
		   base64(arena, ASN1_STRING_get0_data(signature), ASN1_STRING_length(signature)));
	add_subject_key(&b, X509_get0_pubkey(cert), X509_get_signature_nid(cert));
	OBJECT_ADD(&b, "Version", value_int(X509_get_version(cert) + 1));
	OBJECT_ADD(&b, "SerialNumber", whole(X509_get0_serialNumber(cert), arena));
	OBJECT_ADD(&b, "Issuer", name_value(X509_get_issuer_name(cert), arena));
	OBJECT_ADD(&b, "Subject", name_value(X509_get_subject_name(cert), arena));
	OBJECT_ADD(&b, "NotBefore", time_value(X509_get0_notBefore(cert), arena));
	OBJECT_ADD(&b, "NotAfter", time_value(X509_get0_notAfter(cert), arena));
	OBJECT_ADD(&b, "KeyUsage", value_int(key_usage(cert)));
	OBJECT_ADD(&b, "ExtKeyUsage", extended_usages(cert, arena));
	OBJECT_ADD(&b, "Extensions", extensions_value(X509_get0_extensions(cert), arena));
	OBJECT_ADD(&b, "SubjectKeyId", octets(X509_get0_subject_key_id(cert), arena));
	OBJECT_ADD(&b, "AuthorityKeyId", octets(X509_get0_authority_key_id(cert), arena));
	OBJECT_ADD(&b, "OCSPServer", access_urls(cert, NID_ad_OCSP, arena));
	OBJECT_ADD(&b, "IssuingCertificateURL", access_urls(cert, NID_ad_ca_issuers, arena));
	OBJECT_ADD(&b, "PermittedDNSDomainsCritical", value_bool(false));
	add_basic_constraints(&b, cert);
	add_names(&b, X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL));
	add_nulls(&b, absent, ARRAY_LEN(absent));
	ERR_clear_error();
	return object_builder_take_last(&b);
}

struct value certificate_request_value(X509_REQ *request, struct arena *arena)
{
	STACK_OF(X509_EXTENSION) *extensions = X509_REQ_get_extensions(request);
	const ASN1_BIT_STRING *signature = NULL;
	EVP_PKEY *pkey = X509_REQ_get0_pubkey(request);
	struct object_builder b;

	object_builder_init(&b, arena);
	X509_REQ_get0_signature(request, &signature, NULL);
	OBJECT_ADD(&b, "Raw", DER(arena, i2d_X509_REQ, request));
	OBJECT_ADD(&b, "RawTBSCertificateRequest", DER(arena, i2d_re_X509_REQ_tbs, request));
	OBJECT_ADD(&b, "RawSubjectPublicKeyInfo",
		   DER(arena, i2d_X509_PUBKEY, X509_REQ_get_X509_PUBKEY(request)));
	OBJECT_ADD(&b, "RawSubject", DER(arena, i2d_X509_NAME, X509_REQ_get_subject_name(request)));
	OBJECT_ADD(&b, "Signature",
		   base64(arena, ASN1_STRING_get0_data(signature), ASN1_STRING_length(signature)));
	add_subject_key(&b, pkey, X509_REQ_get_signature_nid(request));
	OBJECT_ADD(&b, "Version", value_int(X509_REQ_get_version(request)));
	OBJECT_ADD(&b, "Subject", name_value(X509_REQ_get_subject_name(request), arena));
	OBJECT_ADD(&b, "Attributes", value_null());
	OBJECT_ADD(&b, "Extensions", extensions_value(extensions, arena));
	OBJECT_ADD(&b, "ExtraExtensions", value_null());
	add_names(&b, X509V3_get_d2i(extensions, NID_subject_alt_name, NULL, NULL));
	sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
	ERR_clear_error();
	return object_builder_take_last(&b);
}
