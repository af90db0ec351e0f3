/* SPDX-License-Identifier: Apache-2.0 */
#include "report/exception/statement.h"

#include "base/time.h"

int statement_add(struct exception_set *set, str source, const struct statement *statement,
		  struct err *err)
{
	struct vex_rule *rule = ARENA_NEW(set->arena, struct vex_rule);
	bool fixed = statement->status == VEX_FIXED;

	if (set->statements >= VEX_MAX_STATEMENTS)
		return err_set(err, ERR_LIMIT, "more than %u statements", VEX_MAX_STATEMENTS);
	if (!time_parse(statement->time, &rule->time))
		rule->time = INT64_MIN;
	rule->hides = fixed || statement->status == VEX_NOT_AFFECTED;
	rule->products = statement->products;
	rule->product_count = statement->product_count;
	rule->order = (uint32_t)set->statements;
	return exception_add(set,
			     &(struct exception){
				     .subject = EXCEPTION_VULNERABILITY,
				     .kind = fixed ? EXCEPTION_FIXED : EXCEPTION_NOT_AFFECTED,
				     .ids = statement->ids,
				     .id_count = statement->id_count,
				     .vex = rule,
				     .reason = statement->justification.n ? statement->justification
									  : statement->detail,
				     .author = statement->author,
				     .source = source,
			     },
			     err);
}

void statement_unknown(struct exception_set *set, str source, str name, enum vex_status status)
{
	if (status != VEX_NOT_AFFECTED && status != VEX_FIXED)
		return;
	if (set->unknown++ == 0)
		set->unknown_first = str_fmt(set->arena, "%.*s in %.*s",
					     STR_ARG(str_take(name, 200)), STR_ARG(source));
}

bool statement_is_document(str text, str mark)
{
	str head = str_trim(str_take(text, 65536));

	return str_starts(head, STR("{")) && str_find(head, mark) >= 0;
}

bool statement_purl(str text, struct arena *arena, struct purl *out)
{
	struct err unused;

	return str_starts(text, STR("pkg:")) && purl_parse(text, arena, out, &unused) == 0;
}
