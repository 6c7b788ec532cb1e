/* NumPy arrays: what is written, what is read, what is refused. */
#include "support.h"

#include "num/npy.h"

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

/* A file with this header and so many floats. */
static int open_with(struct npy *n, const char *header, size_t floats, struct error *err)
{
	static char bytes[4096];
	const size_t length = strlen(header), padded = (10 + length + 64) / 64 * 64 - 10;
	char *folder = support_folder(), *path;
	int rc;

	memset(bytes, ' ', sizeof bytes);
	memcpy(bytes, "\x93NUMPY\x01\x00", 8);
	bytes[8] = (char)(padded & 0xff);
	bytes[9] = (char)(padded >> 8);
	memcpy(bytes + 10, header, length);
	bytes[9 + padded] = '\n';
	path = file_of(folder, "x.npy", bytes, 10 + padded + floats * sizeof(float));
	rc = npy_open(n, path, err);
	free(path);
	support_remove(folder);
	return rc;
}

static void other_headers_are_read(void **state)
{
	struct error err = { 0 };
	struct npy n;

	(void)state;
	assert_int_equal(open_with(&n, "{'shape': (3,), 'fortran_order': False, 'descr': '<f4'}", 3, &err), 0);
	assert_int_equal(n.view.rows, 3);
	assert_int_equal(n.view.columns, 1);
	npy_close(&n);
	assert_int_equal(open_with(&n, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 7), }", 0, &err), 0);
	assert_int_equal(n.view.rows, 0);
	npy_close(&n);
}

static void others_are_refused_by_name(void **state)
{
	static const struct {
		const char *header;
		size_t floats;
		const char *why;
	} bad[] = {
		{ "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }", 4, "type <f8, expected <f4" },
		{ "{'descr': '>f4', 'fortran_order': False, 'shape': (1, 2), }", 2, "type >f4" },
		{ "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }", 2, "Fortran order" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 1), }", 2, "3 dimensions" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 1, "0 dimensions" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", 3,
		  "12 bytes of data, but its header says (2, 2)" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", 1,
		  "4 bytes of data" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 1), }", 1,
		  "not NumPy's" },
		{ "{'descr': '<f4', 'fortran_order': False, }", 1, "not NumPy's" },
		{ "{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 1), }", 1, "not NumPy's" },
		{ "nonsense", 1, "not NumPy's" },
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
		assert_non_null(strstr(err.text, size < 10 ? "not a NumPy array" : "ends inside its header"));
		free(path);
	}
	assert_int_equal(npy_open(&n, "/nonexistent/x.npy", &err), -1);
	support_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_array_comes_back),
		cmocka_unit_test(other_headers_are_read),
		cmocka_unit_test(others_are_refused_by_name),
		cmocka_unit_test(broken_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
