/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/package_kind.h"

#include "base/words.h"

bool package_kind_is_system(str kind)
{
	static const char *const kinds[] = { "alpm", "apk", "deb", "rpm" };

	return words_have(kinds, ARRAY_LEN(kinds), kind);
}
