/* SPDX-License-Identifier: Apache-2.0 */
#include "base/library.h"

#include "test.h"

TEST(library_is_loaded_with_its_first_function)
{
	struct library math = { .soname = "libm.so.6" };

	CHECK(math.handle == NULL);
	CHECK(library_symbol(&math, "cos") != NULL);
	CHECK(math.handle != NULL);
	CHECK(library_symbol(&math, "no_such_function") == NULL);
}

TEST(library_that_is_not_there_has_no_functions)
{
	struct library none = { .soname = "libnobody-has-this.so.1" };

	CHECK(library_symbol(&none, "cos") == NULL);
	CHECK(none.handle == NULL);
}
