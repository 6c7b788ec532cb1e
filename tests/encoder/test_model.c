/* Model directories whose files do not agree with each other. */
#include "encoder/tiny.h"

#include "encoder/extract.h"
#include "training/finetune.h"
#include "encoder/model.h"

/* A copy of the model directory in which a size of config.json is another. */
static char *model_with(const char *key, long value)
{
	struct error err = { 0 };
	char *path = tiny_model("gelu", 0.1), *file = text_format("%s/config.json", path);
	struct folder folder;
	json_t *config;

	assert_ok(json_read(&config, file, &err), err);
	json_object_set_new(config, key, json_integer(value));
	assert_ok(folder_open(&folder, path, &err), err);
	assert_ok(json_write(&folder, "config.json", config, &err), err);
	folder_release(&folder);
	json_decref(config);
	free(file);
	return path;
}

/* No size that config.json claims costs memory before the weights file has it
 * too: some of these would take petabytes. */
static void claimed_sizes(void **state)
{
	static const struct {
		const char *key;
		long value;
		const char *expected;
	} cases[] = {
		{ "vocab_size", 1 << 24,
		  "tensor bert.embeddings.word_embeddings.weight has shape (107, 32), expected (16777216, 32)" },
		{ "max_position_embeddings", 1 << 24,
		  "tensor bert.embeddings.position_embeddings.weight has shape (48, 32), expected (16777216, 32)" },
		{ "hidden_size", 1 << 24,
		  "tensor bert.encoder.layer.1.output.dense.weight has shape (32, 64), expected (16777216, 64)" },
		{ "intermediate_size", 1 << 24,
		  "tensor bert.encoder.layer.1.output.dense.weight has shape (32, 64), expected (32, 16777216)" },
		{ "num_hidden_layers", 1000,
		  "no tensor bert.encoder.layer.999.output.dense.weight, expected one of shape (32, 64)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *path = model_with(cases[i].key, cases[i].value);
		char *expected = text_format("%s/model.safetensors: %s", path, cases[i].expected);
		struct error err = { 0 };
		struct encoder_model m;

		assert_int_equal(model_load(&m, path, HEAD_NONE, 0, 0, 0, &err), -1);
		assert_string_equal(err.text, expected);
		assert_int_equal(err.status, STATUS_INPUT);
		assert_null(m.weights);
		free(expected);
		support_remove(path);
	}
}

/* The fixture's vocabulary and one piece more, for which there is no row. */
static char *longer_vocabulary(void)
{
	struct error err = { 0 };
	char *path = tiny_model("gelu", 0.1), *text;
	struct folder folder;
	struct mapping map;

	assert_ok(mapping_open(&map, TINY "/vocab.txt", &err), err);
	text = text_format("%.*sbeyond\n", (int)map.size, map.data);
	mapping_close(&map);
	assert_ok(folder_open(&folder, path, &err), err);
	assert_ok(output_file(&folder, "vocab.txt", text, strlen(text), &err), err);
	folder_release(&folder);
	free(text);
	return path;
}

static void more_pieces_than_embeddings(void **state)
{
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(1) };
	char *model = longer_vocabulary(), *path = support_folder();
	char *expected = text_format("%s: vocab.txt has 108 pieces, but vocab_size is 107", model);
	const struct extract_job extract = {
		.model = model, .examples = TINY "/sentences.tsv", .kind = TASK_WORD, .layers = "all"
	};
	const struct finetune_job finetune = {
		.model = model,
		.train = TINY "/sentences.tsv",
		.test = TINY "/sentences.tsv",
		.kind = TASK_WORD,
		.params = { .training.epochs = 1, .training.batch = 4, .training.lr = 1e-3, .checkpoints = 1 },
	};
	struct folder out;

	(void)state;
	assert_ok(folder_open(&out, path, &err), err);
	assert_int_equal(encode_run(model, TINY "/lines.txt", &out, &ctx, &err), -1);
	assert_string_equal(err.text, expected);
	assert_int_equal(err.status, STATUS_INPUT);
	err = (struct error){ 0 };
	assert_int_equal(extract_run(&extract, &out, "", &ctx, &err), -1);
	assert_string_equal(err.text, expected);
	err = (struct error){ 0 };
	assert_int_equal(finetune_run(&finetune, &out, &ctx, &err), -1);
	assert_string_equal(err.text, expected);
	folder_release(&out);
	support_remove(path);
	support_remove(model);
	free(expected);
	pool_free(ctx.pool);
}

/* Rows without a piece are harmless: many models round their number up. */
static void fewer_pieces_than_embeddings(void **state)
{
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(1) };
	char *model = tiny_model("gelu", 0.1), *path = support_folder(), *text;
	struct mapping map;
	struct folder folder;

	(void)state;
	assert_ok(mapping_open(&map, TINY "/vocab.txt", &err), err);
	text = text_copy_n(map.data, map.size);
	mapping_close(&map);
	text[strlen(text) - 1] = '\0';
	*(strrchr(text, '\n') + 1) = '\0';
	assert_ok(folder_open(&folder, model, &err), err);
	assert_ok(output_file(&folder, "vocab.txt", text, strlen(text), &err), err);
	folder_release(&folder);
	assert_ok(folder_open(&folder, path, &err), err);
	assert_ok(encode_run(model, TINY "/lines.txt", &folder, &ctx, &err), err);
	folder_release(&folder);
	free(text);
	support_remove(path);
	support_remove(model);
	pool_free(ctx.pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claimed_sizes),
		cmocka_unit_test(more_pieces_than_embeddings),
		cmocka_unit_test(fewer_pieces_than_embeddings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
