/* SPDX-License-Identifier: Apache-2.0 */
/* CISA's catalogue of known exploited vulnerabilities: the JSON object, or its entries alone. */
#include "advisory/form/form.h"
#include "base/json.h"

static bool is(const struct head *head)
{
	if (head_has(head, STR("cveID")))
		return true;
	return head_has(head, STR("vulnerabilities")) &&
	       (head_has(head, STR("catalogVersion")) || head_has(head, STR("dateReleased")));
}

static int entry(struct form_run *run, const struct json *v, struct err *err)
{
	str cve = json_get_str(v, STR("cveID"));
	str ransomware = json_get_str(v, STR("knownRansomwareCampaignUse"));

	if (!is_cve(cve)) {
		form_skip(run, "entry without a CVE", str_take(cve, 60));
		return 0;
	}
	return build_kev(run->build, cve, json_get_str(v, STR("dateAdded")),
			 json_get_str(v, STR("dueDate")), str_ieq(ransomware, STR("Known")),
			 json_get_str(v, STR("vulnerabilityName")), err);
}

static int run(struct form_run *run, struct err *err)
{
	const struct json *v = form_json(run);
	const struct json *list = JSON_GET(v, "vulnerabilities");

	if (!v)
		return 0;
	if (!list)
		return entry(run, v, err);
	build_source_dated(run->build, json_get_str(v, STR("dateReleased")));
	JSON_EACH (list, item) {
		if (entry(run, item, err) < 0)
			return -1;
	}
	return 0;
}

const struct form form_kev = { .name = "kev", .is = is, .run = run };
