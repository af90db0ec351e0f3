/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/recommendation.h"

#include "unit/test.h"

static const char *const ids[] = {
	"registry-scanning-enabled",
	"cluster-threat-detection-enabled",
	"policy-addon-installed",
	"container-cpu-memory-limits",
	"trusted-registries-only",
	"registry-cmk-encryption",
	"registry-network-restricted",
	"registry-private-link",
	"no-privilege-escalation",
	"no-host-pid-ipc",
	"container-allowed-ports",
	"readonly-root-filesystem",
	"ingress-https-only",
	"api-server-restricted-access",
	"kubernetes-version-not-vulnerable",
	"least-privilege-capabilities",
	"apparmor-profile-restricted",
	"no-privileged-containers",
	"rbac-enabled",
	"no-root-user",
	"service-allowed-ports",
	"host-network-ports-restricted",
	"hostpath-volumes-restricted",
	"registry-image-vulnerabilities-remediated",
	"no-api-credentials",
	"no-default-namespace",
	"no-sys-admin-capability",
};

TEST(category_has_24_in_their_order_and_three_more_follow)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct recommendation_set set;
	size_t high = 0;
	struct err err;

	CHECK_OK(recommendation_set_load(&set, arena, &err));
	CHECK_INT(set.n, ARRAY_LEN(ids));
	for (size_t i = 0; i < set.n; i++) {
		const struct recommendation *r = &set.items[i];

		CHECK_STR_EQ(r->id, str_c(ids[i]));
		CHECK_INT(r->order, i + 1);
		CHECK(r->policy_n > 0);
		CHECK(r->technique_n > 0 && r->tactic_n > 0);
		high += r->severity == SEVERITY_HIGH && r->order <= RECOMMENDATION_CATEGORY;
		if (r->order <= RECOMMENDATION_CATEGORY)
			CHECK(r->severity == SEVERITY_HIGH || r->severity == SEVERITY_MEDIUM);
	}
	CHECK_INT(high, 11);
}

TEST(policy_addon_comes_before_everything_it_judges)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct recommendation_set set;
	size_t data = 0;
	struct err err;

	CHECK_OK(recommendation_set_load(&set, arena, &err));
	int addon = recommendation_find(&set, STR("policy-addon-installed"));
	for (size_t i = 0; i < set.n; i++) {
		CHECK_INT(set.items[i].required, set.items[i].data ? addon : -1);
		data += set.items[i].data;
	}
	CHECK_INT(data, 17);
	CHECK_INT(recommendation_find(&set, STR("SW-REC-018")), 17);
	CHECK_INT(recommendation_find(&set, STR("95EDB821-DDAF-4404-9732-666045E056B4")), 17);
	CHECK_INT(recommendation_find(&set, STR("nothing")), -1);
	CHECK(set.items[5].off);
}

TEST(what_is_wrong_with_the_data_is_named)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct recommendation_set set;
	struct err err;

	CHECK_FAIL(recommendation_set_read(&set, STR("recommendations: []\n"), arena, &err));
	CHECK_STR(err.msg, "expected 1 to 16 controls");
	CHECK_FAIL(recommendation_set_read(
		&set,
		STR("controls: [{id: a, max_points: 1, title: {en: A, ja: A}}]\n"
		    "recommendations: [{id: x, order: 2}]\n"),
		arena, &err));
	CHECK_STR(err.msg, "recommendation x: id is missing, or order is not its place");
}
