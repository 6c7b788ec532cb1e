/* The loop of updates under a head that makes what gradients it likes. */
#include "encoder/tiny.h"

#include "training/training.h"

enum { LENGTH = 5, SENTENCES = 32 };

/* Losses of 1; and from an update on, gradients that are not finite. */
struct fake {
	struct head head;
	float loss;
	long update, bad; /* begun so far; the first bad one, from 1 */
};

static int begin(struct head *head, const struct encoder_model *model, const struct pack *pack, struct error *err)
{
	(void)model;
	(void)pack;
	(void)err;
	((struct fake *)head)->update++;
	return 0;
}

static void group(struct head *head, const struct top *top)
{
	const struct fake *fake = (const struct fake *)head;

	memset(top->grad.data, 0, top->grad.rows * top->grad.columns * sizeof(float));
	top->grad.data[0] = fake->update >= fake->bad ? INFINITY : 0.01f;
}

static size_t products(const struct head *head, const struct encoder_model *model,
		       struct weight_product out[HEAD_PRODUCTS])
{
	(void)head;
	(void)model;
	(void)out;
	return 0;
}

/* What a run stands on. */
struct ground {
	struct encoder_model model;
	struct fake fake;
	struct context ctx;
	char *path;
	struct folder out;
	int32_t ids[LENGTH];
	struct packed_sentence sentences[SENTENCES];
	char texts[SENTENCES][64];
	const char *names[SENTENCES];
};

static struct ground *ground_new(long bad, const char *name_format)
{
	struct ground *g = calloc(1, sizeof *g);
	struct error err = { 0 };

	assert_non_null(g);
	assert_ok(model_load(&g->model, TINY, HEAD_NONE, 0, 0, 0, &err), err);
	g->fake = (struct fake){ .loss = 1.0f, .bad = bad };
	g->fake.head = (struct head){ .begin = begin,
				      .group = group,
				      .products = products,
				      .count = 1,
				      .counted = 1,
				      .losses = &g->fake.loss };
	g->ctx.pool = pool_new(1);
	g->path = support_folder();
	assert_ok(folder_open(&g->out, g->path, &err), err);
	for (int i = 0; i < LENGTH; i++)
		g->ids[i] = i + 1;
	for (uint32_t i = 0; i < SENTENCES; i++) {
		g->sentences[i] =
			(struct packed_sentence){ .ids = g->ids, .length = LENGTH, .source = i, .number = i };
		snprintf(g->texts[i], sizeof g->texts[i], name_format, i);
		g->names[i] = g->texts[i];
	}
	return g;
}

/* As a program that starts anew finds it: the model is that of the files. */
static void ground_again(struct ground *g)
{
	struct error err = { 0 };

	model_release(&g->model);
	assert_ok(model_load(&g->model, TINY, HEAD_NONE, 0, 0, 0, &err), err);
	g->fake.update = 0;
}

static void ground_free(struct ground *g)
{
	model_release(&g->model);
	pool_free(g->ctx.pool);
	folder_release(&g->out);
	support_remove(g->path);
	free(g);
}

static struct training training_of(struct ground *g, size_t count)
{
	return (struct training){
		.model = &g->model,
		.head = &g->fake.head,
		.sentences = g->sentences,
		.names = g->names,
		.count = count,
		.params = { .epochs = 30, .batch = SENTENCES, .lr = 1e-4, .clip = 1.0 },
		.phase = "test",
		.inputs = "inputs",
		.resume_seconds = 1e-9,
		.columns = "a",
	};
}

static void the_first_bad_gradient_is_named(void **state)
{
	struct ground *g = ground_new(1, "s%02u");
	struct training t = training_of(g, 2);
	struct error err = { 0 };

	(void)state;
	assert_int_equal(training_run(&t, &g->out, &g->ctx, &err), -1);
	assert_int_equal(err.status, STATUS_CHECK);
	assert_string_equal(err.text,
			    "step 1: gradient is not finite, first in layer 2, gradient of "
			    "bert.encoder.layer.1.attention.self.query.weight; sentences of the batch: s00 s01; "
			    "try a lower learning rate, a longer warm-up or clipping");
	ground_free(g);
}

/* However many sentences and however long their names, the advice at the end of
 * the error is there, and it is seen that the list was cut. */
static void a_long_list_is_cut_visibly(void **state)
{
	struct ground *g = ground_new(1, "a-rather-long-name-of-document-%04u-sentence");
	struct training t = training_of(g, SENTENCES);
	struct error err = { 0 };
	const char *list, *end;

	(void)state;
	assert_int_equal(training_run(&t, &g->out, &g->ctx, &err), -1);
	list = strstr(err.text, "sentences of the batch: a-rather-long-name-of-document-0000-sentence a-rather");
	end = strstr(err.text, "-sentence …; try a lower learning rate, a longer warm-up or clipping");
	assert_non_null(list);
	assert_non_null(end);
	assert_true(end - list > 500);
	ground_free(g);
}

static void all_names_that_fit_are_listed(void **state)
{
	struct ground *g = ground_new(1, "document-%04u-1"); /* 15 bytes, 32 times */
	struct training t = training_of(g, SENTENCES);
	struct error err = { 0 };

	(void)state;
	assert_int_equal(training_run(&t, &g->out, &g->ctx, &err), -1);
	for (uint32_t i = 0; i < SENTENCES; i++)
		assert_non_null(strstr(err.text, g->names[i]));
	assert_null(strstr(err.text, "…"));
	ground_free(g);
}

/* What was written before the bad update is still there after it, and a run
 * with better luck goes on from it. */
static void resume_survives(void **state)
{
	struct ground *g = ground_new(20, "s%u");
	struct training t = training_of(g, 3);
	char *resume = text_format("%s/resume.bin", g->path);
	struct error err = { 0 };

	(void)state;
	assert_int_equal(training_run(&t, &g->out, &g->ctx, &err), -1);
	assert_memory_equal(err.text, "step 20: gradient is not finite", 31);
	assert_true(file_exists(resume));
	ground_again(g);
	g->fake.bad = 1000;
	assert_ok(training_run(&t, &g->out, &g->ctx, &err), err);
	assert_int_equal(g->fake.update, 30 - 19);
	assert_true(file_exists(resume)); /* until all else is done, too */
	folder_settle(&g->out);
	assert_false(file_exists(resume));
	free(resume);
	ground_free(g);
}

/* What was made from another model, or by other parameters, is not gone on with. */
static void another_run_begins_anew(void **state)
{
	struct error err = { 0 };

	(void)state;
	for (int other = 0; other < 6; other++) {
		struct ground *g = ground_new(20, "s%u");
		struct training t = training_of(g, 3);

		assert_int_equal(training_run(&t, &g->out, &g->ctx, &err), -1);
		ground_again(g);
		g->fake.bad = 1000;
		if (other == 0)
			g->model.weights[7] += 1e-3f;
		else if (other == 1)
			t.params.lr = 2e-4;
		else if (other == 2)
			t.order_seed++;
		else if (other == 3)
			t.dropout_seed++;
		else if (other == 4)
			t.inputs = "others";
		else
			t.made_by = "another program";
		assert_ok(training_run(&t, &g->out, &g->ctx, &err), err);
		assert_int_equal(g->fake.update, 30);
		ground_free(g);
	}
}

/* A weight after two updates of a model with these probabilities of its own. */
static float weight_after(double dropout, double hidden, double attention)
{
	struct ground *g = ground_new(1000, "s%u");
	struct training t = training_of(g, 3);
	struct error err = { 0 };
	float weight;

	t.params.dropout = dropout;
	t.params.epochs = 2;
	g->model.shape.hidden_dropout = hidden;
	g->model.shape.attention_dropout = attention;
	g->model.shape.head_dropout = hidden;
	assert_ok(training_run(&t, &g->out, &g->ctx, &err), err);
	weight = g->model.weights[g->model.layers[0].up];
	ground_free(g);
	return weight;
}

/* Both of the model's own probabilities count where none is given, and neither where one is. */
static void dropout_is_the_models_own(void **state)
{
	const float none = weight_after(0.0, 0.0, 0.0);

	(void)state;
	assert_true(weight_after(-1.0, 0.0, 0.0) == none);
	assert_true(weight_after(0.0, 0.4, 0.4) == none);
	assert_true(weight_after(-1.0, 0.0, 0.4) != none);
	assert_true(weight_after(-1.0, 0.4, 0.0) != none);
	assert_true(weight_after(-1.0, 0.4, 0.4) == weight_after(0.4, 0.0, 0.0));
}

/* Weights that an update spoilt do not take the place of those before it. */
static void spoilt_weights_are_not_written(void **state)
{
	struct ground *g = ground_new(1000, "s%u");
	struct training t = training_of(g, 3);
	struct error err = { 0 };

	(void)state;
	t.params.lr = 1e39;
	t.params.warmup = 0.05; /* 0 at the first update */
	assert_int_equal(training_run(&t, &g->out, &g->ctx, &err), -1);
	assert_int_equal(err.status, STATUS_CHECK);
	assert_memory_equal(err.text, "step 2: the update made bert.", 29);
	assert_int_equal(g->fake.update, 2);
	ground_again(g);
	assert_int_equal(training_run(&t, &g->out, &g->ctx, &err), -1);
	assert_memory_equal(err.text, "step 2: the update made bert.", 29);
	assert_int_equal(g->fake.update, 2 - 1); /* it went on from what was good */
	ground_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_bad_gradient_is_named), cmocka_unit_test(a_long_list_is_cut_visibly),
		cmocka_unit_test(all_names_that_fit_are_listed),   cmocka_unit_test(resume_survives),
		cmocka_unit_test(spoilt_weights_are_not_written),  cmocka_unit_test(another_run_begins_anew),
		cmocka_unit_test(dropout_is_the_models_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
