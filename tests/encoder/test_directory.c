/* Model directories as people have them: shards, prefixes, files that are none,
 * numbers that are none, heads of before; and which of the files count. */
#include "encoder/tiny.h"

#include "encoder/config.h"
#include "encoder/directory.h"
#include "encoder/extract.h"
#include "encoder/model.h"

#include <sys/stat.h>

static void write_file(const char *folder, const char *name, const void *data, size_t size)
{
	char *path = path_join(folder, name);
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static void write_text(const char *folder, const char *name, const char *text)
{
	write_file(folder, name, text, strlen(text));
}

static void remove_file(const char *folder, const char *name)
{
	char *path = path_join(folder, name);

	assert_int_equal(unlink(path), 0);
	free(path);
}

/* The fixture's tensors, which the tests write again in other ways. */
struct weights {
	struct encoder_model model;
	struct named_tensor *tensors;
	size_t count;
};

static void weights_load(struct weights *w)
{
	struct error err = { 0 };

	assert_ok(model_load(&w->model, TINY, HEAD_NONE, 0, 0, 0, &err), err);
	w->count = w->model.parameter_count;
	w->tensors = array_new(w->count, 1, sizeof *w->tensors);
	for (size_t i = 0; i < w->count; i++) {
		const struct model_tensor *p = &w->model.parameters[i];

		w->tensors[i] = (struct named_tensor){ .name = p->name,
						       .rank = p->rank,
						       .data = w->model.weights + p->offset };
		memcpy(w->tensors[i].shape, p->shape, sizeof p->shape);
	}
}

static void weights_release(struct weights *w)
{
	model_release(&w->model);
	free(w->tensors);
}

/* Writes tensors `from` to below `to`, with a prefix in place of "bert.". */
static void weights_write(const struct weights *w, size_t from, size_t to, const char *prefix, const char *path,
			  const char *file)
{
	struct named_tensor *named = array_new(w->count, 1, sizeof *named);
	struct error err = { 0 };
	struct folder folder;

	for (size_t i = from; i < to; i++) {
		named[i] = w->tensors[i];
		named[i].name = text_format("%s%s", prefix, w->tensors[i].name + strlen("bert."));
	}
	assert_ok(folder_open(&folder, path, &err), err);
	assert_ok(safetensors_write(named + from, to - from, &folder, file, &err), err);
	folder_release(&folder);
	for (size_t i = from; i < to; i++)
		free((char *)named[i].name);
	free(named);
}

/* A directory of the fixture's without weights. */
static char *bare_model(void)
{
	char *path = support_folder();

	tiny_copy(TINY "/config.json", path, "config.json");
	tiny_copy(TINY "/vocab.txt", path, "vocab.txt");
	tiny_copy(TINY "/tokenizer_config.json", path, "tokenizer_config.json");
	return path;
}

static void assert_same_model(const char *path, const struct weights *w)
{
	struct error err = { 0 };
	struct encoder_model m;

	assert_ok(model_directory_check(path, &err), err);
	assert_ok(model_load(&m, path, HEAD_NONE, 0, 0, 0, &err), err);
	assert_int_equal(m.size, w->model.size);
	assert_memory_equal(m.weights, w->model.weights, m.size * sizeof *m.weights);
	model_release(&m);
}

/* Loading fails, and the message, after the directory, is the expected. */
static void assert_model_refused(const char *path, const char *expected)
{
	struct error err = { 0 };
	struct encoder_model m;
	char *message = text_format("%s%s", path, expected);

	assert_int_equal(model_load(&m, path, HEAD_NONE, 0, 0, 0, &err), -1);
	assert_string_equal(err.text, message);
	assert_int_equal(err.status, STATUS_INPUT);
	assert_null(m.weights);
	free(message);
}

static void prefixes(void **state)
{
	static const char *const known[] = { "",           "bert.",         "module.",        "module.bert.",
					     "model.",     "encoder.",      "encoder.model.", "_orig_mod.bert.",
					     "bert.bert.", "transformer.x." };
	char *path = bare_model();
	struct weights w;

	(void)state;
	weights_load(&w);
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		weights_write(&w, 0, w.count, known[i], path, "model.safetensors");
		assert_same_model(path, &w);
	}
	weights_release(&w);
	support_remove(path);
}

/* Writes all tensors, and one more vector. */
static void write_with(const struct weights *w, const char *path, const char *name)
{
	struct named_tensor *all = array_new(w->count + 1, 1, sizeof *all);
	struct error err = { 0 };
	struct folder folder;

	memcpy(all, w->tensors, w->count * sizeof *all);
	all[w->count] = (struct named_tensor){ name, { 2 }, 1, (const float[]){ 1, 2 } };
	assert_ok(folder_open(&folder, path, &err), err);
	assert_ok(safetensors_write(all, w->count + 1, &folder, "model.safetensors", &err), err);
	folder_release(&folder);
	free(all);
}

/* What is beside the encoder is nobody's business; what is inside it would have
 * to be part of the network. */
static void more_tensors(void **state)
{
	static const char *const idle[] = { "bert.pooler.dense.weight", "bert.embeddings.position_ids",
					    "cls.predictions.bias", "classifier.weight", "step" };
	static const char *const refused[] = { "bert.encoder.layer.0.attention.self.query.lora_A.weight",
					       "bert.encoder.layer.0.output.adapters.x.down.weight",
					       "bert.encoder.layer.1.attention.self.distance_embedding.weight",
					       "bert.encoder.layer.1.crossattention.self.query.bias",
					       "bert.encoder.layer.0.attention.self.query.weight_mask",
					       "bert.encoder.layer.0.output.dense.weight_scale",
					       "bert.encoder.layer.2.output.dense.bias",
					       "bert.embeddings_project.weight",
					       "encoder.layer.0.output.dense.gate" };
	char *path = bare_model();
	struct weights w;

	(void)state;
	weights_load(&w);
	for (size_t i = 0; i < sizeof idle / sizeof idle[0]; i++) {
		write_with(&w, path, idle[i]);
		assert_same_model(path, &w);
	}
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		struct error err = { 0 };
		char *expected = text_format("/model.safetensors: tensor %s is no part of the encoder that "
					     "config.json describes, whose numbers it could change",
					     refused[i]);

		write_with(&w, path, refused[i]);
		assert_model_refused(path, expected);
		assert_int_equal(model_directory_check(path, &err), -1);
		assert_non_null(strstr(err.text, expected));
		free(expected);
	}
	weights_release(&w);
	support_remove(path);
}

/* A student beside its teacher: either could be meant. */
static void two_encoders(void **state)
{
	char *path = bare_model();
	struct error err = { 0 };
	struct folder folder;
	struct named_tensor *both;
	struct weights w;

	(void)state;
	weights_load(&w);
	both = array_new(2 * w.count, 1, sizeof *both);
	for (size_t i = 0; i < w.count; i++) {
		both[2 * i] = both[2 * i + 1] = w.tensors[i];
		both[2 * i + 1].name = text_format("teacher.%s", w.tensors[i].name);
	}
	assert_ok(folder_open(&folder, path, &err), err);
	assert_ok(safetensors_write(both, 2 * w.count, &folder, "model.safetensors", &err), err);
	folder_release(&folder);
	assert_int_equal(model_directory_check(path, &err), -1);
	assert_non_null(strstr(err.text, "/model.safetensors: tensors of two encoders, one with the prefix \""));
	assert_non_null(strstr(err.text, "\"bert.\""));
	assert_non_null(strstr(err.text, "\"teacher.bert.\""));
	for (size_t i = 0; i < w.count; i++)
		free((char *)both[2 * i + 1].name);
	free(both);
	weights_release(&w);
	support_remove(path);
}

#define SHARD_1 "model-00001-of-00002.safetensors"
#define SHARD_2 "model-00002-of-00002.safetensors"
#define INDEX "model.safetensors.index.json"

/* An index of two shards; `stray` is placed where it is not. */
static void write_index(const struct weights *w, size_t half, const char *folder, size_t stray, const char *second)
{
	json_t *map = json_object(), *object = json_pack("{s:{}, s:o}", "metadata", "weight_map", map);
	char *text;

	for (size_t i = 0; i < w->count; i++)
		json_object_set_new(map, w->tensors[i].name + strlen("bert."),
				    json_string((i < half) != (i == stray) ? SHARD_1 : second));
	text = json_dumps(object, 0);
	write_text(folder, INDEX, text);
	free(text);
	json_decref(object);
}

static void shards(void **state)
{
	static const char *const expected[] = { "config.json",           SHARD_1,    SHARD_2, INDEX,
						"tokenizer_config.json", "vocab.txt" };
	char *path = bare_model(), *message;
	struct error err = { 0 };
	struct model_files files;
	struct weights w;
	size_t half;

	(void)state;
	weights_load(&w);
	half = w.count / 2;
	weights_write(&w, 0, half, "", path, SHARD_1);
	weights_write(&w, half, w.count, "", path, SHARD_2);
	write_index(&w, half, path, SIZE_MAX, SHARD_2);
	assert_same_model(path, &w);
	assert_ok(model_files_list(&files, path, &err), err);
	assert_int_equal(files.count, 6);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(files.names[i], expected[i]);
	model_files_release(&files);

	write_index(&w, half, path, 3, SHARD_2);
	message = text_format("/" SHARD_2 ": no tensor %s, but " INDEX " places it there",
			      w.tensors[3].name + strlen("bert."));
	assert_model_refused(path, message);
	free(message);
	write_index(&w, half, path, SIZE_MAX, "../" SHARD_2);
	assert_int_equal(model_files_list(&files, path, &err), -1);
	assert_non_null(strstr(err.text, " lies in ../" SHARD_2 ", expected a file of this folder"));
	assert_false(files.lacking);
	write_index(&w, half, path, SIZE_MAX, "/" SHARD_2);
	assert_int_equal(model_directory_check(path, &err), -1);
	assert_non_null(strstr(err.text, " lies in /" SHARD_2 ", expected a file of this folder"));
	write_index(&w, half, path, SIZE_MAX, SHARD_2);
	remove_file(path, SHARD_2);
	assert_model_refused(path, "/" SHARD_2 ": no such file, but " INDEX " names it");
	assert_int_equal(model_files_list(&files, path, &err), -1);
	assert_non_null(strstr(err.text, "/" SHARD_2 ": no such file, but " INDEX " names it"));
	assert_true(files.lacking);
	weights_write(&w, 0, w.count, "", path, SHARD_2);
	assert_int_equal(model_directory_check(path, &err), -1);
	assert_non_null(strstr(err.text, "is there twice, the other in "));
	write_text(path, INDEX, "{\"weight_map\": {}}");
	assert_model_refused(path, "/" INDEX ": weight_map: expected an object of tensors and files");
	weights_release(&w);
	support_remove(path);
}

/* What lies where weights should, in either name. */
static void no_weights(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "version https://git-lfs.github.com/spec/v1\noid sha256:f2\nsize 438064459\n",
		  "a Git LFS pointer, not the file itself: git lfs pull brings it" },
		{ "\n<!DOCTYPE HTML>\n<html>",
		  "a page in HTML or XML, not the file itself: download it again, from the address of the raw file" },
		{ "", "an empty file: download it again" },
		{ "\n", "an empty file: download it again" },
		{ "{ \"error\": \"Repository not found\" }",
		  "an error that a server answered, not the file itself: download it again" },
		{ "Entry not found", "an error that a server answered, not the file itself: download it again" },
		{ "{}\n", "a text that begins with \"{}\", not weights" },
		{ "Please log in to see this.", "a text that begins with \"Please log in to\", not weights" },
	};
	static const char *const names[] = { "model.safetensors", "pytorch_model.bin" };
	char *path = bare_model();

	(void)state;
	assert_model_refused(path, ": no weights, neither model.safetensors nor pytorch_model.bin");
	write_text(path, "tf_model.h5", "x");
	assert_model_refused(path,
			     ": no weights, neither model.safetensors nor pytorch_model.bin; tf_model.h5 is not "
			     "read: save the model with transformers");
	for (size_t n = 0; n < 2; n++) {
		for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
			char *expected = text_format("/%s: %s", names[n], cases[i].expected);

			write_text(path, names[n], cases[i].text);
			assert_model_refused(path, expected);
			free(expected);
		}
		remove_file(path, names[n]);
	}
	tiny_copy(TINY "/model.safetensors", path, names[1]);
	assert_model_refused(path, "/pytorch_model.bin: a file of safetensors, not of PyTorch: name it .safetensors");
	remove_file(path, names[1]);
	write_text(path, names[0], "PK\3\4 ");
	assert_model_refused(path, "/model.safetensors: a file of PyTorch, not of safetensors: name it .bin");
	support_remove(path);
}

static void set_bytes(char *data, size_t width, uint64_t bits)
{
	memcpy(data, &bits, width);
}

/* NaN, infinity and what becomes it, in every type of element. */
static void numbers_that_are_none(void **state)
{
	static const struct {
		const char *type;
		size_t width;
		uint64_t bits; /* of the number at (1, 2) */
		const char *what;
	} cases[] = {
		{ "F32", 4, 0x7FC00000, "NaN" },
		{ "F32", 4, 0xFF800000, "infinity" },
		{ "F16", 2, 0x7E01, "NaN" },
		{ "F16", 2, 0xFC00, "infinity" },
		{ "BF16", 2, 0xFFC1, "NaN" },
		{ "BF16", 2, 0x7F80, "infinity" },
		{ "F64", 8, 0x7FF8000000000001, "NaN" },
		{ "F64", 8, 0x7FF0000000000000, "infinity" },
		{ "F64", 8, 0x47F0000000000000, "infinity" }, /* 2^128 */
	};
	char *path = support_folder();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const size_t width = cases[i].width;
		char *header = text_format("{\"w\":{\"dtype\":\"%s\",\"shape\":[2,3],\"data_offsets\":[0,%zu]}}",
					   cases[i].type, 6 * width);
		char file[256] = { 0 }, *expected;
		const size_t length = strlen(header);
		struct error err = { 0 };
		struct checkpoint *c;
		float out[6];

		set_bytes(file, 8, length);
		memcpy(file + 8, header, length);
		write_file(path, "model.safetensors", file, 8 + length + 6 * width);
		assert_ok(checkpoint_open(&c, path, &bert_family.naming, &err), err);
		assert_ok(checkpoint_read(c, "w", (size_t[]){ 2, 3 }, 2, out, &err), err);
		checkpoint_close(c);
		set_bytes(file + 8 + length + 5 * width, width, cases[i].bits);
		write_file(path, "model.safetensors", file, 8 + length + 6 * width);
		assert_ok(checkpoint_open(&c, path, &bert_family.naming, &err), err);
		assert_int_equal(checkpoint_read(c, "w", (size_t[]){ 2, 3 }, 2, out, &err), -1);
		expected = text_format("%s/model.safetensors: tensor w has %s at (1, 2), counted from 0, expected "
				       "finite numbers in float32",
				       path, cases[i].what);
		assert_string_equal(err.text, expected);
		assert_int_equal(err.status, STATUS_INPUT);
		checkpoint_close(c);
		free(expected);
		free(header);
	}
	support_remove(path);
}

/* A directory with a head of two labels and other names for them. */
static char *model_with_head(const char *const *names)
{
	struct error err = { 0 };
	char *path = support_folder();
	struct folder folder;
	struct encoder_model m;

	assert_ok(model_load(&m, TINY, HEAD_LINEAR, 2, 32, 5, &err), err);
	for (size_t i = 0; i < 2; i++) {
		m.weights[m.head.weight + 32 * i] = 7.25f + (float)i;
		m.weights[m.head.bias + i] = 3.5f + (float)i;
	}
	assert_ok(folder_open(&folder, path, &err), err);
	assert_ok(model_save(&m, names, TINY, &folder, "", &err), err);
	folder_release(&folder);
	model_release(&m);
	return path;
}

/* Without being asked, a model begins with a new head, whatever the file has; if
 * asked, with the file's, by the names of the labels. */
static void heads(void **state)
{
	static const char *const labels[] = { "A", "B" }, *const turned[] = { "B", "A" },
				 *const others[] = { "A", "C" };
	char *path = model_with_head(turned), *other = model_with_head(others);
	struct error err = { 0 };
	struct encoder_model fresh, m;

	(void)state;
	assert_ok(model_load(&m, path, HEAD_LINEAR, 2, 32, 9, &err), err);
	assert_true(m.has_old_head);
	assert_ok(model_load(&fresh, other, HEAD_LINEAR, 2, 32, 9, &err), err);
	assert_memory_equal(m.weights, fresh.weights, m.size * sizeof *m.weights);
	assert_true(m.weights[m.head.weight] != 7.25f);
	assert_ok(model_keep_head(&m, path, labels, &err), err);
	assert_false(m.has_old_head);
	assert_true(m.weights[m.head.weight] == 8.25f);
	assert_true(m.weights[m.head.weight + 32] == 7.25f);
	assert_true(m.weights[m.head.bias] == 4.5f);
	assert_true(m.weights[m.head.bias + 1] == 3.5f);
	assert_int_equal(model_keep_head(&m, other, labels, &err), -1);
	assert_non_null(strstr(err.text, "/config.json: id2label has not label B of the task exactly once"));
	model_release(&m);
	model_release(&fresh);
	assert_ok(model_load(&m, path, HEAD_LINEAR, 3, 32, 9, &err), err);
	assert_true(m.has_old_head);
	assert_int_equal(model_keep_head(&m, path, (const char *const[]){ "A", "B", "C" }, &err), -1);
	assert_non_null(strstr(err.text, "tensor classifier.weight has shape (2, 32), expected (3, 32)"));
	model_release(&m);
	support_remove(path);
	support_remove(other);
}

/* The order in which things are missed, and links such as a hub's cache has. */
static void files_that_count(void **state)
{
	char *path = support_folder(), *snapshot = path_join(path, "snapshot");
	static const char *const names[] = { "config.json", "vocab.txt", "model.safetensors",
					     "tokenizer_config.json" };
	struct error err = { 0 };
	struct model_files files;

	(void)state;
	assert_int_equal(model_files_list(&files, path, &err), -1);
	assert_non_null(strstr(err.text, ": no config.json, and no bert_config.json"));
	assert_true(files.lacking);
	write_text(path, "config.json", "{\"model_type\": \"t5\"}");
	assert_int_equal(model_files_list(&files, path, &err), -1);
	assert_non_null(strstr(err.text, "/config.json: model_type is t5, expected bert"));
	assert_false(files.lacking);
	assert_int_equal(model_directory_check(path, &err), -1);
	assert_non_null(strstr(err.text, "model_type is t5"));
	tiny_copy(TINY "/config.json", path, "config.json");
	assert_int_equal(model_files_list(&files, path, &err), -1);
	assert_non_null(strstr(err.text, ": no tokenizer.json, and no vocab.txt"));
	assert_true(files.lacking);
	tiny_copy(TINY "/vocab.txt", path, "vocab.txt");
	assert_int_equal(model_files_list(&files, path, &err), -1);
	assert_non_null(strstr(err.text, ": no weights, neither model.safetensors nor pytorch_model.bin"));
	assert_true(files.lacking);
	tiny_copy(TINY "/model.safetensors", path, "model.safetensors");
	write_text(path, "tokenizer_config.json", "{}");
	assert_int_equal(mkdir(snapshot, 0777), 0);
	for (size_t i = 0; i < 4; i++) {
		char *target = text_format("../%s", names[i]), *link = path_join(snapshot, names[i]);

		assert_int_equal(symlink(target, link), 0);
		free(target);
		free(link);
	}
	assert_ok(model_directory_check(snapshot, &err), err);
	assert_ok(model_files_list(&files, snapshot, &err), err);
	assert_int_equal(files.count, 4);
	model_files_release(&files);
	/* tokenizer.json is read in place of vocab.txt. */
	write_text(path, "tokenizer.json", "{}");
	write_text(path, "added_tokens.json", "{}");
	assert_ok(model_files_list(&files, path, &err), err);
	assert_int_equal(files.count, 5);
	assert_string_equal(files.names[0], "added_tokens.json");
	assert_string_equal(files.names[3], "tokenizer.json");
	model_files_release(&files);
	assert_int_equal(model_directory_check(path, &err), -1);
	assert_non_null(strstr(err.text, "/tokenizer.json: model is missing, expected WordPiece"));
	free(snapshot);
	support_remove(path);
}

/* A token that has no embedding, and one that has. */
static void ids_of_added_tokens(void **state)
{
	char *path = support_folder(), *message;
	struct error err = { 0 };

	(void)state;
	tiny_copy(TINY "/config.json", path, "config.json");
	tiny_copy(TINY "/vocab.txt", path, "vocab.txt");
	tiny_copy(TINY "/model.safetensors", path, "model.safetensors");
	write_text(path, "added_tokens.json", "{\"<e>\": 107}");
	assert_int_equal(model_directory_check(path, &err), -1);
	message = text_format("%s: added token <e> has id 107, but vocab_size is 107: it has no embedding", path);
	assert_string_equal(err.text, message);
	free(message);
	write_text(path, "added_tokens.json", "{\"<e>\": 106}");
	assert_ok(model_directory_check(path, &err), err);
	support_remove(path);
}

/* What fine-tuning writes is read again with the same pieces, whichever files it
 * was read from. */
static void tokenizers_written(void **state)
{
	char *path = support_folder(), *text;
	struct error err = { 0 };
	struct tokenizer *t;
	struct folder out;

	(void)state;
	assert_ok(folder_open(&out, path, &err), err);
	write_text(path, "vocab.txt", "\xEF\xBB\xBF[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n[MASK]\r\na \r\n\r\n");
	write_text(path, "added_tokens.json", "{\"<e>\": 6}");
	write_text(path, "special_tokens_map.json", "{\"additional_special_tokens\": [\"[x]\"]}");
	assert_ok(tokenizer_files_write(path, &out, "c01/", &err), err);
	text = support_text(path, "c01/vocab.txt");
	assert_string_equal(text, "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n");
	free(text);
	text = path_join(path, "c01");
	assert_ok(tokenizer_load(&t, text, &err), err);
	assert_string_equal(tokenizer_piece(t, 6), "<e>");
	assert_string_equal(tokenizer_piece(t, 7), "[x]");
	tokenizer_free(t);
	free(text);
	tiny_copy(FIXTURES "/tokenizer-json/tokenizer.json", path, "tokenizer.json");
	remove_file(path, "added_tokens.json");
	assert_ok(tokenizer_files_write(path, &out, "c02/", &err), err);
	text = support_text(path, "c02/tokenizer_config.json");
	assert_non_null(strstr(text, "\"PreTrainedTokenizerFast\""));
	free(text);
	text = path_join(path, "c02");
	assert_ok(tokenizer_load(&t, text, &err), err);
	assert_true(tokenizer_size(t) > 300);
	assert_string_equal(tokenizer_piece(t, (int32_t)tokenizer_size(t) - 1), "[x]");
	assert_string_equal(tokenizer_file(t), "tokenizer.json");
	tokenizer_free(t);
	free(text);
	folder_release(&out);
	support_remove(path);
}

/* The roberta fixture's tokenizer.json as the two files in which it was saved before. */
static void write_pair(const char *path)
{
	static const char source[] = FIXTURES "/families/roberta/tokenizer.json";
	char *name = path_join(path, "vocab.json"), *merges = path_join(path, "merges.txt");
	struct error err;
	json_t *object, *pair;
	FILE *file;
	size_t i;

	assert_ok(json_read(&object, source, &err), err);
	assert_int_equal(
		json_dump_file(json_object_get(json_object_get(object, "model"), "vocab"), name, JSON_COMPACT), 0);
	file = fopen(merges, "wb");
	assert_non_null(file);
	fputs("#version: 0.2\n", file);
	json_array_foreach(json_object_get(json_object_get(object, "model"), "merges"), i, pair)
		fprintf(file, "%s %s\n", json_string_value(json_array_get(pair, 0)),
			json_string_value(json_array_get(pair, 1)));
	assert_int_equal(fclose(file), 0);
	json_decref(object);
	free(name);
	free(merges);
}

static void same_pieces(const char *one, const char *other)
{
	struct mapping lines;
	struct tokenizer *a, *b;
	struct error err;

	assert_ok(tokenizer_load(&a, one, &err), err);
	assert_ok(tokenizer_load(&b, other, &err), err);
	assert_int_equal(tokenizer_size(a), tokenizer_size(b));
	assert_int_equal(tokenizer_special(a).cls, tokenizer_special(b).cls);
	assert_int_equal(tokenizer_special(a).sep, tokenizer_special(b).sep);
	assert_ok(mapping_open(&lines, FIXTURES "/families/roberta/lines.txt", &err), err);
	for (const char *line = lines.data, *end = line + lines.size, *stop; line < end; line = stop + 1) {
		struct pieces x = { 0 }, y = { 0 };

		stop = memchr(line, '\n', (size_t)(end - line));
		assert_non_null(stop);
		assert_ok(tokenizer_text(a, line, (size_t)(stop - line), &x, &err), err);
		assert_ok(tokenizer_text(b, line, (size_t)(stop - line), &y, &err), err);
		assert_int_equal(x.count, y.count);
		assert_memory_equal(x.ids, y.ids, x.count * sizeof *x.ids);
		pieces_release(&x);
		pieces_release(&y);
	}
	mapping_close(&lines);
	tokenizer_free(a);
	tokenizer_free(b);
}

static void pieces_of_two_files(void **state)
{
	char *path = support_folder(), *copy = path_join(path, "c01");
	struct model_files files;
	struct tokenizer *t;
	struct folder out;
	struct error err;

	(void)state;
	write_pair(path);
	same_pieces(path, FIXTURES "/families/roberta");
	write_text(path, "tokenizer_config.json",
		   "{\"add_prefix_space\": true, \"mask_token\": {\"content\": "
		   "\"<mask>\", \"lstrip\": true}}");
	assert_ok(folder_open(&out, path, &err), err);
	assert_ok(tokenizer_files_write(path, &out, "c01/", &err), err);
	same_pieces(path, copy);
	assert_ok(model_files_list_tokenizer(&files, copy, &err), err);
	assert_int_equal(files.count, 3);
	assert_string_equal(files.names[0], "merges.txt");
	model_files_release(&files);
	write_text(path, "merges.txt", "#version: 0.2\na b\nabc\n");
	assert_int_equal(tokenizer_load(&t, path, &err), -1);
	assert_non_null(strstr(err.text, "merges.txt:3: expected two pieces with a space between"));
	remove_file(path, "merges.txt");
	assert_int_equal(tokenizer_load(&t, path, &err), -1);
	assert_non_null(strstr(err.text, "vocab.json by itself is not read"));
	folder_release(&out);
	free(copy);
	support_remove(path);
}

static void vocabulary_as_it_was(void **state)
{
	char *path = support_folder(), *settings = path_join(path, "c01/tokenizer_config.json");
	char *vocabulary = path_join(path, "c01/vocab.txt");
	struct folder folder;
	struct mapping copied, original;
	struct error err = { 0 };
	json_t *object;

	(void)state;
	assert_int_equal(folder_open(&folder, path, &err), 0);
	assert_int_equal(tokenizer_files_write(FIXTURES "/tiny-bert", &folder, "c01/", &err), 0);
	assert_int_equal(folder.count, 2);
	assert_int_equal(mapping_open(&copied, vocabulary, &err), 0);
	assert_int_equal(mapping_open(&original, FIXTURES "/tiny-bert/vocab.txt", &err), 0);
	assert_int_equal(copied.size, original.size);
	assert_memory_equal(copied.data, original.data, original.size);
	mapping_close(&copied);
	mapping_close(&original);
	assert_int_equal(json_read(&object, settings, &err), 0);
	assert_true(json_is_true(json_object_get(object, "do_lower_case")));
	assert_string_equal(json_string_value(json_object_get(object, "tokenizer_class")), "BertTokenizer");
	json_decref(object);
	assert_int_equal(tokenizer_files_write(path, &folder, "", &err), -1);
	assert_non_null(strstr(err.text, ": no tokenizer.json, and no vocab.txt"));
	folder_release(&folder);
	free(settings);
	free(vocabulary);
	support_remove(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes),
		cmocka_unit_test(more_tensors),
		cmocka_unit_test(two_encoders),
		cmocka_unit_test(shards),
		cmocka_unit_test(no_weights),
		cmocka_unit_test(numbers_that_are_none),
		cmocka_unit_test(heads),
		cmocka_unit_test(files_that_count),
		cmocka_unit_test(ids_of_added_tokens),
		cmocka_unit_test(tokenizers_written),
		cmocka_unit_test(pieces_of_two_files),
		cmocka_unit_test(vocabulary_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
