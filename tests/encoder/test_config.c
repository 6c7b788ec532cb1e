/* config.json: what is read, what is refused and how, what is written. */
#include "support.h"

#include "base/json.h"
#include "encoder/family.h"
#include "encoder/config.h"

#include <string.h>

static const char *const whole =
	"{\"hidden_size\": 8, \"num_hidden_layers\": 3, \"num_attention_heads\": 2, \"intermediate_size\": 32,"
	" \"vocab_size\": 100, \"max_position_embeddings\": 16, \"type_vocab_size\": 2, \"hidden_act\": \"gelu\"}";

static void write_config(const char *folder, const char *name, const char *text)
{
	char *path = path_join(folder, name);
	FILE *file = fopen(path, "w");

	fputs(text, file);
	fclose(file);
	free(path);
}

/* The whole configuration with one key set to another value; NULL removes it. */
static void write_changed(const char *folder, const char *key, const char *value)
{
	json_t *object = json_loads(whole, 0, NULL);
	char *text;

	if (value == NULL)
		json_object_del(object, key);
	else
		json_object_set_new(object, key, json_loads(value, JSON_DECODE_ANY, NULL));
	text = json_dumps(object, 0);
	write_config(folder, "config.json", text);
	free(text);
	json_decref(object);
}

static void read_with_defaults(void **state)
{
	char *folder = support_folder();
	struct encoder_shape c;
	struct error err = { 0 };

	(void)state;
	write_config(folder, "bert_config.json", whole);
	if (config_read(&c, folder, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(c.hidden, 8);
	assert_int_equal(c.layers, 3);
	assert_int_equal(c.heads, 2);
	assert_int_equal(c.intermediate, 32);
	assert_int_equal(c.vocabulary, 100);
	assert_int_equal(c.positions, 16);
	assert_int_equal(c.types, 2);
	assert_int_equal(c.activation, ACTIVATION_GELU);
	assert_true(c.layer_norm_eps == 1e-12);
	assert_true(c.hidden_dropout == 0.1);
	assert_true(c.head_dropout == 0.1);
	assert_true(c.attention_dropout == 0.1);
	assert_true(c.initializer_range == 0.02);
	assert_int_equal(c.pad_id, 0);
	/* config.json goes before bert_config.json. */
	write_changed(folder, "num_hidden_layers", "5");
	assert_int_equal(config_read(&c, folder, &err), 0);
	assert_int_equal(c.layers, 5);
	support_remove(folder);
}

static void values_read(void **state)
{
	char *folder = support_folder();
	struct encoder_shape c;
	struct error err = { 0 };

	(void)state;
	write_config(
		folder, "config.json",
		"{\"hidden_size\": 12, \"num_hidden_layers\": 1, \"num_attention_heads\": 3, \"intermediate_size\": "
		"5,"
		" \"vocab_size\": 7, \"max_position_embeddings\": 9, \"type_vocab_size\": 1, \"hidden_act\": "
		"\"gelu_new\","
		" \"layer_norm_eps\": 1.2345678901234567e-7, \"hidden_dropout_prob\": 0, \"model_type\": \"bert\","
		" \"attention_probs_dropout_prob\": 0.25, \"initializer_range\": 0.017, \"pad_token_id\": 6,"
		" \"position_embedding_type\": \"absolute\", \"is_decoder\": false, \"other\": [1, {}]}");
	assert_int_equal(config_read(&c, folder, &err), 0);
	assert_int_equal(c.activation, ACTIVATION_GELU_NEW);
	assert_true(c.layer_norm_eps == 1.2345678901234567e-7);
	assert_true(c.hidden_dropout == 0);
	assert_true(c.attention_dropout == 0.25);
	assert_true(c.initializer_range == 0.017);
	assert_int_equal(c.pad_id, 6);
	write_changed(folder, "hidden_act", "\"relu\"");
	assert_int_equal(config_read(&c, folder, &err), 0);
	assert_int_equal(c.activation, ACTIVATION_RELU);
	support_remove(folder);
}

static void refused(void **state)
{
	static const struct {
		const char *key, *value, *expected;
	} cases[] = {
		{ "hidden_size", NULL, "hidden_size is missing" },
		{ "type_vocab_size", NULL, "type_vocab_size is missing" },
		{ "hidden_act", NULL, "hidden_act is missing" },
		{ "hidden_size", "0", "hidden_size: expected an integer from 1 to 16777216" },
		{ "vocab_size", "-5", "vocab_size: expected an integer from 1 to 16777216" },
		{ "vocab_size", "16777217", "vocab_size: expected an integer from 1 to 16777216" },
		{ "intermediate_size", "32.0", "intermediate_size: expected an integer from 1 to 16777216" },
		{ "max_position_embeddings", "\"9\"",
		  "max_position_embeddings: expected an integer from 1 to 16777216" },
		{ "num_hidden_layers", "1001", "num_hidden_layers: expected an integer from 1 to 1000" },
		{ "num_attention_heads", "3", "hidden_size 8 is not a multiple of num_attention_heads 3" },
		{ "layer_norm_eps", "-1e-12", "layer_norm_eps: expected a number from 0 to below 1" },
		{ "hidden_dropout_prob", "1", "hidden_dropout_prob: expected a number from 0 to below 1" },
		{ "attention_probs_dropout_prob", "null",
		  "attention_probs_dropout_prob: expected a number from 0 to below 1" },
		{ "initializer_range", "\"x\"", "initializer_range: expected a number from 0 to below 1e+06" },
		{ "model_type", "\"t5\"", "model_type is t5, expected bert, distilbert, " },
		{ "architectures", "[\"GPT2Model\"]",
		  "architectures is GPT2Model, and no model_type is one of bert, distilbert, " },
		{ "model_type", "3", "model_type is no string, expected bert, distilbert, " },
		{ "hidden_act", "\"silu\"", "hidden_act is silu, expected gelu, gelu_new or relu" },
		{ "hidden_act", "[]", "hidden_act is no string, expected gelu, gelu_new or relu" },
		{ "position_embedding_type", "\"relative_key\"",
		  "position_embedding_type is relative_key, expected absolute" },
		{ "is_decoder", "true", "is_decoder is true, expected false" },
		{ "is_decoder", "[[]]", "is_decoder is [[]], expected false" },
		{ "add_cross_attention", "true", "add_cross_attention is true, expected false" },
		{ "is_encoder_decoder", "true", "is_encoder_decoder is true, expected false" },
		{ "classifier_dropout", "1.0", "classifier_dropout: expected a number from 0 to below 1" },
		{ "quantization_config", "{\"bits\": 4}",
		  "quantization_config: quantized weights are not supported" },
		{ "pruned_heads", "{\"0\": [1]}",
		  "pruned_heads: attention heads that were taken out are not supported" },
		{ "adapters", "[]", "adapters: adapters are not supported" },
		{ "auto_map", "{\"AutoConfig\": \"a.B\", \"AutoModel\": \"c.D\"}",
		  "auto_map: AutoModel is c.D: the network is code of the repository's own, which is not run" },
		{ "pad_token_id", "100", "pad_token_id: expected an integer from 0 to below vocab_size 100" },
		{ "pad_token_id", "-1", "pad_token_id: expected an integer from 0 to below vocab_size 100" },
	};
	char *folder = support_folder(), *expected;
	struct encoder_shape c;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(config_read(&c, folder, &err), -1);
	expected = text_format("%s: no config.json, and no bert_config.json", folder);
	assert_string_equal(err.text, expected);
	free(expected);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		write_changed(folder, cases[i].key, cases[i].value);
		assert_int_equal(config_read(&c, folder, &err), -1);
		assert_int_equal(err.status, STATUS_INPUT);
		expected = text_format("%s/config.json: %s", folder, cases[i].expected);
		assert_int_equal(strncmp(err.text, expected, strlen(expected)), 0);
		free(expected);
	}
	write_config(folder, "config.json", "[]");
	assert_int_equal(config_read(&c, folder, &err), -1);
	assert_non_null(strstr(err.text, "config.json: expected a JSON object"));
	write_config(folder, "config.json", "{\"hidden_size\": 8,\n \"hidden_size\" 8}");
	assert_int_equal(config_read(&c, folder, &err), -1);
	assert_non_null(strstr(err.text, "config.json:2: not valid JSON: "));
	/* Of two types the other is named, whatever else is missing. */
	write_config(folder, "config.json", "{\"model_type\": \"bart\"}");
	assert_int_equal(config_check_type(folder, &err), -1);
	assert_non_null(strstr(err.text, "config.json: model_type is bart, expected bert, "));
	support_remove(folder);
}

/* Every beginning of a configuration is refused, and none but the whole read. */
static void truncated(void **state)
{
	char *folder = support_folder(), *part;
	struct encoder_shape c;
	struct error err = { 0 };

	(void)state;
	for (size_t i = 1; i < strlen(whole); i++) {
		part = text_copy_n(whole, i);
		write_config(folder, "config.json", part);
		assert_int_equal(config_read(&c, folder, &err), -1);
		assert_non_null(strstr(err.text, "not valid JSON"));
		free(part);
	}
	support_remove(folder);
}

/* As Python reads it: numbers that nobody needs may be of any size, or none, and
 * of a key that is there twice the last counts. */
static void dialect_of_python(void **state)
{
	static const struct {
		const char *more, *expected; /* NULL: read */
	} cases[] = {
		{ "\"x\": NaN, \"y\": [-Infinity, 1e999, 1000000000000000000000000000000]", NULL },
		{ "\"x\": 1, \"x\": 2", NULL },
		{ "\"num_hidden_layers\": 5", NULL },
		{ "\"classifier_dropout\": null, \"pruned_heads\": {}, \"quantization_config\": null", NULL },
		{ "\"hidden_size\": 1000000000000000000000000000000",
		  "hidden_size: expected an integer from 1 to 16777216" },
		{ "\"layer_norm_eps\": NaN", "layer_norm_eps: expected a number from 0 to below 1" },
		{ "\"hidden_dropout_prob\": Infinity", "hidden_dropout_prob: expected a number from 0 to below 1" },
		{ "\"pad_token_id\": -Infinity", "pad_token_id: expected an integer from 0 to below vocab_size 100" },
		{ "\"is_decoder\": NaN", "is_decoder is " },
		{ "\"hidden_act\": 1e999", "hidden_act is no string, expected gelu, gelu_new or relu" },
	};
	char *folder = support_folder();
	struct encoder_shape c;
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *text = text_format("\xEF\xBB\xBF%.*s, %s}", (int)strlen(whole) - 1, whole, cases[i].more);

		write_config(folder, "config.json", text);
		free(text);
		if (cases[i].expected == NULL && config_read(&c, folder, &err) < 0)
			fail_msg("%s", err.text);
		if (cases[i].expected == NULL)
			continue;
		assert_int_equal(config_read(&c, folder, &err), -1);
		assert_non_null(strstr(err.text, cases[i].expected));
	}
	support_remove(folder);
}

/* Where there is no configuration, what is there instead. */
static void missing_configuration(void **state)
{
	char *folder = support_folder(), *link = path_join(folder, "config.json"), *expected;
	struct encoder_shape c;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(config_check_type(folder, &err), 0);
	assert_int_equal(symlink("../blobs/1", link), 0);
	assert_int_equal(config_read(&c, folder, &err), -1);
	expected = text_format("%s/config.json: a link to ../blobs/1, which is not there", folder);
	assert_string_equal(err.text, expected);
	free(expected);
	assert_int_equal(unlink(link), 0);
	write_config(folder, "modules.json",
		     "[{\"idx\": 0, \"path\": \"0_Transformer\", \"type\": "
		     "\"sentence_transformers.models.Transformer\"}]");
	assert_int_equal(config_read(&c, folder, &err), -1);
	expected = text_format("%s: no config.json; by modules.json the encoder lies in 0_Transformer: name "
			       "%s/0_Transformer",
			       folder, folder);
	assert_string_equal(err.text, expected);
	free(expected);
	assert_int_equal(config_read(&c, "/none", &err), -1);
	assert_string_equal(err.text, "/none: no such directory");
	free(link);
	support_remove(folder);
}

static void labels_matched(void **state)
{
	static const char *const labels[] = { "A", "B" };
	static const struct {
		const char *id2label, *expected;
		size_t first;
	} cases[] = {
		{ "null", NULL, 0 },
		{ "{\"0\": \"B\", \"1\": \"A\"}", NULL, 1 },
		{ "{\"1\": \"B\", \"0\": \"A\"}", NULL, 0 },
		{ "{\"0\": \"LABEL_0\", \"1\": \"LABEL_1\"}", NULL, 0 },
		{ "{\"0\": \"LABEL_0\", \"1\": \"LABEL_x\"}", "id2label has not label A of the task exactly once",
		  0 },
		{ "{\"0\": \"A\", \"1\": \"A\"}", "id2label has not label A of the task exactly once", 0 },
		{ "{\"0\": \"A\", \"1\": \"C\"}", "id2label has not label B of the task exactly once", 0 },
		{ "{\"0\": \"B\", \"1\": \"A\"}, \"label2id\": {\"B\": 0, \"A\": 1}", NULL, 1 },
		{ "{\"0\": \"B\", \"1\": \"A\"}, \"label2id\": {\"A\": 0, \"B\": 1}",
		  "label2id gives A another class than id2label: make them agree", 0 },
		{ "{\"0\": \"A\"}", "id2label has 1 labels, but the task has 2", 0 },
		{ "{\"0\": \"A\", \"2\": \"B\"}", "id2label: expected a label for class 1", 0 },
		{ "{\"0\": \"A\", \"1\": NaN}", "id2label: expected a label for class 1", 0 },
	};
	char *folder = support_folder();
	struct error err = { 0 };
	size_t classes[2];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *text = text_format("{\"id2label\": %s}", cases[i].id2label);

		write_config(folder, "config.json", text);
		free(text);
		if (cases[i].expected == NULL) {
			const bool unnamed = strstr(cases[i].id2label, "\"A\"") == NULL;

			assert_int_equal(config_match_labels(classes, folder, labels, 2, &err), unnamed);
			assert_int_equal(classes[0], cases[i].first);
			assert_int_equal(classes[1], 1 - cases[i].first);
			continue;
		}
		assert_int_equal(config_match_labels(classes, folder, labels, 2, &err), -1);
		assert_non_null(strstr(err.text, cases[i].expected));
	}
	support_remove(folder);
}

static void written_and_read(void **state)
{
	static const char *const labels[] = { "ADJ", "p.Locus", "\xC3\xA9" };
	const struct encoder_shape c = { .family = &bert_family,
					 .hidden = 12,
					 .layers = 4,
					 .heads = 3,
					 .intermediate = 48,
					 .vocabulary = 30522,
					 .positions = 512,
					 .types = 2,
					 .activation = ACTIVATION_RELU,
					 .layer_norm_eps = 1e-12,
					 .hidden_dropout = 0.1,
					 .attention_dropout = 0.3,
					 .head_dropout = 0.0,
					 .initializer_range = 0.02,
					 .pad_id = 7 };
	char *path = support_folder(), *model = path_join(path, "c01"), *file = path_join(model, "config.json");
	struct encoder_shape read;
	struct folder folder;
	struct error err = { 0 };
	json_t *object;

	(void)state;
	assert_int_equal(folder_open(&folder, path, &err), 0);
	assert_int_equal(config_write(&c, labels, 3, &folder, "c01/", &err), 0);
	assert_string_equal(folder.items[0].name, "c01/config.json");
	assert_int_equal(config_read(&read, model, &err), 0);
	assert_int_equal(read.hidden, c.hidden);
	assert_int_equal(read.layers, c.layers);
	assert_int_equal(read.heads, c.heads);
	assert_int_equal(read.intermediate, c.intermediate);
	assert_int_equal(read.vocabulary, c.vocabulary);
	assert_int_equal(read.positions, c.positions);
	assert_int_equal(read.types, c.types);
	assert_int_equal(read.activation, c.activation);
	assert_true(read.layer_norm_eps == c.layer_norm_eps);
	assert_true(read.hidden_dropout == c.hidden_dropout);
	assert_true(read.attention_dropout == c.attention_dropout);
	assert_true(read.head_dropout == c.head_dropout);
	assert_true(read.initializer_range == c.initializer_range);
	assert_int_equal(read.pad_id, 7);
	assert_int_equal(json_read(&object, file, &err), 0);
	assert_string_equal(json_string_value(json_object_get(json_object_get(object, "id2label"), "1")), "p.Locus");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(object, "label2id"), "\xC3\xA9")), 2);
	assert_string_equal(json_string_value(json_array_get(json_object_get(object, "architectures"), 0)),
			    "BertForTokenClassification");
	json_decref(object);
	assert_int_equal(config_write(&c, NULL, 0, &folder, "c01/", &err), 0);
	assert_int_equal(json_read(&object, file, &err), 0);
	assert_null(json_object_get(object, "id2label"));
	assert_string_equal(json_string_value(json_array_get(json_object_get(object, "architectures"), 0)),
			    "BertModel");
	json_decref(object);
	folder_release(&folder);
	free(model);
	free(file);
	support_remove(path);
}

/* The fixture of a family with some of its keys otherwise: a JSON object that is merged
 * into it, where null takes a key away. */
static int read_merged(struct encoder_shape *out, const char *family, const char *changes, struct error *err)
{
	char *path = text_format(FIXTURES "/families/%s/config.json", family);
	json_t *object, *other = json_loads(changes, 0, NULL), *value;
	const char *key;
	int rc;

	assert_non_null(other);
	assert_int_equal(json_read(&object, path, err), 0);
	json_object_foreach(other, key, value) if (json_is_null(value)) json_object_del(object, key);
	else json_object_set(object, key, value);
	rc = config_parse(out, object, "x", err);
	json_decref(object);
	json_decref(other);
	free(path);
	return rc;
}

static void facts_of_families(void **state)
{
	static const struct {
		const char *family, *changes, *expected;
	} cases[] = {
		{ "modernbert", "{\"norm_bias\": true}", "x: norm_bias is true, expected false" },
		{ "modernbert", "{\"classifier_activation\": \"relu\"}",
		  "x: classifier_activation is relu, expected gelu" },
		{ "modernbert", "{\"mlp_dropout\": 0.1}",
		  "x: embedding_dropout, attention_dropout and mlp_dropout: expected one number for all" },
		{ "modernbert", "{\"pad_token_id\": null}",
		  "x: pad_token_id, where none is given: expected an integer from 0 to below vocab_size 333" },
		{ "modernbert", "{\"local_attention\": 1}", "x: local_attention: expected 2 or more" },
		{ "modernbert", "{\"num_attention_heads\": 16}",
		  "x: heads of 1 dimensions: expected an even number" },
		{ "modernbert", "{\"layer_types\": [\"full_attention\"]}",
		  "x: layer_types: expected full_attention in the first layer and every so many from there, "
		  "sliding_attention in the others" },
		{ "modernbert",
		  "{\"layer_types\": [\"full_attention\", \"full_attention\", \"sliding_attention\", "
		  "\"full_attention\"]}",
		  "x: layer_types: expected full_attention in the first layer and every so many from there, "
		  "sliding_attention in the others" },
		{ "modernbert", "{\"layer_types\": null, \"global_attn_every_n_layers\": 0}",
		  "x: global_attn_every_n_layers: expected full_attention in the first layer and every so many from "
		  "there, sliding_attention in the others" },
		{ "modernbert",
		  "{\"rope_parameters\": {\"full_attention\": {\"rope_type\": \"yarn\", \"rope_theta\": 1.0}}}",
		  "x: rope_parameters: rope_type of full_attention is yarn, expected default" },
		{ "modernbert", "{\"rope_parameters\": {\"sliding_attention\": {\"rope_theta\": 0}}}",
		  "x: rope_theta of sliding_attention: expected a number above 0" },
		{ "deberta-v2", "{\"conv_kernel_size\": 3}", "x: conv_kernel_size is 3, expected 0" },
		{ "deberta-v2", "{\"position_biased_input\": null}",
		  "x: position_biased_input is missing, expected false" },
		{ "deberta-v2", "{\"share_att_key\": false}", "x: share_att_key is false, expected true" },
		{ "deberta-v2", "{\"type_vocab_size\": 2}", "x: type_vocab_size is 2, expected 0" },
		{ "deberta-v2", "{\"pos_att_type\": [\"c2p\"]}", "x: pos_att_type: expected p2c and c2p" },
		{ "deberta-v2", "{\"pos_att_type\": \"p2c|c2p|p2p\"}", "x: pos_att_type: expected p2c and c2p" },
		{ "deberta-v2", "{\"embedding_size\": 8}", "x: embedding_size: expected 16" },
		{ "deberta-v2", "{\"position_buckets\": -1}",
		  "x: position_buckets: expected an integer from 1 to 16777216" },
		{ "deberta-v2", "{\"position_buckets\": 8, \"max_relative_positions\": 5}",
		  "x: position_buckets is 8, expected at least 4, and less than twice the 5 positions" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct encoder_shape c;
		struct error err = { 0 };

		if (read_merged(&c, cases[i].family, cases[i].changes, &err) == 0)
			fail_msg("%s", cases[i].expected);
		assert_string_equal(err.text, cases[i].expected);
	}
}

/* As the checkpoints of the hub have it, and as transformers 5 writes it. */
static void old_and_new_spellings(void **state)
{
	struct encoder_shape old, now;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(read_merged(&now, "modernbert", "{\"global_attn_every_n_layers\": 1}", &err), 0);
	assert_int_equal(
		read_merged(&old, "modernbert",
			    "{\"layer_types\": null, \"rope_parameters\": null, \"global_rope_theta\": 160000,"
			    " \"local_rope_theta\": 10000.0}",
			    &err),
		0);
	assert_memory_equal(&old, &now, sizeof old);
	assert_int_equal(now.global_every, 3);
	assert_int_equal(now.window, 3);
	assert_int_equal(
		read_merged(&old, "modernbert",
			    "{\"layer_types\": null, \"global_attn_every_n_layers\": 2, \"rope_parameters\": "
			    "{\"sliding_attention\": {\"rope_theta\": 160000.0}}}",
			    &err),
		0);
	assert_int_equal(old.global_every, 2);
	assert_true(old.rotary[1] == 160000);
	assert_int_equal(read_merged(&old, "deberta-v2", "{\"pos_att_type\": \"c2p|p2c\"}", &err), 0);
	assert_int_equal(old.farthest, 100);
	assert_int_equal(read_merged(&old, "deberta-v2", "{\"max_relative_positions\": 40}", &err), 0);
	assert_int_equal(old.farthest, 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_with_defaults),
		cmocka_unit_test(values_read),
		cmocka_unit_test(refused),
		cmocka_unit_test(truncated),
		cmocka_unit_test(written_and_read),
		cmocka_unit_test(dialect_of_python),
		cmocka_unit_test(missing_configuration),
		cmocka_unit_test(labels_matched),
		cmocka_unit_test(facts_of_families),
		cmocka_unit_test(old_and_new_spellings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
