/* Made-up evidence, and reading the tables that show it as their readers do. */
#ifndef TESTS_FINDINGS_MADE_H
#define TESTS_FINDINGS_MADE_H

#include "support.h"

#include "findings/evidence.h"
#include "findings/tabular.h"

#include <math.h>
#include <string.h>

static const char *const made_models[] = { "tiny", "mini" }, *const made_tasks[] = { "pos", "fxn", "role" };

enum { MODELS = 2, TASKS = 3, PAIRS = MODELS * TASKS, LAYERS = 4, ROWS = PAIRS * LAYERS };

/* Made-up evidence, in hundredths, so that rounding hides no difference. */
struct made {
	struct pair pairs[PAIRS];
	struct transfer transfers[PAIRS];
	struct run runs[PAIRS];
	struct layer layers[ROWS];
	struct evidence evidence;
};

struct dice {
	uint64_t state;
};

static inline unsigned roll(struct dice *d, unsigned sides)
{
	d->state = d->state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(d->state >> 33) % sides;
}

/* Hundredths from low to high; NaN one time in `rare`. */
static inline double hundredths(struct dice *d, int low, int high, unsigned rare)
{
	double value = low + (int)roll(d, (unsigned)(high - low));

	return rare > 0 && roll(d, rare) == 0 ? NAN : value / 100;
}

static inline struct side made_side(struct dice *d, unsigned rare)
{
	struct side s = { .accuracy = hundredths(d, 4000, 9900, rare),
			  .sd = 0.25,
			  .labels = 5 + roll(d, 3),
			  .majority = 30.25,
			  .similarity_pairs = 10 + roll(d, 30),
			  .similarity_low = NAN };

	s.shape = (enum known)(rare > 0 && roll(d, rare) < 2 ? roll(d, 2) : KNOWN_DEFINED);
	s.linear = s.shape == KNOWN_DEFINED ? (int)roll(d, 2) : -1;
	s.clusters = s.shape == KNOWN_MISSING ? NAN : s.linear == 1 ? s.labels : s.labels + 1 + roll(d, 50);
	s.likeness = (enum known)(rare > 0 ? roll(d, 3) : KNOWN_DEFINED);
	s.similarity = s.likeness == KNOWN_DEFINED ? hundredths(d, -50, 100, 0) : NAN;
	return s;
}

static inline void made_layers(struct run *r, struct layer *layers, struct dice *d, unsigned rare)
{
	r->layers = layers;
	r->count = LAYERS;
	for (int i = 0; i < LAYERS; i++) {
		layers[i] = (struct layer){ .layer = i,
					    .clusters = { 5, 5 },
					    .similarity = hundredths(d, 0, 100, rare),
					    .low = NAN,
					    .cka = hundredths(d, 0, 100, rare),
					    .rsa = hundredths(d, 0, 100, rare),
					    .relative_shift = hundredths(d, 0, 100, rare),
					    .participation = hundredths(d, 100, 400, 0) };
		layers[i].likeness = isnan(layers[i].similarity) ? (enum known)roll(d, 2) : KNOWN_DEFINED;
	}
}

/* `rare`: one value in so many is missing; 0: none. */
static inline void made_init(struct made *m, struct dice *d, size_t pairs, unsigned rare)
{
	*m = (struct made){ 0 };
	for (size_t i = 0; i < pairs; i++) {
		struct pair *p = &m->pairs[i];
		const char *model = made_models[i / TASKS], *task = made_tasks[i % TASKS];

		*p = (struct pair){ .model = model,
				    .task = task,
				    .before = made_side(d, rare),
				    .after = made_side(d, rare),
				    .p_permutation = 0.1,
				    .p_mcnemar = 0.1,
				    .compared = rare > 0 && roll(d, rare) == 0 ? NAN : 5 };
		p->difference = p->after.accuracy - p->before.accuracy;
		p->grew = isnan(p->compared) ? NAN : (double)roll(d, 6);
		p->change = isnan(p->compared) ? NAN : hundredths(d, -300, 300, 0);
		m->transfers[i] = (struct transfer){ .model = model,
						     .target = "fxn",
						     .source = task,
						     .role = i % TASKS == 1 ? "target" : "related",
						     .change = hundredths(d, -300, 300, rare),
						     .difference = hundredths(d, -900, 900, rare) };
		m->runs[i] = (struct run){
			.model = model, .task = task, .seed = 1, .has_similarity = true, .has_scale = true
		};
		made_layers(&m->runs[i], &m->layers[i * LAYERS], d, rare);
	}
	m->evidence = (struct evidence){ .pairs = m->pairs,
					 .pair_count = pairs,
					 .transfers = m->transfers,
					 .transfer_count = pairs,
					 .runs = m->runs,
					 .run_count = pairs,
					 .layers = m->layers };
}

/* A cell of a column, named as in the CSV: "Accuracy, %: change". */
static inline const char *made_cell(const struct tabular *g, size_t row, const char *column)
{
	for (size_t c = 0; c < g->count; c++) {
		const char *group = g->columns[c].group;
		char *name = text_format("%s%s%s", group == NULL ? "" : group, group == NULL ? "" : ": ",
					 g->columns[c].heading);
		bool same = strcmp(name, column) == 0;

		free(name);
		if (same)
			return tabular_text(g, row, c);
	}
	fail_msg("%s has no column %s", g->id, column);
	return "";
}

/* A cell's number; NaN where it is none. */
static inline double made_number(const struct tabular *g, size_t row, const char *column)
{
	const char *text = made_cell(g, row, column), *sign = "−";
	bool minus = strncmp(text, sign, strlen(sign)) == 0;
	char *end;
	double value = strtod(minus ? text + strlen(sign) : text, &end);

	return *text == '\0' || *end != '\0' ? NAN : minus ? -value : value;
}

static inline bool made_dash(const struct tabular *g, size_t row, const char *column)
{
	return strcmp(made_cell(g, row, column), "–") == 0;
}

#endif
