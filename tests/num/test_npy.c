/* NumPy arrays: what is written, what is read, what is refused. */
#include "support.h"

#include "num/npy.h"

#include <math.h>
#include <string.h>

static char *file_of(char *folder, const char *name, const void *data, size_t size)
{
	struct error err = { 0 };
	struct folder f;

	assert_int_equal(folder_open(&f, folder, &err), 0);
	assert_int_equal(output_file(&f, name, data, size, &err), 0);
	folder_release(&f);
	return text_format("%s/%s", folder, name);
}

static void an_array_comes_back(void **state)
{
	float data[6] = { 1.5f, -2.25f, 3e-30f, 4.0f, 0.1f, 6.0f };
	struct error err = { 0 };
	char *path = support_folder(), *file = text_format("%s/sub/x.npy", path);
	struct matrix view = { data, 2, 2, 3 }; /* every third element is left out */
	struct folder f;
	struct npy n;

	(void)state;
	assert_int_equal(folder_open(&f, path, &err), 0);
	assert_int_equal(npy_write(&f, "sub/x.npy", view, &err), 0);
	assert_int_equal(f.items[0].bytes, 128 + 16);
	assert_int_equal(npy_open(&n, file, &err), 0);
	assert_int_equal(n.view.rows, 2);
	assert_int_equal(n.view.columns, 2);
	assert_int_equal((uintptr_t)n.view.data % 64, 0);
	assert_true(n.view.data[0] == data[0] && n.view.data[1] == data[1] && n.view.data[2] == data[3] &&
		    n.view.data[3] == data[4]);
	npy_close(&n);
	folder_release(&f);
	free(file);
	support_remove(path);
}

/* A file of this version and header, and this data behind it. */
static int open_file(struct npy *n, int version, const char *header, const void *data, size_t size, struct error *err)
{
	static char bytes[4096];
	const size_t fixed = version == 1 ? 10 : 12, length = strlen(header),
		     padded = (fixed + length + 64) / 64 * 64 - fixed;
	char *folder = support_folder(), *path;
	int rc;

	memset(bytes, ' ', sizeof bytes);
	memcpy(bytes, "\x93NUMPY", 6);
	bytes[6] = (char)version;
	bytes[7] = 0;
	bytes[8] = (char)(padded & 0xff);
	bytes[9] = (char)(padded >> 8);
	if (version > 1)
		bytes[10] = bytes[11] = 0;
	memcpy(bytes + fixed, header, length);
	bytes[fixed + padded - 1] = '\n';
	memcpy(bytes + fixed + padded, data, size);
	path = file_of(folder, "x.npy", bytes, fixed + padded + size);
	rc = npy_open(n, path, err);
	free(path);
	support_remove(folder);
	return rc;
}

/* A file with this header and so many floats. */
static int open_with(struct npy *n, const char *header, size_t floats, struct error *err)
{
	static const float zeros[24];

	return open_file(n, 1, header, zeros, floats * sizeof(float), err);
}

static void other_headers_are_read(void **state)
{
	struct error err = { 0 };
	struct npy n;

	(void)state;
	assert_int_equal(open_with(&n, "{'shape': (3, 1), 'fortran_order': False, 'descr': '<f4'}", 3, &err), 0);
	assert_int_equal(n.view.rows, 3);
	assert_int_equal(n.view.columns, 1);
	assert_int_equal(npy_need_rows(&n, "x.npy", &err), 0);
	npy_close(&n);
	assert_int_equal(open_with(&n, "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 3, &err), 0);
	assert_int_equal(n.view.rows, 3);
	assert_int_equal(n.view.columns, 1);
	assert_int_equal(npy_need_rows(&n, "x.npy", &err), -1);
	assert_string_equal(err.text, "x.npy: an array of shape (3,), expected two dimensions");
	npy_close(&n);
	assert_int_equal(open_with(&n, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 7), }", 0, &err), 0);
	assert_int_equal(n.view.rows, 0);
	npy_close(&n);
	assert_int_equal(open_with(&n, "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }", 6, &err), 0);
	assert_int_equal(n.view.columns, 3);
	npy_close(&n);
}

/* The number's bytes, in the order asked for. */
static void put(unsigned char *to, uint64_t bits, size_t width, bool big)
{
	for (size_t i = 0; i < width; i++)
		to[big ? width - 1 - i : i] = (unsigned char)(bits >> 8 * i);
}

static uint64_t bits_of(size_t width, size_t row, size_t column)
{
	static const uint16_t halves[2][3] = { { 0x3555, 0xC000, 0x0001 }, { 0x7BFF, 0x83FF, 0x3C01 } };
	static const float floats[2][3] = { { 0.1f, -2.0f, 1e-45f }, { 3.4e38f, -1e-40f, 1.0000001f } };
	uint64_t bits = 0;
	double wide = (double)floats[row][column];

	if (width == 2)
		return halves[row][column];
	memcpy(&bits, width == 4 ? (const void *)&floats[row][column] : (const void *)&wide, width);
	return bits;
}

/* What the halves above are. */
static const float half_values[2][3] = { { 0x1.554p-2f, -2.0f, 0x1p-24f }, { 65504.0f, -0x1.ff8p-15f, 0x1.004p0f } };

/* Every width, byte order, order of the elements and version gives the same
 * numbers; only float32 as it is written here is not copied. */
static void usual_arrays_are_read(void **state)
{
	(void)state;
	for (int form = 0; form < 36; form++) {
		size_t width = (size_t[]){ 2, 4, 8 }[form % 3];
		bool big = form / 3 % 2, fortran = form / 6 % 2;
		int version = 1 + form / 12;
		unsigned char data[48];
		struct error err = { 0 };
		char header[128];
		struct npy n;

		for (size_t row = 0; row < 2; row++)
			for (size_t column = 0; column < 3; column++)
				put(data + width * (fortran ? column * 2 + row : row * 3 + column),
				    bits_of(width, row, column), width, big);
		snprintf(header, sizeof header, "{'descr': '%cf%zu', 'fortran_order': %s, 'shape': (2, 3), }",
			 big ? '>' : '<', width, fortran ? "True" : "False");
		if (open_file(&n, version, header, data, 6 * width, &err) < 0)
			fail_msg("%s: %s", header, err.text);
		for (size_t row = 0; row < 2; row++)
			for (size_t column = 0; column < 3; column++) {
				uint64_t bits = bits_of(4, row, column);
				float value = matrix_row(n.view, row)[column], wanted = half_values[row][column];

				if (width > 2)
					memcpy(&wanted, &bits, sizeof wanted);
				assert_memory_equal(&value, &wanted, sizeof value);
			}
		assert_int_equal(n.rounded, 0);
		assert_int_equal(n.converted == NULL, width == 4 && !big && !fortran);
		npy_close(&n);
	}
}

static void count_warning(void *arg, const char *message)
{
	snprintf(arg, 128, "%s", message);
}

static void rounding_is_said(void **state)
{
	const double data[4] = { 0.1, 0.5, 1.0 / 3, -1e-300 }, large = 1e39;
	static const char header[] = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }";
	char message[128] = "";
	struct context ctx = { .warn = count_warning, .arg = message };
	struct error err = { 0 };
	double other[4];
	struct npy n;

	(void)state;
	assert_int_equal(open_file(&n, 1, header, data, sizeof data, &err), 0);
	assert_true(n.view.data[0] == 0.1f && n.view.data[2] == 1.0f / 3 && n.view.data[3] == 0);
	npy_warn(&n, "x.npy", &ctx);
	assert_string_equal(message, "x.npy: 3 of 4 values are rounded to float32");
	npy_close(&n);

	message[0] = '\0';
	memcpy(other, (const double[4]){ 0.5, 1, (double)NAN, (double)INFINITY }, sizeof other);
	assert_int_equal(open_file(&n, 1, header, other, sizeof other, &err), 0);
	assert_true(isnan(n.view.data[2]) && isinf(n.view.data[3]));
	npy_warn(&n, "x.npy", &ctx);
	assert_string_equal(message, "");
	npy_close(&n);

	other[2] = large;
	assert_int_equal(open_file(&n, 1, header, other, sizeof other, &err), -1);
	assert_int_equal(err.status, STATUS_INPUT);
	assert_non_null(strstr(err.text, "x.npy: row 2, column 1 (from 1): 1e+39 is beyond the range of float32"));
}

/* An array whose data begins at an odd byte, as other writers leave it. */
static void unaligned_data_are_read(void **state)
{
	static const char header[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }";
	char bytes[128];
	float value = 0.1f;
	struct error err = { 0 };
	struct npy n;
	size_t at = 10 + sizeof header - 1;

	(void)state;
	assert_int_equal(at % 2, 1);
	memcpy(bytes, "\x93NUMPY\x01\x00", 8);
	bytes[8] = sizeof header - 1;
	bytes[9] = 0;
	memcpy(bytes + 10, header, sizeof header - 1);
	memcpy(bytes + at, &value, sizeof value);
	assert_int_equal(npy_parse(&n, &(struct mapping){ bytes, at + sizeof value }, "x", &err), 0);
	assert_true(n.view.data[0] == value);
	npy_close(&n);
}

static void others_are_refused_by_name(void **state)
{
	static const struct {
		const char *header;
		size_t floats;
		const char *why;
	} bad[] = {
		{ "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 2), }", 4,
		  "type <i8 (integers), expected float16, float32 or float64" },
		{ "{'descr': '|b1', 'fortran_order': False, 'shape': (1, 2), }", 4, "type |b1 (truth values)" },
		{ "{'descr': '<c8', 'fortran_order': False, 'shape': (1, 2), }", 2, "type <c8 (complex numbers)" },
		{ "{'descr': '<f16', 'fortran_order': False, 'shape': (1, 2), }", 2,
		  "type <f16 (floats of another width)" },
		{ "{'descr': '|O', 'fortran_order': False, 'shape': (1, 2), }", 2,
		  "type |O (Python objects, pickled)" },
		{ "{'descr': '<U7', 'fortran_order': False, 'shape': (1, 2), }", 2, "type <U7 (texts)" },
		{ "{'descr': '|V2', 'fortran_order': False, 'shape': (1, 2), }", 2, "type |V2 (raw bytes)" },
		{ "{'descr': '=f4', 'fortran_order': False, 'shape': (1, 2), }", 2, "type =f4" },
		{ "{'descr': '<f', 'fortran_order': False, 'shape': (1, 2), }", 2, "type <f " },
		{ "{'descr': '', 'fortran_order': False, 'shape': (1, 2), }", 2, "type  (unknown)" },
		{ "{'descr': [('x', '<f4'), ('y', [('z', '<f4')])], 'fortran_order': False, 'shape': (1, 2), }", 2,
		  "elements of a structured type, expected floats" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4), }", 24,
		  "an array of shape (2, 3, 4), expected two dimensions" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 1,
		  "an array of shape (), expected two dimensions" },
		{ "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }", 4,
		  "16 bytes of data, but its header says (2, 2)" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", 3,
		  "12 bytes of data, but its header says (2, 2)" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", 1,
		  "4 bytes of data" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 1), }", 1,
		  "not NumPy's" },
		{ "{'descr': '<f4', 'fortran_order': False, }", 1, "not NumPy's" },
		{ "{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 1), }", 1, "not NumPy's" },
		{ "nonsense", 1, "not NumPy's" },
		{ "{'descr': '<\ni4', 'fortran_order': False, 'shape': (1, 1), }", 1, "not NumPy's" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (1,\n1, 1), }", 1, "not NumPy's" },
	};
	struct error err = { 0 };
	struct npy n;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(open_with(&n, bad[i].header, bad[i].floats, &err), -1);
		assert_int_equal(err.status, STATUS_INPUT);
		if (strstr(err.text, bad[i].why) == NULL)
			fail_msg("%s, expected %s", err.text, bad[i].why);
	}
}

static void broken_files_are_refused(void **state)
{
	static const char whole[] =
		"\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }";
	struct error err = { 0 };
	char *folder = support_folder();
	struct npy n;

	(void)state;
	for (size_t size = 0; size < sizeof whole; size++) {
		char *path = file_of(folder, "x.npy", whole, size);

		assert_int_equal(npy_open(&n, path, &err), -1);
		assert_int_equal(err.status, STATUS_INPUT);
		assert_non_null(strstr(err.text, size < 8 ? "not a NumPy array" : "ends inside its header"));
		free(path);
	}
	for (int version = 0; version <= 4; version += 4) {
		char bytes[sizeof whole];

		memcpy(bytes, whole, sizeof whole);
		bytes[6] = (char)version;
		assert_int_equal(npy_parse(&n, &(struct mapping){ bytes, sizeof whole }, "x", &err), -1);
		assert_non_null(strstr(err.text, version ? "version 4.0, expected 1.0 to 3.0" : "version 0.0"));
	}
	assert_int_equal(npy_parse(&n, &(struct mapping){ "PK\3\4zip", 7 }, "x.npz", &err), -1);
	assert_string_equal(err.text, "x.npz: an archive (.npz), expected one array (.npy)");
	assert_int_equal(npy_open(&n, "/nonexistent/x.npy", &err), -1);
	support_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_array_comes_back),      cmocka_unit_test(other_headers_are_read),
		cmocka_unit_test(usual_arrays_are_read),    cmocka_unit_test(rounding_is_said),
		cmocka_unit_test(unaligned_data_are_read),  cmocka_unit_test(others_are_refused_by_name),
		cmocka_unit_test(broken_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
