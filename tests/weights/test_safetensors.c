/* safetensors: hand-made headers, hostile ones, every truncation, and what is
 * written down to the byte. */
#include "weights/memory_file.h"

#include "base/json.h"

#include <math.h>

static const size_t scalar_shape[1] = { 0 };

/* A file of a header and `data` bytes that count up. */
static struct bytes file_of(const char *header, size_t data)
{
	uint64_t length = strlen(header);
	struct bytes b = { 0 };

	bytes_add(&b, &length, sizeof length);
	bytes_add(&b, header, length);
	for (size_t i = 0; i < data; i++)
		bytes_add(&b, &(char){ (char)(i * 37) }, 1);
	return b;
}

static void read_by_hand(void **state)
{
	static const char *const forms[] = {
		"{\"__metadata__\":{\"format\":\"pt\",\"a\\u00e9\":\"\\\"\\ud83d\\ude00\"},\"b\":{\"dtype\":\"F32\","
		"\"shape\":[2,1],"
		"\"data_offsets\":[4,12]},\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
		"\"none\":{\"shape\":[0,7],\"data_offsets\":[12,12],\"dtype\":\"I64\"}}",
		"{ \"a\" : { \"data_offsets\" : [ 0 , 4 ] ,\n\t\"dtype\" : \"F32\" , \"shape\" : [ ] } ,\r "
		"\"\\u0062\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[4,12]},\"none\":{\"shape\":[0,7],"
		"\"data_offsets\":[4,4],\"dtype\":\"F16\"}}   \n ",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bytes b = file_of(forms[i], 12);
		const float values[3] = { 1.2345678f, -0.0f, 3.0e-39f };
		struct opened o;
		struct error err = { 0 };
		size_t shape[4];
		float read[2];

		memcpy(b.data + b.size - 12, values, 12);
		if (opened_parse(&o, WEIGHTS_SAFETENSORS, b.data, b.size, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(shape_in(o.c, "a", shape), 0);
		assert_int_equal(checkpoint_read(o.c, "a", scalar_shape, 0, read, &err), 0);
		assert_memory_equal(read, values, 4);
		assert_int_equal(checkpoint_read(o.c, "b", (size_t[]){ 2, 1 }, 2, read, &err), 0);
		assert_memory_equal(read, values + 1, 8);
		assert_int_equal(shape_in(o.c, "none", shape), 2);
		assert_int_equal(shape[1], 7);
		opened_close(&o);
		free(b.data);
	}
}

/* All 65,536 values of both narrow types against arithmetic. */
static void narrow_types(void **state)
{
	static const char *const headers[2] = {
		"{\"x\":{\"dtype\":\"F16\",\"shape\":[65536],\"data_offsets\":[0,131072]}}",
		"{\"x\":{\"dtype\":\"BF16\",\"shape\":[65536],\"data_offsets\":[0,131072]}}",
	};
	static const int exponent_bits[2] = { 5, 8 };
	float *read = malloc(65536 * sizeof *read);

	(void)state;
	for (size_t form = 0; form < 2; form++) {
		struct bytes b = file_of(headers[form], 131072);
		int fraction_bits = 15 - exponent_bits[form], bias = (1 << (exponent_bits[form] - 1)) - 1;
		struct opened o;
		struct error err = { 0 };

		for (unsigned i = 0; i < 65536; i++)
			memcpy(b.data + b.size - 131072 + 2 * i, &(uint16_t){ (uint16_t)i }, 2);
		assert_int_equal(opened_parse(&o, WEIGHTS_SAFETENSORS, b.data, b.size, &err), 0);
		/* All are converted, though some are refused. */
		assert_int_equal(checkpoint_read(o.c, "x", (size_t[]){ 65536 }, 1, read, &err), -1);
		assert_non_null(strstr(err.text, "x: tensor x has infinity at (3"));
		for (int i = 0; i < 65536; i++) {
			int exponent = i >> fraction_bits & ((1 << exponent_bits[form]) - 1);
			int fraction = i & ((1 << fraction_bits) - 1);
			double value =
				exponent ? ldexp(fraction + (1 << fraction_bits), exponent - bias - fraction_bits)
					 : ldexp(fraction, 1 - bias - fraction_bits);

			if (exponent == (1 << exponent_bits[form]) - 1) {
				assert_true(fraction ? isnan(read[i]) : isinf(read[i]));
				assert_int_equal(signbit(read[i]) != 0, i >> 15);
				continue;
			}
			assert_true(read[i] == (float)(i >> 15 ? -value : value));
			assert_int_equal(signbit(read[i]) != 0, i >> 15);
		}
		opened_close(&o);
		free(b.data);
	}
	free(read);
}

/* Not aligned in the file, rounded to nearest. */
static void wide_type(void **state)
{
	struct bytes b = file_of("{\"x\":{\"dtype\":\"F64\",\"shape\":[3],\"data_offsets\":[0,24]}}", 24);
	const double values[3] = { 0.1234567890123456, 1.0000000596046448, -1e-300 };
	struct opened o;
	struct error err = { 0 };
	float read[3];

	(void)state;
	memcpy(b.data + b.size - 24, values, 24);
	assert_int_equal(opened_parse(&o, WEIGHTS_SAFETENSORS, b.data, b.size, &err), 0);
	assert_int_equal(checkpoint_read(o.c, "x", (size_t[]){ 3 }, 1, read, &err), 0);
	for (size_t i = 0; i < 3; i++)
		assert_true(read[i] == (float)values[i]);
	opened_close(&o);
	free(b.data);
}

#define X(body) "{\"x\":{" body "}}"
#define F32 "\"dtype\":\"F32\","
#define PAIR(first, second)                                                                                          \
	"{\"x\":{" F32 "\"shape\":[1],\"data_offsets\":" first "},\"y\":{" F32                                       \
	"\"shape\":[1],\"data_offsets\":" second "}}"

static void hostile_headers(void **state)
{
	static const struct {
		const char *header;
		size_t data;
		const char *expected;
	} cases[] = {
		{ "", 0, "x: header, byte 0: expected '{'" },
		{ " {}", 0, "x: header, byte 0: expected '{'" },
		{ "[]", 0, "x: header, byte 0: expected '{'" },
		{ "{", 0, "x: header, byte 1: expected a string" },
		{ "{}", 0, "x: no tensors" },
		{ "{}", 3, "x: 3 bytes of data, but the tensors end at 0" },
		{ "{}x", 0, "x: header, byte 2: expected nothing but spaces after the last '}'" },
		{ "{\"__metadata__\":{}}", 0, "x: no tensors" },
		{ "{\"__metadata__\":3}", 0, "x: header, byte 16: expected '{'" },
		{ "{\"__metadata__\":{\"a\":1}}", 0, "x: header, byte 21: expected a string" },
		{ "{\"__metadata__\":{\"a\":\"1\",\"\\u0061\":\"2\"}}", 0,
		  "x: header: a key of __metadata__ is there twice" },
		{ "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "x: header, byte 34: expected __metadata__ once" },
		{ "{\"x\":[]}", 0, "x: header, byte 5: expected '{'" },
		{ "{\"x\":{}}", 0, "x: header, byte 6: expected a string" },
		{ X(F32 "\"shape\":[1]"), 4,
		  "x: header, byte 31: expected dtype, shape and data_offsets, each once" },
		{ X(F32 F32 "\"shape\":[1],\"data_offsets\":[0,4]"), 4,
		  "x: header, byte 27: expected dtype, shape and data_offsets, each once" },
		{ X(F32 "\"size\":[1],\"data_offsets\":[0,4]"), 4,
		  "x: header, byte 26: expected dtype, shape and data_offsets, each once" },
		{ X("\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]"), 4,
		  "x: header, byte 19: expected a dtype of the safetensors format" },
		{ X(F32 "\"shape\":[-1],\"data_offsets\":[0,4]"), 4,
		  "x: header, byte 29: expected an integer from 0" },
		{ X(F32 "\"shape\":[01],\"data_offsets\":[0,4]"), 4,
		  "x: header, byte 31: expected an integer from 0" },
		{ X(F32 "\"shape\":[1.0],\"data_offsets\":[0,4]"), 4,
		  "x: header, byte 30: expected an integer from 0" },
		{ X(F32 "\"shape\":[1e0],\"data_offsets\":[0,4]"), 4,
		  "x: header, byte 30: expected an integer from 0" },
		{ X(F32 "\"shape\":[9223372036854775808],\"data_offsets\":[0,4]"), 4,
		  "x: header, byte 47: expected an integer below 2^63" },
		{ X(F32 "\"shape\":[99999999999999999999999999],\"data_offsets\":[0,4]"), 4,
		  "x: header, byte 47: expected an integer below 2^63" },
		{ X(F32 "\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]"), 4,
		  "x: header, byte 45: expected at most 8 dimensions" },
		{ X(F32 "\"shape\":[[1]],\"data_offsets\":[0,4]"), 4,
		  "x: header, byte 29: expected an integer from 0" },
		{ X(F32 "\"shape\":[1],\"data_offsets\":[0]"), 4, "x: header, byte 49: expected ','" },
		{ X(F32 "\"shape\":[1],\"data_offsets\":[0,4,5]"), 4, "x: header, byte 51: expected ']'" },
		/* products that overflow 64 bits, and come to 4 again */
		{ X(F32 "\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]"), 4,
		  "x: tensor x: 4 bytes do not make its shape in F32" },
		{ X(F32 "\"shape\":[4611686018427387905],\"data_offsets\":[0,4]"), 4,
		  "x: tensor x: 4 bytes do not make its shape in F32" },
		{ X(F32 "\"shape\":[0,4611686018427387905,9],\"data_offsets\":[0,0]"), 0,
		  "x: tensor x: 0 bytes do not make its shape in F32" },
		{ X(F32 "\"shape\":[2],\"data_offsets\":[0,4]"), 4,
		  "x: tensor x: 4 bytes do not make its shape in F32" },
		{ X(F32 "\"shape\":[1],\"data_offsets\":[4,0]"), 4, "x: tensor x: bytes 4 to 0, but the data has 4" },
		{ X(F32 "\"shape\":[1],\"data_offsets\":[0,4]"), 3, "x: tensor x: bytes 0 to 4, but the data has 3" },
		{ X(F32 "\"shape\":[1],\"data_offsets\":[9223372036854775800,9223372036854775804]"), 4,
		  "x: tensor x: bytes 9223372036854775800 to 9223372036854775804, but the data has 4" },
		{ X(F32 "\"shape\":[1],\"data_offsets\":[0,4]"), 5, "x: 5 bytes of data, but the tensors end at 4" },
		{ X(F32 "\"shape\":[1],\"data_offsets\":[1,5]"), 5,
		  "x: tensor x begins at byte 1 of the data, expected 0 (a gap)" },
		{ PAIR("[0,4]", "[3,7]"), 7, "x: tensor y begins at byte 3 of the data, expected 4 (an overlap)" },
		{ PAIR("[0,4]", "[0,4]"), 4, NULL },
		{ PAIR("[5,9]", "[0,4]"), 9, "x: tensor x begins at byte 5 of the data, expected 4 (a gap)" },
		{ "{\"x\":{" F32 "\"shape\":[1],\"data_offsets\":[0,4]},\"x\":{" F32
		  "\"shape\":[1],\"data_offsets\":[4,8]}}",
		  8, "x: tensor x is there twice (x, x)" },
		{ "{\"\":{" F32 "\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
		  "x: a tensor's name of 0 bytes, expected 1 to 1000 of UTF-8" },
		{ "{\"a\\nb\":{" F32 "\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
		  "x: a control character in the name of tensor 1" },
		{ "{\"a\nb\":0}", 0, "x: header, byte 3: expected no control character in a string" },
		{ "{\"\xFF\":0}", 0, "x: header, byte 2: expected valid UTF-8" },
		{ "{\"a", 0, "x: header, byte 3: expected the end of a string" },
		{ "{\"\\x\":0}", 0, "x: header, byte 3: expected an escape that JSON has" },
		{ "{\"\\u12g4\":0}", 0, "x: header, byte 6: expected four hexadecimal digits" },
		{ "{\"\\u0000\":0}", 0,
		  "x: header, byte 8: expected a character that is neither NUL nor half a surrogate pair" },
		{ "{\"\\udc00\":0}", 0,
		  "x: header, byte 8: expected a character that is neither NUL nor half a surrogate pair" },
		{ "{\"\\ud800x\":0}", 0, "x: header, byte 8: expected the second half of a surrogate pair" },
		{ "{\"\\ud800\\u0041\":0}", 0, "x: header, byte 14: expected the second half of a surrogate pair" },
		{ "{\"x\" 0}", 0, "x: header, byte 5: expected ':'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct bytes b = file_of(cases[i].header, cases[i].data);

		if (cases[i].expected != NULL) {
			assert_bytes_refused(WEIGHTS_SAFETENSORS, b, cases[i].expected);
		} else {
			struct opened o;
			struct error err = { 0 };

			assert_int_equal(opened_parse(&o, WEIGHTS_SAFETENSORS, b.data, b.size, &err), -1);
			assert_non_null(strstr(err.text, "begins at byte 0 of the data, expected 4 (an overlap)"));
		}
		free(b.data);
	}
}

static void hostile_lengths(void **state)
{
	struct bytes b = { 0 };

	(void)state;
	bytes_add(&b, "{}{}{}{", 7);
	assert_bytes_refused(WEIGHTS_SAFETENSORS, b, "x: a text that begins with \"{}{}{}{\", not weights");
	bytes_add(&b, "}{}", 3);
	assert_bytes_refused(WEIGHTS_SAFETENSORS, (struct bytes){ "\0{}", 3 },
			     "x: 3 bytes, too short for a safetensors file");
	memcpy(b.data, &(uint64_t){ 3 }, 8);
	assert_bytes_refused(WEIGHTS_SAFETENSORS, b, "x: a header of 3 bytes, but only 2 follow");
	memcpy(b.data, &(uint64_t){ 100000001 }, 8);
	assert_bytes_refused(WEIGHTS_SAFETENSORS, b, "x: a header of 100000001 bytes, expected at most 100000000");
	memcpy(b.data, &(uint64_t){ UINT64_MAX - 3 }, 8);
	assert_bytes_refused(WEIGHTS_SAFETENSORS, b,
			     "x: a header of 18446744073709551612 bytes, expected at most 100000000");
	free(b.data);
}

/* Names of one tensor in two forms. */
static void two_names(void **state)
{
	struct bytes b =
		file_of("{\"embeddings.LayerNorm.gamma\":{" F32 "\"shape\":[1],\"data_offsets\":[0,4]},"
			"\"bert.embeddings.LayerNorm.weight\":{" F32 "\"shape\":[1],\"data_offsets\":[4,8]}}",
			8);
	struct opened o;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(opened_parse(&o, WEIGHTS_SAFETENSORS, b.data, b.size, &err), -1);
	assert_non_null(strstr(err.text, "x: tensor bert.embeddings.LayerNorm.weight is there twice ("));
	free(b.data);
}

static void truncated_and_changed(void **state)
{
	struct bytes b =
		file_of("{\"__metadata__\":{\"format\":\"pt\"},\"b\":{\"dtype\":\"BF16\",\"shape\":[3,2],"
			"\"data_offsets\":[8,20]},\"a\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]}}   ",
			20);

	(void)state;
	assert_truncations_refused(WEIGHTS_SAFETENSORS, b);
	assert_survives_changes(WEIGHTS_SAFETENSORS, b, 1);
	free(b.data);
}

/* A header of 4 MB with as many tensors as may be, or with nothing but brackets. */
/* The sanitizer looks at the rest of a text at every number read from it, which
 * takes the square of its length. */
#ifdef __SANITIZE_ADDRESS__
enum { LARGE = 7000 };
#define LAST "6999"
#else
enum { LARGE = 65536 };
#define LAST "65535"
#endif

static void large_headers(void **state)
{
	const size_t count = LARGE;
	char *header = malloc(count * 64 + 3), *at = header;
	struct bytes b;
	struct opened o;
	struct error err = { 0 };

	(void)state;
	*at++ = '{';
	for (size_t i = 0; i < count; i++)
		at += sprintf(at, "%s\"%zu\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%zu,%zu]}",
			      i ? "," : "", i, i, i + 1);
	strcpy(at, "}");
	b = file_of(header, count);
	assert_int_equal(opened_parse(&o, WEIGHTS_SAFETENSORS, b.data, b.size, &err), 0);
	assert_true(checkpoint_has(o.c, LAST));
	opened_close(&o);
	free(b.data);
	memset(header, '[', count * 64);
	header[count * 64] = '\0';
	memcpy(header, "{\"x\":", 5);
	b = file_of(header, 0);
	assert_bytes_refused(WEIGHTS_SAFETENSORS, b, "x: header, byte 5: expected '{'");
	free(b.data);
	free(header);
}

static void written(void **state)
{
	static const float b_data[6] = { 1.25f, -2.5f, 3.1415927f, 1e-40f, 5e30f, -0.0f }, a_data[1] = { 42 };
	const struct named_tensor tensors[] = { { "bert.b", { 2, 3 }, 2, b_data }, { "bert.a", { 1 }, 1, a_data } };
	static const char expected[] = "{\"__metadata__\":{\"format\":\"pt\"},"
				       "\"bert.a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
				       "\"bert.b\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[4,28]}}";
	char *path = support_folder(), *file_path = path_join(path, "model.safetensors");
	struct folder folder;
	struct mapping file;
	struct checkpoint *c;
	struct error err = { 0 };
	uint64_t length;
	float read[6];

	(void)state;
	assert_int_equal(folder_open(&folder, path, &err), 0);
	assert_int_equal(safetensors_write(tensors, 2, &folder, "model.safetensors", &err), 0);
	assert_int_equal(mapping_open(&file, file_path, &err), 0);
	memcpy(&length, file.data, 8);
	assert_int_equal((8 + length) % 64, 0);
	assert_int_equal(file.size, 8 + length + 28);
	assert_memory_equal(file.data + 8, expected, strlen(expected));
	for (size_t i = 8 + strlen(expected); i < 8 + length; i++)
		assert_int_equal(file.data[i], ' ');
	mapping_close(&file);
	assert_int_equal(checkpoint_open(&c, path, &bert_family.naming, &err), 0);
	assert_int_equal(checkpoint_read(c, "bert.b", (size_t[]){ 2, 3 }, 2, read, &err), 0);
	assert_memory_equal(read, b_data, sizeof b_data);
	assert_int_equal(checkpoint_read(c, "bert.a", (size_t[]){ 1 }, 1, read, &err), 0);
	assert_true(read[0] == 42);
	checkpoint_close(c);
	assert_int_equal(safetensors_write((struct named_tensor[]){ tensors[0], tensors[0] }, 2, &folder, "y", &err),
			 -1);
	assert_string_equal(err.text, "y: tensor bert.b is to be written twice");
	folder_release(&folder);
	free(file_path);
	support_remove(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_by_hand),    cmocka_unit_test(narrow_types),
		cmocka_unit_test(wide_type),       cmocka_unit_test(hostile_headers),
		cmocka_unit_test(hostile_lengths), cmocka_unit_test(two_names),
		cmocka_unit_test(large_headers),   cmocka_unit_test(truncated_and_changed),
		cmocka_unit_test(written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
