/* Every family of encoders against transformers: pieces, hidden states, the
 * gradients of a step, sixty losses; and what is written is what was read. */
#include "encoder/batch.h"
#include "encoder/slopes.h"

#include "base/table.h"
#include "encoder/extract.h"
#include "training/finetune.h"
#include "training/mlm_head.h"

#define FAMILIES FIXTURES "/families/"

static char *file_of(const char *family, const char *name)
{
	return text_format(FAMILIES "%s/%s", family, name);
}

/* The tensors that transformers computed; the names are those of the files. */
static struct checkpoint *expected_of(const char *family, char **directory)
{
	struct error err = { 0 };
	char *path = file_of(family, "expected.safetensors");
	struct checkpoint *c;

	*directory = support_folder();
	tiny_copy(path, *directory, "model.safetensors");
	assert_ok(checkpoint_open(&c, *directory, &family_of_type(family)->naming, &err), err);
	free(path);
	return c;
}

static void compare_pieces(const char *family, const char *out)
{
	struct error err = { 0 };
	char *path = file_of(family, "expected.json"), *ours = support_text(out, "pieces.tsv"), *rest = ours, *line;
	json_t *expected, *pieces, *piece;
	size_t i, k;

	assert_ok(json_read(&expected, path, &err), err);
	json_array_foreach(json_object_get(expected, "pieces"), i, pieces)
	{
		json_array_foreach(pieces, k, piece)
		{
			char *row = text_format("%zu\t%zu\t%s", i + 1, k, json_string_value(piece));

			line = strsep(&rest, "\n");
			assert_non_null(line);
			assert_string_equal(line, row);
			free(row);
		}
	}
	assert_string_equal(rest, "");
	json_decref(expected);
	free(path);
	free(ours);
}

/* Strings that tokenizers stumble over, with the file as it is and with more tokens. */
static void hostile_texts(void **state)
{
	(void)state;
	for (size_t f = 1; families[f] != NULL; f++) {
		const char *family = families[f]->model_type;
		struct error err = { 0 };
		char *path = file_of(family, "hostile.json"), *own = file_of(family, "tokenizer.json");
		json_t *fixture, *description, *variant, *text;
		size_t i, k;

		fixture = json_load_file(path, JSON_ALLOW_NUL, NULL);
		assert_non_null(fixture);
		assert_ok(json_read(&description, own, &err), err);
		json_array_foreach(json_object_get(fixture, "variants"), i, variant)
		{
			struct tokenizer *t;
			char *whole;

			json_object_set(description, "added_tokens", json_object_get(variant, "added_tokens"));
			json_object_set(description, "pre_tokenizer", json_object_get(variant, "pre_tokenizer"));
			json_object_set(description, "normalizer", json_object_get(variant, "normalizer"));
			whole = json_dumps(description, 0);
			assert_ok(tokenizer_parse_json(&t, whole, strlen(whole), family, &err), err);
			json_array_foreach(json_object_get(fixture, "texts"), k, text)
			{
				struct pieces pieces = { 0 };
				char *ours = text_copy("");

				assert_ok(tokenizer_text(t, json_string_value(text), json_string_length(text),
							 &pieces, &err),
					  err);
				for (size_t p = 0; p < pieces.count; p++) {
					char *longer = text_format("%s%s%s", ours, p == 0 ? "" : " ",
								   tokenizer_piece(t, pieces.ids[p]));

					free(ours);
					ours = longer;
				}
				if (strcmp(ours, json_string_value(
							 json_array_get(json_object_get(variant, "pieces"), k))) != 0)
					fail_msg("%s: %s: %s", family, json_string_value(text), ours);
				pieces_release(&pieces);
				free(ours);
			}
			tokenizer_free(t);
			free(whole);
		}
		assert_true(i >= 2);
		json_decref(description);
		json_decref(fixture);
		free(path);
		free(own);
	}
}

static void hidden_states(void **state)
{
	(void)state;
	for (size_t f = 1; families[f] != NULL; f++) {
		const char *family = families[f]->model_type;
		struct error err = { 0 };
		struct context ctx = { .pool = pool_new(2) };
		char *out = support_folder(), *directory, *model = file_of(family, ""),
		     *lines = file_of(family, "lines.txt");
		struct checkpoint *c = expected_of(family, &directory);
		struct folder folder;
		struct encoder_shape shape;

		assert_ok(folder_open(&folder, out, &err), err);
		assert_ok(config_read(&shape, model, &err), err);
		assert_ok(encode_run(model, lines, &folder, &ctx, &err), err);
		compare_pieces(family, out);
		for (size_t l = 0; l <= shape.layers; l++) {
			char *path = text_format("%s/layer%zu.npy", out, l), *name = text_format("hidden.%zu", l);
			struct npy ours;
			size_t count;
			float *theirs = tiny_tensor(c, name, &count);

			assert_ok(npy_open(&ours, path, &err), err);
			assert_int_equal(count, ours.view.rows * ours.view.columns);
			if (!(tiny_distance(ours.view.data, theirs, count) < 1e-6))
				fail_msg("%s, %s: off by %g", family, name,
					 tiny_distance(ours.view.data, theirs, count));
			npy_close(&ours);
			free(theirs);
			free(path);
			free(name);
		}
		checkpoint_close(c);
		folder_release(&folder);
		support_remove(out);
		support_remove(directory);
		pool_free(ctx.pool);
		free(model);
		free(lines);
	}
}

/* Padding in a text is a piece; where positions begin behind its own, it has that one,
 * and moves no other: what follows has the same embedding with it and without. */
static void padding_in_a_text(void **state)
{
	(void)state;
	for (size_t f = 1; families[f] != NULL; f++) {
		struct error err = { 0 };
		struct context ctx = { .pool = pool_new(1) };
		char *model = file_of(families[f]->model_type, ""), *out = support_folder(), *lines, *path;
		struct encoder_shape shape;
		struct tokenizer *t;
		struct folder folder;
		struct npy rows;
		bool same;

		assert_ok(config_read(&shape, model, &err), err);
		assert_ok(tokenizer_load(&t, model, &err), err);
		path = text_format("old boat\nold%s boat\n", tokenizer_piece(t, shape.pad_id));
		assert_ok(folder_open(&folder, out, &err), err);
		assert_ok(output_file(&folder, "lines", path, strlen(path), &err), err);
		free(path);
		lines = path_join(out, "lines");
		assert_ok(encode_run(model, lines, &folder, &ctx, &err), err);
		path = path_join(out, "layer0.npy");
		assert_ok(npy_open(&rows, path, &err), err);
		assert_int_equal(rows.view.rows % 2, 1); /* one piece more in the second line */
		same = memcmp(matrix_row(rows.view, rows.view.rows / 2 - 1),
			      matrix_row(rows.view, rows.view.rows - 1), shape.hidden * sizeof(float)) == 0;
		if (same != (shape.first_position > 0 || !shape_has_positions(&shape)))
			fail_msg("%s", families[f]->model_type);
		npy_close(&rows);
		folder_release(&folder);
		tokenizer_free(t);
		support_remove(out);
		free(path);
		free(lines);
		free(model);
		pool_free(ctx.pool);
	}
}

static const struct training_step no_dropout = { .clip = 1.0, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8 };

static void gradients(void **state)
{
	(void)state;
	for (size_t f = 1; families[f] != NULL; f++) {
		const char *family = families[f]->model_type;
		struct error err = { 0 };
		char *directory, *model = file_of(family, ""), *examples = file_of(family, "sentences.tsv");
		char *path = file_of(family, "expected.json");
		struct checkpoint *c = expected_of(family, &directory);
		struct step_result result;
		struct batch b;
		json_t *expected;

		assert_ok(json_read(&expected, path, &err), err);
		batch_open(&b, model, examples, TASK_WORD, 3);
		assert_ok(trainer_gradients(&b.trainer, b.sentences, b.encoding.sentences, &no_dropout, &result,
					    &b.ctx, &err),
			  err);
		assert_true(fabs(result.loss - json_real_value(json_object_get(expected, "loss"))) < 1e-6);
		assert_true(fabs(result.norm / json_real_value(json_object_get(expected, "grad_norm")) - 1.0) < 1e-5);
		for (size_t i = 0; i < b.model.parameter_count; i++) {
			const struct model_tensor *p = &b.model.parameters[i];
			size_t count; /* "gradient." is a prefix that all share, and goes */
			float *theirs = tiny_tensor(c, p->file, &count), *ours = b.trainer.gradients + p->offset;

			assert_int_equal(count, p->count);
			if (strstr(p->name, "key.bias") != NULL &&
			    b.model.shape.relative == 0) /* 0 but for rounding */
				for (size_t j = 0; j < count; j++)
					assert_true(fabsf(ours[j]) < 1e-5f);
			else if (!(tiny_distance(ours, theirs, count) < 1e-5))
				fail_msg("%s, %s: off by %g", family, p->file, tiny_distance(ours, theirs, count));
			free(theirs);
		}
		batch_close(&b);
		json_decref(expected);
		checkpoint_close(c);
		support_remove(directory);
		free(model);
		free(examples);
		free(path);
	}
}

/* The embedding of padding is not trained, even where a text has it. */
static void padding_and_training(void **state)
{
	(void)state;
	for (size_t f = 0; families[f] != NULL; f++) {
		const char *family = families[f]->model_type;
		struct error err = { 0 };
		char *model = f == 0 ? text_copy(TINY) : file_of(family, "");
		char *examples = f == 0 ? text_copy(TINY "/sentences.tsv") : file_of(family, "sentences.tsv");
		struct step_result result;
		const float *row;
		double sum = 0;
		struct batch b;

		batch_open(&b, model, examples, TASK_WORD, 1);
		b.encoding.ids[2] = b.model.shape.pad_id;
		assert_ok(trainer_gradients(&b.trainer, b.sentences, b.encoding.sentences, &no_dropout, &result,
					    &b.ctx, &err),
			  err);
		row = b.trainer.gradients + b.model.words + (size_t)b.model.shape.pad_id * b.model.shape.embedding;
		for (size_t i = 0; i < b.model.shape.embedding; i++)
			sum += fabs((double)row[i]);
		if (sum > 0)
			fail_msg("%s: %g", family, sum);
		batch_close(&b);
		free(model);
		free(examples);
	}
}

/* Of a classifier, and of a masked language model, whose decoder is the word
 * embeddings. */
static void slopes(void **state)
{
	(void)state;
	for (size_t f = 1; families[f] != NULL; f++) {
		const char *family = families[f]->model_type;
		struct error err = { 0 };
		char *model = file_of(family, ""), *examples = file_of(family, "sentences.tsv");
		struct encoder_model other = { 0 };
		struct mlm_head head;
		struct trainer trainer = { 0 };
		int32_t *targets;
		struct batch b;

		batch_open(&b, model, examples, TASK_WORD, 2);
		check_slopes(&b.trainer, b.sentences, b.encoding.sentences, &b.ctx);
		assert_ok(model_load(&other, model, HEAD_MLM, 0, 0, 3, &err), err);
		targets = array_new(b.encoding.start[b.encoding.sentences], 1, sizeof *targets);
		for (size_t i = 0; i < b.encoding.start[b.encoding.sentences]; i++)
			targets[i] = i % 5 == 2 ? b.encoding.ids[i] : -1;
		mlm_head_init(&head, targets, b.encoding.start);
		assert_ok(trainer_init(&trainer, &other, &head.head, 2, &err), err);
		check_slopes(&trainer, b.sentences, b.encoding.sentences, &b.ctx);
		trainer_release(&trainer);
		mlm_head_release(&head);
		model_release(&other);
		batch_close(&b);
		free(targets);
		free(model);
		free(examples);
	}
}

/* Fine-tunes for sixty steps, each with its checkpoint where `checkpoints` says so. */
static char *finetuned(const char *family)
{
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(2) };
	char *out = support_folder(), *model = file_of(family, ""), *examples = file_of(family, "sentences.tsv");
	struct folder folder;
	const struct finetune_job job = { .model = model,
					  .train = examples,
					  .test = examples,
					  .kind = TASK_WORD,
					  .params = { .training.epochs = 20,
						      .training.batch = 4,
						      .training.lr = 1e-3,
						      .training.warmup = 0.1,
						      .training.clip = 1.0,
						      .training.dropout = 0.0,
						      .training.shuffled = false,
						      .keep_head = true,
						      .checkpoints = 1 },
					  .seeds = { 11, 12, 13 } };

	assert_ok(folder_open(&folder, out, &err), err);
	assert_ok(finetune_run(&job, &folder, &ctx, &err), err);
	folder_release(&folder);
	pool_free(ctx.pool);
	free(model);
	free(examples);
	return out;
}

/* The names and shapes of a file's tensors. */
static json_t *header_of(const char *path)
{
	struct error err = { 0 };
	struct mapping map;
	uint64_t length;
	json_t *header;

	assert_ok(mapping_open(&map, path, &err), err);
	memcpy(&length, map.data, sizeof length);
	header = json_loadb(map.data + 8, length, 0, NULL);
	assert_non_null(header);
	mapping_close(&map);
	json_object_del(header, "__metadata__");
	return header;
}

/* What transformers wrote for a token classifier is there again, no more and no
 * less. */
static void compare_headers(const char *family, const char *checkpoint)
{
	char *path = file_of(family, "model.safetensors"), *other = path_join(checkpoint, "model.safetensors");
	json_t *theirs = header_of(path), *ours = header_of(other), *tensor;
	const char *name;

	assert_int_equal(json_object_size(theirs), json_object_size(ours));
	json_object_foreach(theirs, name, tensor)
	{
		if (!json_equal(json_object_get(tensor, "shape"),
				json_object_get(json_object_get(ours, name), "shape")))
			fail_msg("%s: %s", family, name);
	}
	json_decref(theirs);
	json_decref(ours);
	free(path);
	free(other);
}

static void sixty_losses(void **state)
{
	(void)state;
	for (size_t f = 1; families[f] != NULL; f++) {
		const char *family = families[f]->model_type;
		struct error err = { 0 };
		char *out = finetuned(family), *path = file_of(family, "expected.json");
		char *table = path_join(out, "loss.csv"), *checkpoint = path_join(out, "c01");
		const json_t *losses;
		json_t *expected;
		struct table loss;

		assert_ok(json_read(&expected, path, &err), err);
		losses = json_object_get(expected, "losses");
		assert_ok(table_read_as(&loss, table, "step,lr,loss,grad_norm", &err), err);
		assert_int_equal(loss.rows, 60);
		assert_int_equal(json_array_size(losses), 60);
		for (size_t i = 0; i < 60; i++)
			if (!(fabs(table_number(&loss, i, 2) - json_real_value(json_array_get(losses, i))) < 2e-5))
				fail_msg("%s, step %zu: %g, expected %g", family, i + 1, table_number(&loss, i, 2),
					 json_real_value(json_array_get(losses, i)));
		compare_headers(family, checkpoint);
		table_release(&loss);
		json_decref(expected);
		support_remove(out);
		free(path);
		free(table);
		free(checkpoint);
	}
}

/* What tokenizer_config.json says otherwise than tokenizer.json, and its class would
 * follow. */
static void settings_that_contradict(void **state)
{
	static const struct {
		const char *family, *settings, *expected; /* NULL: read */
	} cases[] = {
		{ "roberta", "{\"tokenizer_class\": \"RobertaTokenizer\", \"add_prefix_space\": true}",
		  "add_prefix_space is true, but tokenizer.json says add_prefix_space false: make them agree" },
		{ "roberta", "{\"tokenizer_class\": \"TokenizersBackend\", \"add_prefix_space\": true}", NULL },
		{ "xlm-roberta", "{\"tokenizer_class\": \"XLMRobertaTokenizerFast\", \"add_prefix_space\": false}",
		  "add_prefix_space is false, but tokenizer.json says a prefix true: make them agree" },
		{ "xlm-roberta", "{\"tokenizer_class\": \"XLMRobertaTokenizer\", \"do_lower_case\": true}", NULL },
		{ "albert", "{\"tokenizer_class\": \"AlbertTokenizer\", \"do_lower_case\": false}",
		  "do_lower_case is false, but tokenizer.json says Lowercase true: make them agree" },
		{ "albert", "{\"tokenizer_class\": \"AlbertTokenizerFast\", \"keep_accents\": true}",
		  "keep_accents is true, but tokenizer.json says no StripAccents false: make them agree" },
		{ "mpnet", "{\"tokenizer_class\": \"MPNetTokenizer\", \"do_lower_case\": false}",
		  "do_lower_case is false, but tokenizer.json says lowercase true: make them agree" },
		{ "roberta", "{\"tokenizer_class\": \"BertTokenizer\"}",
		  "tokenizer_class is of another kind of pieces than those of tokenizer.json: make them agree" },
		{ "mpnet", "{\"tokenizer_class\": \"XLMRobertaTokenizer\"}",
		  "tokenizer_class is of another kind of pieces than those of tokenizer.json: make them agree" },
		{ "roberta", "{\"mask_token\": {\"content\": \"<mask>\", \"normalized\": true, \"lstrip\": true}}",
		  NULL },
		{ "mpnet", "{\"tokenizer_class\": \"GPT2Tokenizer\"}",
		  "tokenizer_class is GPT2Tokenizer, expected BertTokenizer" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *path = support_folder(), *file = file_of(cases[i].family, "tokenizer.json");
		struct error err = { 0 };
		struct tokenizer *t;
		struct folder folder;

		tiny_copy(file, path, "tokenizer.json");
		assert_ok(folder_open(&folder, path, &err), err);
		assert_ok(output_file(&folder, "tokenizer_config.json", cases[i].settings, strlen(cases[i].settings),
				      &err),
			  err);
		folder_release(&folder);
		if (cases[i].expected == NULL) {
			assert_ok(tokenizer_load(&t, path, &err), err);
			tokenizer_free(t);
		} else {
			assert_int_equal(tokenizer_load(&t, path, &err), -1);
			assert_non_null(strstr(err.text, cases[i].expected));
		}
		support_remove(path);
		free(file);
	}
}

static void classes_are_told_apart(void **state)
{
	(void)state;
	for (size_t f = 0; families[f] != NULL; f++) {
		char *class = text_format("%sForMaskedLM", families[f]->class);

		assert_ptr_equal(family_of_class(class), families[f]);
		assert_ptr_equal(family_of_type(families[f]->model_type), families[f]);
		free(class);
	}
	assert_null(family_of_class("T5Model"));
	assert_null(family_of_type("BERT"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes_are_told_apart), cmocka_unit_test(settings_that_contradict),
		cmocka_unit_test(hostile_texts),          cmocka_unit_test(hidden_states),
		cmocka_unit_test(padding_in_a_text),      cmocka_unit_test(gradients),
		cmocka_unit_test(padding_and_training),   cmocka_unit_test(slopes),
		cmocka_unit_test(sixty_losses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
