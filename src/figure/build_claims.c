#include "figure/build.h"

#include "figure/plot_claims.h"
#include "figure/scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 430 };

static const char *effect_text(struct drawings *d, struct rows r, size_t k)
{
	char number[32], *text;
	const double value = rows_value(r, k, "effect");
	const char *unit = rows_get(r, k, "unit"), *matter = rows_get(r, k, "matter");
	const bool is_signed = value > 0 && rows_value(r, k, "threshold") == 0;

	if (isnan(value))
		return "no case decides it";
	value_format(number, value);
	text = drawings_text(d, "%s %s%s%s", matter, is_signed ? "+" : "", number, unit);
	return text == NULL ? "" : text;
}

/* "support 99.5 %; 3 of 10 runs" */
static const char *support_text(struct drawings *d, struct rows r, size_t k)
{
	const double support = rows_value(r, k, "support");
	const char *cases = rows_get(r, k, "cases"), *decided = rows_get(r, k, "decided"), *of = rows_get(r, k, "of");
	const char *text;

	if (isnan(rows_value(r, k, "effect")))
		return "";
	text = isnan(support)
		       ? drawings_text(d, "support unknown; from %s of %s %s", decided, of, cases)
		       : drawings_text(d, "support %.3g %%; from %s of %s %s", 100 * support, decided, of, cases);
	return text == NULL ? "" : text;
}

void build_claims(struct drawings *d, const struct collected *c, const struct table *tables)
{
	const struct rows r = rows_all(d, &tables[0]);
	struct claim_rows *p = drawings_array(d, 1, sizeof *p);

	(void)c;
	if (p == NULL || (p->rows = drawings_array(d, r.count, sizeof *p->rows)) == NULL)
		return;
	if (r.count == 0) {
		drawings_miss(d, "the claims were not decided (collect)");
		return;
	}
	for (size_t k = 0; k < r.count; k++)
		p->rows[p->count++] = (struct claim_row){ .number = rows_get(r, k, "claim"),
							  .name = rows_get(r, k, "name"),
							  .verdict = rows_get(r, k, "verdict"),
							  .effect = effect_text(d, r, k),
							  .support = support_text(d, r, k),
							  .unit = rows_get(r, k, "unit"),
							  .value = rows_value(r, k, "effect"),
							  .low = rows_value(r, k, "low"),
							  .high = rows_value(r, k, "high"),
							  .threshold = rows_value(r, k, "threshold"),
							  .paper = rows_value(r, k, "paper"),
							  .below = strcmp(rows_get(r, k, "side"), "below") == 0 };
	drawings_add(d,
		     (struct drawing){
			     .file = "claims",
			     .title = "The paper’s claims, and how sure each is",
			     .caption =
				     "A row a claim: its effect, of the case that speaks least for it where it is "
				     "about every case, with the range of 95 % of the resamples; the threshold "
				     "(tick) and the side of it that speaks for the claim; and the paper’s own value "
				     "(an arrow: beyond the axis). A hollow point: the verdict is a leaning. Under "
				     "the verdict its support, the share of resamples in which the claim holds, and "
				     "from how many cases. A verdict looks at one side, so that the range may cross "
				     "the threshold.",
			     .unsampled = true,
			     .width = WIDTH,
			     .height = claims_height(p->count),
			     .kind = &claims_kind,
			     .plot = p });
}
