/* SPDX-License-Identifier: Apache-2.0 */
#include "report/advice.h"
#include "report/table_internal.h"
#include "report/term.h"
#include "report/upgrade.h"

#include "base/map.h"

#define PLACES_MAX 8u /* named with one command */

static void heading(struct report_out *out, str text)
{
	buf_byte(&out->buf, '\n');
	table_style(out, STYLE_BOLD);
	buf_add(&out->buf, text);
	table_style(out, STYLE_PLAIN);
	buf_byte(&out->buf, '\n');
}

static void put_tally(struct report_out *out, const struct report *report,
		      const struct tally *tally)
{
	enum lang lang = report->opts->lang;
	bool any = false;

	for (size_t s = REPORT_SEVERITIES; s-- > 0;) {
		if (tally->by_severity[s] == 0)
			continue;
		buf_fmt(&out->buf, "%s%zu ", any ? ", " : "", tally->by_severity[s]);
		buf_add(&out->buf, advice_severity(lang, (enum severity)s));
		any = true;
	}
	if (!any)
		BUF_LIT(&out->buf, "-");
}

void table_layers(struct report_out *out, const struct report *report)
{
	const struct inventory *inventory = report->inventory;

	if (inventory->layer_count < 2 || report->tally.total == 0)
		return;
	heading(out, text_of(report->opts->lang, TEXT_LAYERS));
	for (size_t i = 0; i < inventory->layer_count; i++) {
		const struct layer_info *layer = &inventory->layers[i];
		str digest = layer->digest.n ? layer->digest : layer->diff_id;

		buf_fmt(&out->buf, "  %3zu  ", i + 1);
		term_pad(&out->buf, term_safe(report->arena, table_short_digest(digest)), 19);
		BUF_LIT(&out->buf, "  ");
		put_tally(out, report, &report->layer_tally[i]);
		buf_byte(&out->buf, '\n');
		if (layer->created_by.n > 0) {
			term_blanks(&out->buf, 7);
			table_style(out, STYLE_DIM);
			str made_by = term_safe(report->arena, layer->created_by);
			buf_add(&out->buf,
				term_cut(report->arena, made_by, table_columns(out) - 7));
			table_style(out, STYLE_PLAIN);
			buf_byte(&out->buf, '\n');
		}
		report_out_step(out);
	}
}

void table_packages(struct report_out *out, const struct report *report)
{
	const struct inventory *inventory = report->inventory;

	if (inventory->package_count == 0)
		return;
	heading(out, text_of(report->opts->lang, TEXT_PACKAGES));
	for (size_t i = 0; i < inventory->package_count; i++) {
		const struct package *package = &inventory->packages[i];

		BUF_LIT(&out->buf, "  ");
		term_put(&out->buf, package->kind);
		BUF_LIT(&out->buf, "  ");
		term_put(&out->buf, package->name);
		buf_byte(&out->buf, ' ');
		term_put(&out->buf, package->version);
		if (package->arch.n > 0) {
			buf_byte(&out->buf, ' ');
			term_put(&out->buf, package->arch);
		}
		buf_byte(&out->buf, '\n');
		report_out_step(out);
	}
}

/* "# usr/bin/a, usr/bin/b (and 3 more)": where the command is meant for. */
static void put_places(struct report_out *out, const struct report *report,
		       const struct upgrade_command *command)
{
	size_t n = command->place_count > PLACES_MAX ? PLACES_MAX : command->place_count;

	if (n == 0)
		return;
	table_style(out, STYLE_DIM);
	BUF_LIT(&out->buf, "  # ");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			BUF_LIT(&out->buf, ", ");
		term_put(&out->buf, command->places[i]);
	}
	if (command->place_count > n)
		TEXT_FILL(&out->buf, report->opts->lang, AND_MORE,
			  text_number(report->arena, command->place_count - n));
	table_style(out, STYLE_PLAIN);
	buf_byte(&out->buf, '\n');
}

/* One command, continued on further lines as a shell takes it. */
static void put_command(struct report_out *out, const struct upgrade_command *command)
{
	size_t used = 2 + term_width(command->head);

	BUF_LIT(&out->buf, "  ");
	term_put(&out->buf, command->head);
	for (size_t i = 0; i < command->word_count; i++) {
		str word = command->words[i];

		if (used + 3 + word.n > table_columns(out)) {
			BUF_LIT(&out->buf, " \\\n     ");
			used = 5;
		}
		buf_byte(&out->buf, ' ');
		term_put(&out->buf, word);
		used += 1 + word.n;
	}
	term_put(&out->buf, command->tail);
	buf_byte(&out->buf, '\n');
	report_out_step(out);
}

void table_upgrades(struct report_out *out, const struct report *report)
{
	size_t n;
	const struct upgrade_command *commands = upgrade_commands(report, &n);

	if (n == 0)
		return;
	heading(out, TEXT_MAKE(report->arena, report->opts->lang, UPGRADES,
			       text_number(report->arena, report->tally.fixable)));
	for (size_t i = 0; i < n; i++) {
		put_places(out, report, &commands[i]);
		put_command(out, &commands[i]);
	}
}
