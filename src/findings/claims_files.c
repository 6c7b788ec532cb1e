/* claims.json, claims.csv and robustness.csv: written when collect has all tables, read for the report. */
#include "findings/claims.h"

#include "base/array.h"
#include "base/json.h"
#include "base/random.h"
#include "findings/resample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *number_or_null(double value)
{
	return isnan(value) ? json_null() : json_real(value);
}

static json_t *claim_object(const struct claim *c)
{
	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:o, s:I, s:o, s:o, s:o, s:I, s:I, s:s, s:s}", "claim", c->number,
			 "name", c->name, "statement", c->statement, "verdict", verdict_name(c->verdict), "predicate",
			 verdict_name(c->predicate), "support", number_or_null(c->support), "draws",
			 (json_int_t)c->draws, "effect", number_or_null(c->effect.value), "low",
			 number_or_null(c->effect.low), "high", number_or_null(c->effect.high), "decided",
			 (json_int_t)c->effect.decided, "of", (json_int_t)c->effect.of, "certainty", c->certainty,
			 "why", c->why);
}

static int write_json(const struct claims *c, struct folder *folder, struct error *err)
{
	json_t *array = json_array();
	int rc;

	for (int i = 0; i < CLAIM_COUNT; i++)
		json_array_append_new(array, claim_object(&c->items[i]));
	rc = json_array_size(array) < CLAIM_COUNT ? error_memory(err, "claims.json")
						  : json_write(folder, "claims.json", array, err);
	json_decref(array);
	return rc;
}

static int write_effects(const struct claims *c, struct folder *folder, struct error *err)
{
	struct table t;
	int rc = claims_table(&t, c, err);

	if (rc == 0)
		rc = table_write(&t, folder, "claims.csv", err);
	table_release(&t);
	return rc;
}

static int write_table(const struct claims *c, const char *const *recipes, size_t count, struct folder *folder,
		       struct error *err)
{
	struct table t;
	int rc = table_init(&t, ROBUSTNESS_HEADER, err);

	for (size_t i = 0; rc == 0 && i < count * CLAIM_COUNT; i++) {
		const struct claim *claim = &c[i / CLAIM_COUNT].items[i % CLAIM_COUNT];

		table_add(&t, recipes[i / CLAIM_COUNT]);
		table_add_integer(&t, claim->number);
		table_add(&t, claim->name);
		table_add(&t, verdict_name(claim->verdict));
		table_add_number(&t, claim->support);
		table_add_number(&t, claim->effect.value);
		table_add_number(&t, claim->effect.low);
		table_add_number(&t, claim->effect.high);
		table_add_integer(&t, (long)claim->effect.decided);
		table_add_integer(&t, (long)claim->effect.of);
	}
	if (rc == 0)
		rc = table_write(&t, folder, "robustness.csv", err);
	table_release(&t);
	return rc;
}

/* Over everything first, then one for each recipe. */
static int write_claims(struct gather *g, const struct evidence *e, struct resample *r, struct error *err)
{
	const size_t count = 1 + g->plan->experiment->recipe_count;
	const char **recipes = array_new(count, 1, sizeof *recipes);
	struct claims *claims = array_new(count, 1, sizeof *claims);
	int rc = recipes == NULL || claims == NULL ? error_memory(err, "claims") : 0;

	for (size_t i = 1; rc == 0 && i < count; i++)
		recipes[i] = evidence_recipe_at(e, i - 1);
	if (rc == 0)
		rc = claims_resample(
			claims, e, r, recipes, count,
			seed_derive(experiment_integer(g->plan->experiment, "experiment", "seed", NULL, NULL),
				    "collect", "claims"),
			err);
	if (rc == 0) {
		rc = write_json(claims, g->out, err);
		if (rc == 0)
			rc = write_effects(claims, g->out, err);
		if (rc == 0 && count > 1)
			rc = write_table(claims + 1, recipes + 1, count - 1, g->out, err);
		for (size_t i = 0; i < count; i++)
			claims_release(&claims[i]);
	}
	free(recipes);
	free(claims);
	return rc;
}

int claims_write(struct gather *g, struct error *err)
{
	struct evidence e;
	struct materials m;
	struct resample *r = NULL;
	int rc = -1;

	if (evidence_read(&e, g->out->path, err) < 0)
		return -1;
	if (materials_read(&m, g, &e, err) == 0) {
		if (resample_open(&r, &e, &m, err) == 0)
			rc = write_claims(g, &e, r, err);
		resample_close(r);
		materials_release(&m);
	}
	evidence_release(&e);
	return rc;
}

static double number_of(const json_t *item, const char *key)
{
	const json_t *value = json_object_get(item, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

static int read_verdict(enum verdict *out, const char *name, const char *path, struct error *err)
{
	for (*out = VERDICT_HOLDS; *out < VERDICTS; (*out)++)
		if (strcmp(name, verdict_name(*out)) == 0)
			return 0;
	return error_set(err, STATUS_INPUT,
			 "%s: verdict \"%s\", expected holds, leans to hold, leans to fail, fails or undecided", path,
			 name);
}

static int read_claim(struct claim *c, const json_t *item, const char *path, struct error *err)
{
	const char *name, *statement, *verdict, *predicate, *why, *certainty;
	json_int_t draws, decided, of;

	if (json_unpack((json_t *)item, "{s:i, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:s, s:s}", "claim", &c->number,
			"name", &name, "statement", &statement, "verdict", &verdict, "predicate", &predicate, "draws",
			&draws, "decided", &decided, "of", &of, "certainty", &certainty, "why", &why) < 0)
		return error_set(err, STATUS_INPUT,
				 "%s: expected claim, name, statement, verdict, predicate, draws, decided, of, "
				 "certainty and why",
				 path);
	if (read_verdict(&c->verdict, verdict, path, err) < 0 ||
	    read_verdict(&c->predicate, predicate, path, err) < 0)
		return -1;
	c->support = number_of(item, "support");
	c->draws = (size_t)draws;
	c->effect = (struct effect){ number_of(item, "effect"), number_of(item, "low"), number_of(item, "high"),
				     (size_t)decided, (size_t)of };
	c->name = text_copy(name);
	c->statement = text_copy(statement);
	c->why = text_copy(why);
	c->certainty = text_copy(certainty);
	return c->name == NULL || c->statement == NULL || c->why == NULL || c->certainty == NULL
		       ? error_memory(err, path)
		       : 0;
}

int claims_read(struct claims *out, const char *path, struct error *err)
{
	json_t *array;
	int rc = 0;

	*out = (struct claims){ 0 };
	if (json_read(&array, path, err) < 0)
		return -1;
	if (json_array_size(array) != CLAIM_COUNT)
		rc = error_set(err, STATUS_INPUT, "%s: %zu claims, expected %d", path, json_array_size(array),
			       CLAIM_COUNT);
	for (size_t i = 0; rc == 0 && i < CLAIM_COUNT; i++)
		rc = read_claim(&out->items[i], json_array_get(array, i), path, err);
	if (rc < 0)
		claims_release(out);
	json_decref(array);
	return rc;
}
