/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/cpe.h"

#include "test.h"

TEST(cpe_names_are_cut_and_unescaped)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct cpe cpe;

	CHECK(cpe_parse(STR("cpe:2.3:a:erlang:erlang\\/otp:1\\.2\\:3:rc1:*:*:*:linux_kernel:*:*"),
			arena, &cpe));
	CHECK_INT(cpe.part, 'a');
	CHECK_STRV(cpe.product, "erlang/otp");
	CHECK_STRV(cpe.version, "1.2:3");
	CHECK_STRV(cpe.update, "rc1");
	CHECK_STRV(cpe.target_software, "linux_kernel");
	CHECK(!cpe_parse(STR("cpe:/a:x:y:1"), arena, &cpe));
	CHECK(!cpe_parse(STR("cpe:2.3:a:x:y:*:*:*:*:*:*:*"), arena, &cpe));
	CHECK(!cpe_parse(STR("cpe:2.3:a:x:y:*:*:*:*:*:*:*:*:*"), arena, &cpe));
	CHECK(!cpe_parse(STR("cpe:2.3:a::y:*:*:*:*:*:*:*:*"), arena, &cpe));
}

TEST(programs_are_known_by_products)
{
	str products[CPE_MAX_PRODUCTS];

	CHECK_INT(cpe_products(STR("Nginx"), products, CPE_MAX_PRODUCTS), 3);
	CHECK_STRV(products[0], "f5:nginx");
	CHECK_INT(cpe_products(STR("nginx"), products, 1), 1);
	CHECK_INT(cpe_products(STR("no such program"), products, CPE_MAX_PRODUCTS), 0);
	CHECK(cpe_is_known(STR("haxx:curl")));
	CHECK(!cpe_is_known(STR("vendor:product")));
	CHECK(!cpe_is_known(STR("product")));
}
