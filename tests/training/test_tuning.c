/* What is trained, and how fast: losses of PEFT and plain PyTorch; what stays as it is;
 * what is refused. */
#include "encoder/batch.h"

#include "base/json.h"
#include "encoder/family.h"
#include "training/finetune.h"
#include "training/training.h"
#include "training/tuning.h"

#include <math.h>
#include <string.h>

#define RECIPES FIXTURES "/recipes"

static const struct training_step begin = { .clip = 1.0, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8 };

static char *model_of(const char *name)
{
	return strcmp(name, "tiny-bert") == 0 ? text_copy(TINY) : text_format(FIXTURES "/families/%s", name);
}

static double number_of(const json_t *object, const char *key, double absent)
{
	const json_t *value = json_object_get(object, key);

	return value == NULL ? absent : json_number_value(value);
}

static struct tuning_params params_of(const json_t *recipe)
{
	struct tuning_params p = { .rank = (long)number_of(recipe, "rank", 8),
				   .alpha = number_of(recipe, "alpha", 16),
				   .targets = json_string_value(json_object_get(recipe, "targets")),
				   .freeze = json_string_value(json_object_get(recipe, "freeze")),
				   .decay = number_of(recipe, "decay", 1) };

	assert_int_equal(tuning_method_of(&p.method, json_string_value(json_object_get(recipe, "method"))), 0);
	return p;
}

/* The trainer has a model of another layout now. */
static void tune(struct batch *b, struct tuning *tuning, const struct tuning_params *p)
{
	struct error err = { 0 };

	trainer_release(&b->trainer);
	assert_ok(tuning_init(tuning, p, &b->model, 5, &err), err);
	assert_ok(trainer_init(&b->trainer, &b->model, &b->head.head, 2, &err), err);
	b->trainer.tuning = tuning;
}

/* The adapters as PEFT began. */
static void read_adapters(struct batch *b, const char *model, const char *recipe)
{
	char *file = text_format(RECIPES "/%s.safetensors", model), *folder = support_folder();
	struct error err = { 0 };
	struct checkpoint *c;

	if (b->model.adapters.count > 0) {
		tiny_copy(file, folder, "model.safetensors");
		assert_ok(checkpoint_open(&c, folder, &b->model.shape.family->naming, &err), err);
		for (size_t i = 0; i < b->model.parameter_count; i++) {
			const struct model_tensor *p = &b->model.parameters[i];
			char *name = text_format("%s.%s", recipe, p->file);

			if (strstr(p->name, "lora_A") != NULL)
				assert_ok(checkpoint_read(c, name, p->shape, 2, b->model.weights + p->offset, &err),
					  err);
			free(name);
		}
		checkpoint_close(c);
	}
	support_remove(folder);
	free(file);
}

static void compare_losses(const char *model, const char *name, const json_t *recipe)
{
	char *directory = model_of(model), *examples = path_join(directory, "sentences.tsv");
	const json_t *losses = json_object_get(recipe, "losses");
	const struct tuning_params params = params_of(recipe);
	struct tuning tuning;
	struct error err = { 0 };
	struct batch b;
	size_t sentences;

	batch_open(&b, directory, examples, TASK_WORD, 2);
	tune(&b, &tuning, &params);
	read_adapters(&b, model, name);
	assert_int_equal(tuning.trained, json_integer_value(json_object_get(recipe, "trained")));
	sentences = b.encoding.sentences;
	for (size_t k = 0, at = 0; k < json_array_size(losses); k++) {
		const size_t count = sentences - at < 4 ? sentences - at : 4;
		const double expected = json_real_value(json_array_get(losses, k));
		struct training_step step = begin;
		struct step_result result;

		step.lr = training_rate(number_of(recipe, "lr", 0), 0.1, (long)k, 60);
		step.weight_decay = number_of(recipe, "weight_decay", 0);
		step.t = (long)k + 1;
		assert_ok(trainer_step(&b.trainer, b.sentences + at, count, &step, &result, &b.ctx, &err), err);
		if (!(fabs(result.loss - expected) < 2e-5))
			fail_msg("%s, %s, step %zu: %g, expected %g", model, name, k + 1, result.loss, expected);
		at = at + count == sentences ? 0 : at + count;
	}
	tuning_release(&tuning);
	batch_close(&b);
	free(directory);
	free(examples);
}

static void sixty_losses(void **state)
{
	struct error err = { 0 };
	json_t *all, *recipes, *recipe;
	const char *model, *name;

	(void)state;
	assert_ok(json_read(&all, RECIPES "/recipes.json", &err), err);
	assert_int_equal(json_object_size(all), 4);
	json_object_foreach(all, model, recipes) json_object_foreach(recipes, name, recipe)
		compare_losses(model, name, recipe);
	json_decref(all);
}

/* What is not trained keeps its bytes, and what is trained moves. */
static void the_rest_stays(void **state)
{
	static const struct tuning_params cases[] = {
		{ .method = TUNING_LORA, .rank = 2, .alpha = 4, .targets = "query, down" },
		{ .method = TUNING_BITFIT },
		{ .method = TUNING_HEAD },
		{ .freeze = "2" },
		{ .freeze = "embeddings, 1" },
	};

	(void)state;
	for (size_t f = 0; families[f] != NULL; f++)
		for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
			const struct family *family = families[f];
			char *directory =
				f == 0 ? text_copy(TINY) : text_format(FIXTURES "/families/%s", family->model_type);
			char *examples = path_join(directory, "sentences.tsv");
			struct tuning_params params = cases[i];
			struct training_step step = begin;
			struct step_result result;
			struct tuning tuning;
			struct error err = { 0 };
			float *before;
			struct batch b;

			if (family->joins_qkv && params.targets != NULL)
				params.targets = "query, key, value, down";
			batch_open(&b, directory, examples, TASK_WORD, 2);
			if (b.model.shape.shared && params.freeze != NULL)
				params = cases[0];
			tune(&b, &tuning, &params);
			before = array_new(b.model.size, 1, sizeof *before);
			memcpy(before, b.model.weights, b.model.size * sizeof *before);
			step.lr = 1e-2;
			for (step.t = 1; step.t <= 2; step.t++)
				assert_ok(trainer_step(&b.trainer, b.sentences, b.encoding.sentences, &step, &result,
						       &b.ctx, &err),
					  err);
			for (size_t k = 0; k < b.model.parameter_count; k++) {
				const struct model_tensor *p = &b.model.parameters[k];
				const bool adapted =
					b.model.adapters.count > 0 &&
					(strstr(p->name, "query.weight") || strstr(p->name, "qkv.weight") ||
					 (strstr(p->name, "output.dense.weight") &&
					  !strstr(p->name, "attention.output")));
				const bool same = memcmp(before + p->offset, b.model.weights + p->offset,
							 p->count * sizeof *before) == 0;

				if (same == (tuning.rates[k] > 0 || adapted))
					fail_msg("%s, case %zu: %s", family->model_type, i, p->name);
			}
			free(before);
			tuning_release(&tuning);
			batch_close(&b);
			free(directory);
			free(examples);
		}
}

static void refused(void **state)
{
	static const struct {
		const char *family;
		struct tuning_params params;
		const char *expected;
	} cases[] = {
		{ "electra", { .method = TUNING_LORA, .targets = "query" }, "rank: expected at least 1" },
		{ "electra",
		  { .method = TUNING_LORA, .rank = 1, .targets = "querry" },
		  "targets: no matrix querry; there are query, key, value, output, up and down" },
		{ "electra",
		  { .method = TUNING_LORA, .rank = 1, .targets = "" },
		  "targets: none named; there are query, key, value, output, up and down" },
		{ "modernbert",
		  { .method = TUNING_LORA, .rank = 1, .targets = "query, value" },
		  "targets: modernbert has query, key and value in one matrix: name all three or none" },
		{ "electra", { .freeze = "1-4" }, "freeze: layer 4, but the model has 3" },
		{ "electra",
		  { .freeze = "0" },
		  "freeze: 0: expected embeddings, a layer from 1, or a range such as 1-4" },
		{ "electra",
		  { .freeze = "3-2" },
		  "freeze: 3-2: expected embeddings, a layer from 1, or a range such as 1-4" },
		{ "electra", { .reinit = 4 }, "reinit: 4 layers, but the model has 3" },
		{ "electra",
		  { .method = TUNING_HEAD, .freeze = "1" },
		  "freeze: without effect where method = head trains no layer" },
		{ "albert", { .decay = 0.5 }, "decay: the layers of albert share their weights" },
		{ "albert", { .freeze = "embeddings" }, "freeze: the layers of albert share their weights" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *directory = model_of(cases[i].family);
		struct encoder_shape shape;
		struct error err = { 0 };

		assert_ok(config_read(&shape, directory, &err), err);
		if (tuning_check(&cases[i].params, &shape, &err) == 0)
			fail_msg("%s", cases[i].expected);
		assert_string_equal(err.text, cases[i].expected);
		free(directory);
	}
}

/* The upper layers start anew, the same by the same seed. */
static void upper_layers_anew(void **state)
{
	const struct tuning_params params = { .reinit = 1 };
	struct encoder_model m[3];
	struct tuning tuning;
	struct error err = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_ok(model_load(&m[i], TINY, HEAD_LINEAR, 5, 32, 1, &err), err);
		if (i > 0) {
			assert_ok(tuning_init(&tuning, &params, &m[i], 9, &err), err);
			tuning_release(&tuning);
		}
	}
	assert_memory_equal(m[1].weights, m[2].weights, m[1].size * sizeof(float));
	for (size_t k = 0; k < m[0].parameter_count; k++) {
		const struct model_tensor *p = &m[0].parameters[k];

		assert_int_equal(
			memcmp(m[0].weights + p->offset, m[1].weights + p->offset, p->count * sizeof(float)) != 0,
			p->layer == 2);
	}
	for (int i = 0; i < 3; i++)
		model_release(&m[i]);
}

static struct finetune_job job_of(const struct tuning_params *tuning)
{
	return (struct finetune_job){ .model = TINY,
				      .train = TINY "/sentences.tsv",
				      .test = TINY "/sentences.tsv",
				      .kind = TASK_WORD,
				      .params = { .training.epochs = 4,
						  .training.batch = 4,
						  .training.lr = 1e-2,
						  .training.warmup = 0.1,
						  .training.clip = 1.0,
						  .training.dropout = 0.1,
						  .tuning = *tuning,
						  .keep_head = true,
						  .checkpoints = 2 },
				      .seeds = { 11, 12, 13 } };
}

/* The encoder's tensors of a checkpoint are those that it began with. */
static bool same_encoder(const char *folder, const char *checkpoint)
{
	char *path = path_join(folder, checkpoint);
	struct encoder_model a, b;
	struct error err = { 0 };
	bool same = true;

	assert_ok(model_load(&a, TINY, HEAD_NONE, 0, 0, 1, &err), err);
	assert_ok(model_load(&b, path, HEAD_NONE, 0, 0, 1, &err), err);
	same = memcmp(a.weights, b.weights, a.size * sizeof *a.weights) == 0;
	model_release(&a);
	model_release(&b);
	free(path);
	return same;
}

/* A whole run writes what was trained; with the head alone no representation changes;
 * adapters lie beside the merged weights. */
static void runs(void **state)
{
	static const struct {
		struct tuning_params tuning;
		bool same, adapter;
		size_t trained;
	} cases[] = {
		{ { .method = TUNING_HEAD }, true, false, 165 },
		{ { .method = TUNING_LORA, .rank = 2, .alpha = 4, .targets = "value" },
		  false,
		  true,
		  165 + 2 * 2 * 64 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct finetune_job job = job_of(&cases[i].tuning);
		struct context ctx = { .pool = pool_new(2) };
		char *out = support_folder(), *path;
		struct error err = { 0 };
		struct folder folder;
		json_t *told;

		assert_ok(folder_open(&folder, out, &err), err);
		assert_ok(finetune_run(&job, &folder, &ctx, &err), err);
		folder_release(&folder);
		assert_int_equal(same_encoder(out, "c02"), cases[i].same);
		path = path_join(out, "tuning.json");
		assert_ok(json_read(&told, path, &err), err);
		assert_int_equal(json_integer_value(json_object_get(told, "trained")), cases[i].trained);
		json_decref(told);
		free(path);
		path = path_join(out, "c01/adapter/adapter_model.safetensors");
		assert_int_equal(file_exists(path), cases[i].adapter);
		free(path);
		support_remove(out);
		pool_free(ctx.pool);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sixty_losses),      cmocka_unit_test(the_rest_stays), cmocka_unit_test(refused),
		cmocka_unit_test(upper_layers_anew), cmocka_unit_test(runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
