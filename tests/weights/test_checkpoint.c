/* Every form of a checkpoint gives the values that PyTorch and safetensors
 * give, and the fixtures that must be refused are refused by name. */
#include "weights/shape.h"
#include "support.h"

#include "base/json.h"
#include "weights/checkpoint.h"
#include "encoder/config.h"

#include <math.h>
#include <string.h>

#define FORMS FIXTURES "/checkpoint-forms"

static json_t *expected_of(void)
{
	json_error_t fault;
	json_t *expected = json_load_file(FORMS "/expected.json", 0, &fault);

	assert_non_null(expected);
	return expected;
}

/* The float32 data of a .npy file: what follows its header. */
static const float *values_of(struct mapping *file, const char *kind)
{
	char *path = text_format(FORMS "/values-%s.npy", kind);
	struct error err = { 0 };
	size_t header;

	assert_int_equal(mapping_open(file, path, &err), 0);
	free(path);
	header = (unsigned char)file->data[8] | (size_t)(unsigned char)file->data[9] << 8;
	return (const float *)(const void *)(file->data + 10 + header);
}

static unsigned shape_of(const json_t *tensor, size_t shape[4])
{
	const json_t *list = json_object_get(tensor, "shape");

	for (size_t d = 0; d < json_array_size(list); d++)
		shape[d] = (size_t)json_integer_value(json_array_get(list, d));
	return (unsigned)json_array_size(list);
}

static void check_tensors(const struct checkpoint *c, json_t *tensors, const float *values, const char *kind)
{
	const char *name;
	json_t *tensor;

	json_object_foreach(tensors, name, tensor)
	{
		size_t shape[4] = { 1, 1, 1, 1 }, found[4] = { 0 }, count;
		unsigned rank = shape_of(tensor, shape);
		float *read;
		double sum = 0;
		struct error err = { 0 };

		count = shape[0] * shape[1];
		read = calloc(count, sizeof *read);
		assert_true(checkpoint_has(c, name));
		assert_int_equal(shape_in(c, name, found), rank);
		assert_memory_equal(found, shape, rank * sizeof *shape);
		if (checkpoint_read(c, name, shape, rank, read, &err) < 0)
			fail_msg("%s", err.text);
		assert_memory_equal(read, values + json_integer_value(json_object_get(tensor, "offset")),
				    count * sizeof *read);
		for (size_t i = 0; i < count; i++)
			sum += (double)read[i];
		assert_true(fabs(sum - json_real_value(json_object_get(json_object_get(tensor, "sum"), kind))) <
			    1e-9);
		free(read);
	}
}

static void all_forms(void **state)
{
	json_t *expected = expected_of(), *form;
	const char *name;

	(void)state;
	assert_true(json_object_size(json_object_get(expected, "forms")) >= 20);
	json_object_foreach(json_object_get(expected, "forms"), name, form)
	{
		const char *kind = json_string_value(json_object_get(form, "values"));
		char *model = text_format(FORMS "/%s", name);
		struct mapping values;
		const float *data = values_of(&values, kind);
		struct checkpoint *c;
		struct error err = { 0 };

		if (checkpoint_open(&c, model, &bert_family.naming, &err) < 0)
			fail_msg("%s", err.text);
		check_tensors(c, json_object_get(expected, "tensors"), data, kind);
		assert_false(checkpoint_has(c, "bert.embeddings.LayerNorm.gamma"));
		assert_false(checkpoint_has(c, "embeddings.LayerNorm.weight"));
		checkpoint_close(c);
		mapping_close(&values);
		free(model);
	}
	json_decref(expected);
}

/* What is there besides stays findable; a tensor of integers cannot be read. */
static void other_tensors(void **state)
{
	static const char *const models[] = { FORMS "/safetensors-f32", FORMS "/bin-zip", FORMS "/bin-legacy" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct checkpoint *c;
		struct error err = { 0 };
		size_t shape[4];
		float read[12];

		assert_int_equal(checkpoint_open(&c, models[i], &bert_family.naming, &err), 0);
		assert_true(checkpoint_has(c, "bert.pooler.dense.weight"));
		assert_true(checkpoint_has(c, "cls.predictions.transform.LayerNorm.weight"));
		assert_int_equal(shape_in(c, "bert.embeddings.position_ids", shape), 2);
		assert_int_equal(shape_in(c, "classifier.weight", shape), -1);
		assert_int_equal(checkpoint_read(c, "bert.embeddings.position_ids", shape, 2, read, &err), -1);
		assert_non_null(strstr(err.text, "tensor bert.embeddings.position_ids (1, 12) is of type I64, "
						 "expected F32, F16, BF16 or F64"));
		checkpoint_close(c);
	}
}

/* Opens the model and reads every tensor that an encoder needs. */
static int read_all(const char *model, json_t *tensors, struct error *err)
{
	struct checkpoint *c;
	const char *name;
	json_t *tensor;
	int rc = 0;

	if (checkpoint_open(&c, model, &bert_family.naming, err) < 0)
		return -1;
	json_object_foreach(tensors, name, tensor)
	{
		size_t shape[4] = { 1, 1, 1, 1 };
		unsigned rank = shape_of(tensor, shape);
		float *read = calloc(shape[0] * shape[1], sizeof *read);

		if (rc == 0)
			rc = checkpoint_read(c, name, shape, rank, read, err);
		free(read);
	}
	checkpoint_close(c);
	return rc;
}

static void refused_forms(void **state)
{
	json_t *expected = expected_of(), *form;
	const char *name;

	(void)state;
	assert_true(json_object_size(json_object_get(expected, "refused")) >= 12);
	json_object_foreach(json_object_get(expected, "refused"), name, form)
	{
		char *model = text_format(FORMS "/%s", name);
		const char *wanted = json_string_value(json_object_get(form, "name"));
		struct error err = { 0 };

		if (strcmp(name, "evil-zip-stack-global") == 0)
			wanted = "pickle protocol 4, expected 2";
		assert_int_equal(read_all(model, json_object_get(expected, "tensors"), &err), -1);
		assert_int_equal(err.status, STATUS_INPUT);
		if (strstr(err.text, wanted) == NULL || strstr(err.text, name) == NULL)
			fail_msg("%s: no \"%s\" in: %s", name, wanted, err.text);
		free(model);
	}
	assert_false(file_exists("tunescope-pickle-executed"));
	json_decref(expected);
}

static void messages_of_tensors(void **state)
{
	struct checkpoint *c;
	struct error err = { 0 };
	float read[8];

	(void)state;
	assert_int_equal(checkpoint_open(&c, FORMS "/safetensors-f32", &bert_family.naming, &err), 0);
	assert_int_equal(checkpoint_read(c, "bert.embeddings.LayerNorm.bias", (size_t[]){ 2, 4 }, 2, read, &err), -1);
	assert_string_equal(err.text,
			    FORMS "/safetensors-f32/model.safetensors: tensor bert.embeddings.LayerNorm.bias "
				  "has shape (8), expected (2, 4)");
	assert_int_equal(checkpoint_read(c, "bert.embeddings.LayerNorm.gamma", (size_t[]){ 8 }, 1, read, &err), -1);
	assert_string_equal(err.text,
			    FORMS "/safetensors-f32/model.safetensors: no tensor bert.embeddings.LayerNorm.gamma, "
				  "expected one of shape (8)");
	checkpoint_close(c);
}

static void no_weights(void **state)
{
	char *folder = support_folder(), *expected;
	struct checkpoint *c;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(checkpoint_open(&c, folder, &bert_family.naming, &err), -1);
	expected = text_format("%s: no weights, neither model.safetensors nor pytorch_model.bin", folder);
	assert_string_equal(err.text, expected);
	assert_null(c);
	free(expected);
	support_remove(folder);
}

static void real_checkpoint(void **state)
{
	const char *models = support_models();
	char *model;
	struct checkpoint *c;
	struct encoder_shape read;
	struct error err = { 0 };
	size_t shape[4];

	(void)state;
	if (models == NULL)
		skip();
	model = path_join(models, "all-minilm-l6-v2");
	assert_int_equal(config_read(&read, model, &err), 0);
	assert_int_equal(read.hidden, 384);
	assert_int_equal(read.vocabulary, 30522);
	assert_int_equal(checkpoint_open(&c, model, &bert_family.naming, &err), 0);
	assert_int_equal(shape_in(c, "bert.embeddings.word_embeddings.weight", shape), 2);
	assert_int_equal(shape[0], 30522);
	assert_int_equal(shape[1], 384);
	assert_true(checkpoint_has(c, "bert.encoder.layer.5.output.LayerNorm.bias"));
	checkpoint_close(c);
	free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_forms),     cmocka_unit_test(other_tensors),
		cmocka_unit_test(refused_forms), cmocka_unit_test(messages_of_tensors),
		cmocka_unit_test(no_weights),    cmocka_unit_test(real_checkpoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
