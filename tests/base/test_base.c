/* Errors, arrays, files, outputs, tables, JSON numbers, digests, UTF-8. */
#include "support.h"

#include "base/json.h"
#include "base/output.h"
#include "base/random.h"
#include "base/sha256.h"
#include "base/table.h"
#include "base/utf8.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void array_refuses_overflow(void **state)
{
	double *data = array_new(3, 5, sizeof *data);

	(void)state;
	assert_non_null(data);
	assert_int_equal((uintptr_t)data % 64, 0);
	for (int i = 0; i < 15; i++)
		assert_true(data[i] == 0);
	free(data);
	assert_null(array_new(SIZE_MAX / 2, 3, 1));
	assert_null(array_new(SIZE_MAX / 8, 1, 16));
}

static void array_grows_and_keeps(void **state)
{
	int *items = NULL;
	size_t capacity = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(array_reserve(&items, &capacity, (size_t)i + 1, sizeof *items), 0);
		items[i] = i;
	}
	assert_int_equal(items[617], 617);
	assert_int_equal(array_reserve(&items, &capacity, SIZE_MAX / 2, sizeof *items), -1);
	assert_int_equal(items[999], 999);
	free(items);
}

static void sha256_matches_the_standard(void **state)
{
	char hex[65];

	(void)state;
	sha256_bytes(hex, "abc", 3); /* FIPS 180-4, example 1 */
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256_bytes(hex, "", 0);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static int count_files(const char *directory)
{
	DIR *d = opendir(directory);
	int count = 0;

	assert_non_null(d);
	for (const struct dirent *entry; (entry = readdir(d)) != NULL;)
		count += entry->d_type == DT_REG;
	closedir(d);
	return count;
}

static void output_is_whole_or_absent(void **state)
{
	char *place = support_folder(), *path = path_join(place, "sub/a.txt"), hex[65];
	struct folder folder;
	struct output *o;
	struct error err;
	struct mapping map;
	struct stat st;

	(void)state;
	assert_int_equal(folder_open(&folder, place, &err), 0);
	assert_int_equal(output_file(&folder, "sub/a.txt", "first", 5, &err), 0);
	sha256_bytes(hex, "first", 5);
	assert_int_equal(folder.count, 1);
	assert_string_equal(folder.items[0].name, "sub/a.txt");
	assert_string_equal(folder.items[0].sha256, hex);
	assert_int_equal(folder.items[0].bytes, 5);

	assert_int_equal(output_open(&o, &folder, "sub/a.txt", &err), 0);
	output_text(o, "half");
	output_abandon(o);
	assert_int_equal(mapping_open(&map, path, &err), 0);
	assert_int_equal(map.size, 5);
	assert_memory_equal(map.data, "first", 5);
	mapping_close(&map);

	assert_int_equal(output_open(&o, &folder, "sub/a.txt", &err), 0);
	for (int i = 0; i < 30000; i++)
		output_format(o, "%d\n", i); /* more than one buffer */
	assert_int_equal(output_commit(o, &err), 0);
	assert_int_equal(folder.count, 1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal((uint64_t)st.st_size, folder.items[0].bytes);
	assert_int_equal(sha256_file(hex, &(uint64_t){ 0 }, path, &err), 0);
	assert_string_equal(folder.items[0].sha256, hex);
	folder_release(&folder);
	free(path);
	support_remove(place);
}

/* A killed writer's file goes, that of one at work, here or in another process, and
 * what bears another name stay. */
static void what_killed_writers_leave_is_swept(void **state)
{
	char *place = support_folder(), *stale = path_join(place, ".a.txt.0123456789abcdef.tmp");
	char *other = path_join(place, "a.tmpl");
	struct folder folder;
	struct output *o;
	struct error err;
	struct stat st;
	pid_t child;
	int status;

	(void)state;
	assert_int_equal(folder_open(&folder, place, &err), 0);
	child = fork();
	if (child == 0) {
		/* Its lock ends with it. */
		_exit(output_open(&o, &folder, "killed.txt", &err) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(output_file(&folder, "a.tmpl", "x", 1, &err), 0);
	close(open(stale, O_WRONLY | O_CREAT, 0666));
	assert_int_equal(output_open(&o, &folder, "a.txt", &err), 0);
	output_sweep(place);
	assert_int_equal(stat(stale, &st), -1);
	assert_int_equal(stat(other, &st), 0);
	output_text(o, "whole");
	child = fork();
	if (child == 0) {
		output_sweep(place);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(output_commit(o, &err), 0);
	assert_int_equal(count_files(place), 2);
	folder_release(&folder);
	free(stale);
	free(other);
	support_remove(place);
}

static void output_reports_a_full_disk(void **state)
{
	struct rlimit old, small = { 1000, RLIM_INFINITY };
	char *place = support_folder();
	struct folder folder;
	struct error err;
	char block[5000] = { 0 }, *path = path_join(place, "large");
	int rc;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(folder_open(&folder, place, &err), 0);
	getrlimit(RLIMIT_FSIZE, &old);
	small.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	rc = output_file(&folder, "large", block, sizeof block, &err);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(rc, -1);
	assert_int_equal(err.status, STATUS_MACHINE);
	assert_non_null(strstr(err.text, "large: cannot write"));
	assert_false(file_exists(path));
	assert_int_equal(folder.count, 0);
	folder_release(&folder);
	free(path);
	support_remove(place);
}

static void missing_file_is_bad_input(void **state)
{
	struct mapping map;
	struct error err;

	(void)state;
	assert_int_equal(mapping_open(&map, "no/such/file", &err), -1);
	assert_int_equal(err.status, STATUS_INPUT);
	assert_string_equal(err.text, "no/such/file: cannot read: No such file or directory");
}

static void lines_end_in_any_way(void **state)
{
	static const char text[] = "one\r\n\ntwo\nthree";
	struct mapping map = { text, sizeof text - 1 };
	struct line line = { 0 };

	(void)state;
	assert_true(line_next(&line, &map));
	assert_int_equal(line.length, 3);
	assert_true(line_next(&line, &map));
	assert_int_equal(line.length, 0);
	assert_true(line_next(&line, &map));
	assert_memory_equal(line.data, "two", 3);
	assert_true(line_next(&line, &map));
	assert_memory_equal(line.data, "three", 5);
	assert_int_equal(line.number, 4);
	assert_false(line_next(&line, &map));
}

/* Asserts how many rows a text has, and what is in the first. */
static void assert_rows(const char *text, size_t size, size_t rows, const char *first)
{
	struct mapping map = { text, size };
	struct line line = { 0 };
	struct error err;
	size_t count = 0;

	assert_int_equal(text_check(&map, "t", &err), 0);
	for (; row_next(&line, &map); count++)
		if (count == 0) {
			assert_int_equal(line.length, strlen(first));
			assert_memory_equal(line.data, first, line.length);
		}
	assert_int_equal(count, rows);
}

static void rows_do_without_marks_and_empty_ends(void **state)
{
	char *large = array_new(1 << 20, 1, 1);

	(void)state;
	assert_rows("a\nb\n", 4, 2, "a");
	assert_rows("\xEF\xBB\xBF"
		    "a\r\r\nb",
		    8, 2, "a");
	assert_rows("a\nb\n\n\r\n\n", 8, 2, "a");
	assert_rows("a\n\nb\n", 5, 3, "a");
	assert_rows("\n\n", 2, 0, NULL);
	assert_rows("\xEF\xBB\xBF", 3, 0, NULL);
	assert_rows("\xEF\xBB\xBF\nb\n", 6, 2, "");
	memset(large, 'x', (1 << 20) - 1);
	assert_rows(large, (1 << 20) - 1, 1, large);
	free(large);
}

static void what_is_no_text_is_named(void **state)
{
	static const struct {
		const char *data;
		size_t size;
		const char *message;
	} cases[] = {
		{ "\xFF\xFE"
		  "a\0\n\0",
		  6, "t: UTF-16, expected UTF-8" },
		{ "\xFE\xFF\0a\0\n", 6, "t: UTF-16, expected UTF-8" },
		{ "version https://git-lfs.github.com/spec/v1\noid sha256:1\n", 57,
		  "t: a Git LFS pointer, not the file itself: git lfs pull brings it" },
		{ " <!DOCTYPE html>\n", 17,
		  "t: a page in HTML or XML, not the file itself: download it again, from the address of the raw "
		  "file" },
		{ "\xFF\xFE\0\0a\0\0\0", 8, "t: UTF-32, expected UTF-8" },
		{ "\0\0\xFE\xFF\0\0\0a", 8, "t: UTF-32, expected UTF-8" },
		{ "a\0b\0\n\0", 6, "t: UTF-16, expected UTF-8" },
		{ "\0a\0b\0\n", 6, "t: UTF-16, expected UTF-8" },
		{ "ab\ncd\0e\n", 8, "t:2: byte 3 is NUL, expected text" },
		{ "\0", 1, "t:1: byte 1 is NUL, expected text" },
		{ "a\rb\r", 4, "t: lines that end with a carriage return alone, expected newlines" },
	};
	char *place = support_folder(), *path = path_join(place, "t");
	struct folder folder;
	struct mapping map;
	struct error err;

	(void)state;
	assert_int_equal(folder_open(&folder, place, &err), 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		map = (struct mapping){ cases[i].data, cases[i].size };
		assert_int_equal(text_check(&map, "t", &err), -1);
		assert_int_equal(err.status, STATUS_INPUT);
		assert_string_equal(err.text, cases[i].message);
		assert_int_equal(output_file(&folder, "t", cases[i].data, cases[i].size, &err), 0);
		assert_int_equal(text_open(&map, path, &err), -1);
		assert_non_null(strstr(err.text, cases[i].message));
	}
	folder_release(&folder);
	free(path);
	support_remove(place);
}

static void tables_are_read_as_other_programs_write_them(void **state)
{
	static const char *const texts[] = {
		"a,b\n1,x\n2,y\n",
		"\xEF\xBB\xBF"
		"a,b\r\n1,x\r\n2,y\r\n",
		"\"a\",\"b\"\n\"1\",\"x\"\n2,y",
		"\xEF\xBB\xBF\"a\",\"b\"\r\n1,\"x\"\r\n2,y\r\n\r\n\r\n",
	};
	struct table t;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct mapping map = { texts[i], strlen(texts[i]) };

		assert_int_equal(table_parse(&t, &map, "t", &err), 0);
		assert_int_equal(t.rows, 2);
		assert_int_equal(t.columns, 2);
		assert_string_equal(table_text_at(&t, 0, "b"), "x");
		assert_true(table_number_at(&t, 1, "a") == 2);
		table_release(&t);
	}
	/* Of one column, an empty line is a row without a value. */
	assert_int_equal(table_parse(&t, &(struct mapping){ "a\n1\n\n", 5 }, "t", &err), 0);
	assert_int_equal(t.rows, 2);
	table_release(&t);
}

static void table_survives_a_round_trip(void **state)
{
	char *place = support_folder(), *path = path_join(place, "t.csv");
	struct folder folder;
	struct table t;
	struct error err;

	(void)state;
	assert_int_equal(folder_open(&folder, place, &err), 0);
	assert_int_equal(table_init(&t, "label,n,value,rate", &err), 0);
	table_add(&t, "a \"b\", c\nd");
	table_add_integer(&t, -7);
	table_add_number(&t, 0.1 + 0.2);
	table_add_float(&t, 0.1f);
	table_add(&t, "");
	table_add_integer(&t, 0);
	table_add_number(&t, NAN);
	table_add_float(&t, 1.0f / 3);
	assert_int_equal(table_write(&t, &folder, "t.csv", &err), 0);
	table_release(&t);

	assert_int_equal(table_read_as(&t, path, "label,n,value,rate", &err), 0);
	assert_int_equal(t.rows, 2);
	assert_string_equal(table_text_at(&t, 0, "label"), "a \"b\", c\nd");
	assert_true(table_number_at(&t, 0, "value") == 0.1 + 0.2);
	assert_string_equal(table_text_at(&t, 0, "rate"), "0.1");
	assert_true(isnan(table_number_at(&t, 1, "value")));
	assert_true((float)table_number_at(&t, 1, "rate") == 1.0f / 3);
	assert_int_equal(table_column(&t, "none"), -1);
	table_release(&t);
	assert_int_equal(table_read_as(&t, path, "label,n,value", &err), -1);
	assert_non_null(strstr(err.text, "t.csv:1: another header, expected label,n,value"));
	folder_release(&folder);
	free(path);
	support_remove(place);
}

static void table_refuses_what_is_malformed(void **state)
{
	static const struct {
		const char *text, *fault;
	} cases[] = {
		{ "", "empty, expected a header line" },
		{ "a,b\n1\n", ":2: 1 cells, expected 2 as in the header" },
		{ "a,b\n1,2\n1,2,3\n", ":3: 3 cells, expected 2 as in the header" },
		{ "a,b\n\"1,2\n", ":2: quotes do not close" },
		{ "a,b\n\"1\"x,2\n", ":2: quotes do not close" },
		{ "\"a,b\n1,2\n", ":1: quotes do not close" },
		{ "a,b\n\"1\n\n2\",3\n4\n", ":5: 1 cells, expected 2 as in the header" },
		{ "a,b\n\n1,2\n", ":2: 1 cells, expected 2 as in the header" },
	};
	char *place = support_folder(), *path = path_join(place, "t.csv");
	struct folder folder;
	struct table t;
	struct error err;

	(void)state;
	assert_int_equal(folder_open(&folder, place, &err), 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(output_file(&folder, "t.csv", cases[i].text, strlen(cases[i].text), &err), 0);
		assert_int_equal(table_read(&t, path, &err), -1);
		assert_int_equal(err.status, STATUS_INPUT);
		assert_non_null(strstr(err.text, cases[i].fault));
	}
	assert_int_equal(table_init(&t, "a,b", &err), 0);
	table_add(&t, "1");
	assert_int_equal(table_write(&t, &folder, "u.csv", &err), -1);
	assert_string_equal(err.text, "u.csv: row 1 has 1 cells, expected 2");
	table_release(&t);
	folder_release(&folder);
	free(path);
	support_remove(place);
}

static void numbers_are_shortest(void **state)
{
	char text[32];
	double value;
	long integer;

	(void)state;
	number_format(text, 0.1);
	assert_string_equal(text, "0.1");
	number_format(text, 100);
	assert_string_equal(text, "100");
	number_format(text, 1e5);
	assert_string_equal(text, "1e+05");
	number_format(text, 1e300 * 3.3333333333333335);
	assert_true(strtod(text, NULL) == 1e300 * 3.3333333333333335);
	number_format_float(text, 16777217.0f);
	assert_string_equal(text, "16777216");
	assert_int_equal(number_parse(&value, "3e-4"), 0);
	assert_true(value == 3e-4);
	assert_int_equal(number_parse(&value, "3e-4x"), -1);
	assert_int_equal(number_parse(&value, "0x1p-3"), -1);
	assert_int_equal(number_parse(&value, ""), -1);
	assert_int_equal(number_parse(&value, " 1"), -1);
	assert_int_equal(integer_parse(&integer, "99999999999999999999"), -1);
	assert_int_equal(integer_parse(&integer, "-12"), 0);
	assert_int_equal(integer, -12);
}

static void json_refuses_duplicates(void **state)
{
	char *place = support_folder(), *path = path_join(place, "a.json");
	struct folder folder;
	json_t *value = NULL;
	struct error err;

	(void)state;
	assert_int_equal(folder_open(&folder, place, &err), 0);
	assert_int_equal(output_file(&folder, "a.json", "{\"a\": 1,\n \"a\": 2}", 18, &err), 0);
	assert_int_equal(json_read(&value, path, &err), -1);
	assert_non_null(strstr(err.text, "a.json:2: not valid JSON"));
	folder_release(&folder);
	free(path);
	support_remove(place);
}

static void utf8_is_strict(void **state)
{
	static const char *const bad[] = { "\xC0\x80",         "\xE0\x80\x80", "\xED\xA0\x80",
					   "\xF4\x90\x80\x80", "\xFF",         "\xE2\x82" };
	char bytes[4];
	uint32_t point;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(utf8_decode(&point, bad[i], strlen(bad[i])), 0);
	for (uint32_t p = 1; p < 0x110000; p += 61) {
		size_t n;

		if (p >= 0xD800 && p < 0xE000)
			continue;
		n = utf8_encode(bytes, p);
		assert_int_equal(utf8_decode(&point, bytes, n), n);
		assert_int_equal(point, p);
	}
	assert_int_equal(utf8_check("a\xC3\xA9z\x80", 5), 4);
}

/* The known answers of the generator's authors (Random123, kat_vectors). */
static void philox_matches_its_authors(void **state)
{
	static const uint32_t pi[4] = { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 };
	uint32_t zero[4] = { 0 }, out[4];

	(void)state;
	philox_block(out, zero, 0);
	assert_int_equal(out[0], 0x6627e8d5);
	assert_int_equal(out[1], 0xe169c58d);
	assert_int_equal(out[2], 0xbc57ac4c);
	assert_int_equal(out[3], 0x9b00dbd8);
	philox_block(out, pi, 0x299f31d0a4093822u);
	assert_int_equal(out[0], 0xd16cfe09);
	assert_int_equal(out[1], 0x94fdcceb);
	assert_int_equal(out[2], 0x5001e420);
	assert_int_equal(out[3], 0x24126ea1);
}

static void stream_is_uniform_and_normal(void **state)
{
	enum { DRAWS = 200000, BINS = 7 };
	size_t bins[BINS] = { 0 };
	double sum = 0, squares = 0, uniform = 0;
	struct stream s;

	(void)state;
	stream_init(&s, 42);
	for (int i = 0; i < DRAWS; i++) {
		double z = stream_normal(&s);

		bins[stream_below(&s, BINS)]++;
		uniform += stream_uniform(&s);
		sum += z;
		squares += z * z;
	}
	for (int i = 0; i < BINS; i++) /* six standard deviations */
		assert_true(fabs((double)bins[i] - DRAWS / 7.0) < 6 * sqrt(DRAWS * 6 / 49.0));
	assert_true(fabs(uniform / DRAWS - 0.5) < 6 / sqrt(12.0 * DRAWS));
	assert_true(fabs(sum / DRAWS) < 6 / sqrt(DRAWS));
	assert_true(fabs(squares / DRAWS - 1) < 6 * sqrt(2.0 / DRAWS));
}

static void permutation_holds_every_item(void **state)
{
	uint32_t items[100], seen[100] = { 0 };
	struct stream s;
	size_t fixed = 0;

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		items[i] = i;
	stream_init(&s, 7);
	stream_permute(&s, items, 100);
	for (uint32_t i = 0; i < 100; i++) {
		seen[items[i]]++;
		fixed += items[i] == i;
	}
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(seen[i], 1);
	assert_true(fixed < 10);
}

/* The first eight bytes, little-endian, of the digest of the three names. */
static void seeds_derive_from_names(void **state)
{
	char hex[65];
	uint64_t seed = 0;

	(void)state;
	sha256_bytes(hex, "1/finetune/tiny/pos-s1/order", 28);
	for (int i = 7; i >= 0; i--) {
		unsigned byte;

		sscanf(hex + 2 * i, "%2x", &byte);
		seed = seed << 8 | byte;
	}
	assert_true(seed_derive(1, "finetune/tiny/pos-s1", "order") == seed);
	assert_true(seed_derive(2, "finetune/tiny/pos-s1", "order") != seed);
}

struct sum {
	atomic_size_t total, calls;
	unsigned threads;
};

static void add_task(void *arg, size_t task, unsigned thread)
{
	struct sum *s = arg;

	if (thread < s->threads)
		atomic_fetch_add(&s->total, task);
	atomic_fetch_add(&s->calls, 1);
}

static void pool_runs_every_task_once(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 8; threads++) {
		struct pool *p = pool_new(threads);
		struct sum sum = { .threads = threads };

		assert_non_null(p);
		assert_int_equal(pool_threads(p), threads);
		for (int round = 0; round < 50; round++)
			pool_run(p, 101, add_task, &sum);
		pool_run(p, 0, add_task, &sum);
		assert_int_equal(atomic_load(&sum.calls), 50 * 101);
		assert_int_equal(atomic_load(&sum.total), 50 * 5050);
		pool_free(p);
	}
}

struct shared {
	struct pool *pool;
	atomic_size_t total;
	atomic_bool helped; /* another thread than the task's took a part */
	pthread_t owner;
};

static void add_part(void *arg, size_t part)
{
	struct shared *s = arg;

	atomic_fetch_add(&s->total, part + 1);
}

static void share_task(void *arg, size_t task, unsigned thread)
{
	struct shared *s = arg;

	for (int i = 0; i < 200; i++)
		pool_share(s->pool, thread, task % 7, add_part, s);
}

static void look_part(void *arg, size_t part)
{
	struct shared *s = arg;

	(void)part;
	if (!pthread_equal(pthread_self(), s->owner))
		atomic_store(&s->helped, true);
}

/* Goes on until it is helped: without help it would never end. */
static void wait_for_help(void *arg, size_t task, unsigned thread)
{
	struct shared *s = arg;

	(void)task;
	s->owner = pthread_self();
	while (!atomic_load(&s->helped))
		pool_share(s->pool, thread, 64, look_part, s);
}

static void idle_threads_help(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 5; threads++) {
		struct shared s = { .pool = pool_new(threads) };

		assert_non_null(s.pool);
		for (int round = 0; round < 20; round++) {
			pool_run_helped(s.pool, 14, share_task, &s);
			pool_run(s.pool, 14, share_task, &s);
		}
		pool_run_helped(s.pool, 0, share_task, &s);
		/* Σ over parts < 7 of what each adds, for two tasks of each remainder. */
		assert_int_equal(atomic_load(&s.total), 40 * 200 * 2 * (1 + 3 + 6 + 10 + 15 + 21));
		if (threads > 1) {
			pool_run_helped(s.pool, 1, wait_for_help, &s);
			assert_true(atomic_load(&s.helped));
		}
		pool_free(s.pool);
	}
}

static void directories_come_and_go(void **state)
{
	char *place = support_folder(), *deep = path_join(place, "a/b/c"), *file = path_join(deep, "f");
	struct error err;

	(void)state;
	assert_int_equal(directory_make(deep, &err), 0);
	assert_int_equal(directory_make(deep, &err), 0);
	fclose(fopen(file, "w"));
	assert_int_equal(directory_make(file, &err), -1);
	assert_int_equal(directory_remove(place, &err), 0);
	assert_false(directory_exists(place));
	assert_int_equal(directory_remove(place, &err), 0);
	free(deep);
	free(file);
	free(place);
}

static void an_error_is_one_line(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(error_set(&err, STATUS_INPUT, "%s: no such file", "a\nb\x7f\tc \xC3\xA9"), -1);
	assert_string_equal(err.text, "a?b??c \xC3\xA9: no such file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(array_refuses_overflow),
		cmocka_unit_test(array_grows_and_keeps),
		cmocka_unit_test(sha256_matches_the_standard),
		cmocka_unit_test(output_is_whole_or_absent),
		cmocka_unit_test(what_killed_writers_leave_is_swept),
		cmocka_unit_test(output_reports_a_full_disk),
		cmocka_unit_test(missing_file_is_bad_input),
		cmocka_unit_test(lines_end_in_any_way),
		cmocka_unit_test(rows_do_without_marks_and_empty_ends),
		cmocka_unit_test(what_is_no_text_is_named),
		cmocka_unit_test(tables_are_read_as_other_programs_write_them),
		cmocka_unit_test(table_survives_a_round_trip),
		cmocka_unit_test(table_refuses_what_is_malformed),
		cmocka_unit_test(numbers_are_shortest),
		cmocka_unit_test(json_refuses_duplicates),
		cmocka_unit_test(utf8_is_strict),
		cmocka_unit_test(philox_matches_its_authors),
		cmocka_unit_test(stream_is_uniform_and_normal),
		cmocka_unit_test(permutation_holds_every_item),
		cmocka_unit_test(seeds_derive_from_names),
		cmocka_unit_test(pool_runs_every_task_once),
		cmocka_unit_test(idle_threads_help),
		cmocka_unit_test(directories_come_and_go),
		cmocka_unit_test(an_error_is_one_line),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
