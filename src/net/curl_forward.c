/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl under its own names, loaded with the first call: most scans and every worker do without
 * it and the thirty libraries it brings. Without the library no client and no URL can be made,
 * which the callers report.
 */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <stdarg.h>

#include "base/library.h"

static struct library curl = { .soname = "libcurl.so.4" };

LIBRARY_FORWARD(curl, CURLcode, CURLE_FAILED_INIT, curl_global_init, (long flags), (flags))
LIBRARY_FORWARD(curl, CURL *, NULL, curl_easy_init, (void), ())
LIBRARY_FORWARD_VOID(curl, curl_easy_cleanup, (CURL * easy), (easy))
LIBRARY_FORWARD_VOID(curl, curl_easy_reset, (CURL * easy), (easy))
LIBRARY_FORWARD(curl, CURLcode, CURLE_FAILED_INIT, curl_easy_perform, (CURL * easy), (easy))
LIBRARY_FORWARD(curl, const char *, "libcurl is not installed", curl_easy_strerror, (CURLcode code),
		(code))
LIBRARY_FORWARD(curl, struct curl_slist *, NULL, curl_slist_append,
		(struct curl_slist * list, const char *text), (list, text))
LIBRARY_FORWARD_VOID(curl, curl_slist_free_all, (struct curl_slist * list), (list))
LIBRARY_FORWARD(curl, time_t, -1, curl_getdate, (const char *text, const time_t *unused),
		(text, unused))
LIBRARY_FORWARD(curl, curl_version_info_data *, NULL, curl_version_info, (CURLversion version),
		(version))
LIBRARY_FORWARD(curl, CURLU *, NULL, curl_url, (void), ())
LIBRARY_FORWARD_VOID(curl, curl_url_cleanup, (CURLU * url), (url))
LIBRARY_FORWARD(curl, CURLUcode, CURLUE_OUT_OF_MEMORY, curl_url_get,
		(CURLU * url, CURLUPart part, char **out, unsigned flags), (url, part, out, flags))
LIBRARY_FORWARD(curl, CURLUcode, CURLUE_OUT_OF_MEMORY, curl_url_set,
		(CURLU * url, CURLUPart part, const char *text, unsigned flags),
		(url, part, text, flags))
LIBRARY_FORWARD_VOID(curl, curl_free, (void *p), (p))

/* The third argument has the type of the option's class. */
CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
	__typeof__(&curl_easy_setopt) function =
		(__typeof__(&curl_easy_setopt))library_symbol(&curl, "curl_easy_setopt");
	CURLcode rc = CURLE_FAILED_INIT;
	va_list args;

	if (!function)
		return rc;
	va_start(args, option);
	if (option < CURLOPTTYPE_OBJECTPOINT)
		rc = function(easy, option, va_arg(args, long));
	else if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB)
		rc = function(easy, option, va_arg(args, curl_off_t));
	else
		rc = function(easy, option, va_arg(args, void *));
	va_end(args);
	return rc;
}
