/* tunescope fetch against a server of our own on the loopback interface: a cut
 * connection, a wrong digest, a 404, a second run that fetches nothing. */
#include "support.h"

#include "base/output.h"
#include "base/sha256.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { WEIGHTS = 300000 };

/* What the server has, and what it shall do. */
static struct server {
	int listener, port;
	pthread_t thread;
	char weights[WEIGHTS];
	int cut;     /* the next answer of the weights stops in the middle */
	int changed; /* the data has another byte */
	int requests;
	const char *busy; /* this file is asked for too often */
	const char *page; /* a page comes in place of this file */
	char tag[8];      /* of the weights: changes with them */
	size_t went_on;   /* where the last answer of the weights began */
	char asked[8192]; /* the paths that were asked for, a line each */
} server;

static void send_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		data += sent;
		size -= (size_t)sent;
	}
}

static void answer(int fd, const char *body, size_t size, size_t from, int cut)
{
	char head[256];
	int n;

	if (from >= size) {
		n = snprintf(
			head, sizeof head,
			"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nContent-Range: bytes */%zu\r\n"
			"Connection: close\r\n\r\n",
			size);
		send_all(fd, head, (size_t)n);
		return;
	}
	n = snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n",
		     from ? "206 Partial Content" : "200 OK", size - from);

	if (from > 0)
		n += snprintf(head + n, sizeof head - (size_t)n, "Content-Range: bytes %zu-%zu/%zu\r\n", from,
			      size - 1, size);
	if (body == server.weights)
		n += snprintf(head + n, sizeof head - (size_t)n, "ETag: \"%s\"\r\n", server.tag);
	n += snprintf(head + n, sizeof head - (size_t)n, "\r\n");
	send_all(fd, head, (size_t)n);
	send_all(fd, body + from, cut ? (size - from) / 2 : size - from);
}

/* Of the model, at whatever revision. */
static bool is_asked(const char *path, const char *file)
{
	return strncmp(path, "/hub/own/tiny/resolve/", 22) == 0 && strcmp(path_base(path), file) == 0;
}

static void serve(int fd)
{
	static const char missing[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
	static const char busy[] = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
	char request[4096] = "", path[512] = "", *range;
	size_t from = 0, got = 0;
	ssize_t n;

	while (got + 1 < sizeof request && strstr(request, "\r\n\r\n") == NULL &&
	       (n = recv(fd, request + got, sizeof request - 1 - got, 0)) > 0)
		got += (size_t)n;
	sscanf(request, "GET %511s", path);
	range = strstr(request, "Range: bytes=");
	if (range != NULL)
		from = strtoul(range + 13, NULL, 10);
	server.requests++;
	strncat(server.asked, path, sizeof server.asked - strlen(server.asked) - 2);
	strcat(server.asked, "\n");
	if (server.busy != NULL && strstr(path, server.busy) != NULL)
		send_all(fd, busy, sizeof busy - 1);
	else if (server.page != NULL && strstr(path, server.page) != NULL)
		answer(fd, "<!DOCTYPE html>\n", 16, from, 0);
	else if (strcmp(path, "/hub/own/tiny/resolve/main/model.safetensors") == 0) {
		char *tag = strstr(request, "If-Range: \"");
		int cut = server.cut;

		if (tag != NULL && strncmp(tag + 11, server.tag, strlen(server.tag)) != 0)
			from = 0;
		server.cut = 0;
		server.went_on = from;
		answer(fd, server.weights, WEIGHTS, from, cut);
	} else if (is_asked(path, "config.json")) {
		answer(fd, "{\"hidden_size\": 8}", 18, from, 0);
	} else if (is_asked(path, "vocab.txt")) {
		answer(fd, "[PAD]\n", 6, from, 0);
	} else if (strcmp(path, "/trec/train_5500.label") == 0) {
		answer(fd, server.changed ? "A:b x\nA:c z\n" : "A:b x\nA:c y\n", 12, from, 0);
	} else if (strcmp(path, "/trec/TREC_10.label") == 0) {
		answer(fd, "A:b z\n", 6, from, 0);
	} else {
		send_all(fd, missing, sizeof missing - 1);
	}
}

static void *server_main(void *arg)
{
	int fd;

	(void)arg;
	while ((fd = accept(server.listener, NULL, NULL)) >= 0) {
		serve(fd);
		shutdown(fd, SHUT_WR);
		close(fd);
	}
	return NULL;
}

static char *place;

static int set_up(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof address;

	(void)state;
	place = support_folder();
	strcpy(server.tag, "a");
	for (size_t i = 0; i < WEIGHTS; i++)
		server.weights[i] = (char)(i * 2654435761u >> 13);
	server.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server.listener < 0 || bind(server.listener, (struct sockaddr *)&address, sizeof address) < 0 ||
	    listen(server.listener, 8) < 0 || getsockname(server.listener, (struct sockaddr *)&address, &length) < 0)
		return -1;
	server.port = ntohs(address.sin_port);
	return pthread_create(&server.thread, NULL, server_main, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	shutdown(server.listener, SHUT_RDWR);
	close(server.listener);
	pthread_join(server.thread, NULL);
	support_remove(place);
	return 0;
}

/* Fetches into a fresh or kept place; `extra` lines go into the experiment. */
static int fetch(const char *model, const char *pins)
{
	char *file = path_join(place, "mine.ini"), *list = path_join(place, "SHA256SUMS"), command[2048];
	FILE *out = fopen(file, "w");
	int status;

	fprintf(out,
		"[model tiny]\npath = tiny\nsource = %s\n[task trec50]\nkind = sentence\nformat = trec\n"
		"train = trec/train_5500.label\ntest = trec/TREC_10.label\n[fetch]\nmodels = "
		"http://127.0.0.1:%d/hub\n"
		"trec = http://127.0.0.1:%d/trec\n",
		model, server.port, server.port);
	fclose(out);
	out = fopen(list, "w");
	fputs(pins, out);
	fclose(out);
	snprintf(command, sizeof command,
		 "cd '%s' && unset DATA MODELS CACHE http_proxy; no_proxy=127.0.0.1 '%s/bin/tunescope' fetch "
		 "--experiment mine.ini "
		 "> out.txt 2>&1",
		 place, PROGRAMS);
	status = system(command);
	free(file);
	free(list);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void assert_printed(const char *part)
{
	char *path = path_join(place, "out.txt");
	struct mapping map;
	struct error err;

	assert_int_equal(mapping_open(&map, path, &err), 0);
	if (memmem(map.data, map.size, part, strlen(part)) == NULL)
		fail_msg("expected \"%s\" in:\n%.*s", part, (int)map.size, map.data);
	mapping_close(&map);
	free(path);
}

static bool is_there(const char *name)
{
	char *path = path_join(place, name);
	bool there = file_exists(path);

	free(path);
	return there;
}

static void a_cut_download_goes_on(void **state)
{
	char *path = path_join(place, "models/tiny/model.safetensors"), found[65], expected[65];
	struct error err;
	uint64_t bytes;

	(void)state;
	server.cut = 1;
	if (fetch("own/tiny", "") != 0) {
		assert_printed("run again to go on where it stopped");
		assert_false(is_there("models/tiny/model.safetensors"));
		assert_true(is_there("models/tiny/model.safetensors.part"));
		assert_int_equal(fetch("own/tiny", ""), 0);
	}
	assert_int_equal(sha256_file(found, &bytes, path, &err), 0);
	sha256_bytes(expected, server.weights, WEIGHTS);
	assert_string_equal(found, expected);
	free(path);
}

static void a_second_run_fetches_nothing(void **state)
{
	int before;

	(void)state;
	assert_int_equal(fetch("own/tiny", ""), 0);
	before = server.requests;
	assert_int_equal(fetch("own/tiny", ""), 0);
	assert_printed("mine: 0 files fetched");
	assert_int_equal(server.requests, before + 4); /* the optional files that the server has not */
}

static void the_digest_seen_first_must_not_change(void **state)
{
	(void)state;
	assert_int_equal(fetch("own/tiny", ""), 0);
	assert_true(is_there("data/fetched.sha256"));
	server.changed = 1;
	{
		char *path = path_join(place, "data/trec/train_5500.label");

		unlink(path);
		free(path);
	}
	assert_int_equal(fetch("own/tiny", ""), 1);
	assert_printed("train_5500.label.part: SHA-256 is ");
	assert_false(is_there("data/trec/train_5500.label"));
	assert_false(is_there("data/trec/train_5500.label.part"));
	assert_true(is_there("data/trec/train_5500.label.wrong"));
	server.changed = 0;
	assert_int_equal(fetch("own/tiny", ""), 0);
}

static void a_pinned_digest_is_checked(void **state)
{
	static const char pin[] =
		"0000000000000000000000000000000000000000000000000000000000000000  data/trec/TREC_10.label\n";

	(void)state;
	assert_int_equal(fetch("own/tiny", ""), 0);
	assert_int_equal(fetch("own/tiny", pin), 1);
	assert_printed("data/trec/TREC_10.label: SHA-256 is ");
	assert_printed(", expected 0000000000000000");
}

static void a_missing_file_is_told(void **state)
{
	char *path = path_join(place, "models");
	struct error err;

	(void)state;
	assert_int_equal(directory_remove(path, &err), 0);
	free(path);
	assert_int_equal(fetch("own/none", ""), 2);
	assert_printed("[model tiny]: own/none at revision main has no config.json (404)\n");
	assert_false(is_there("models/tiny/config.json"));
}

static void remove_file(const char *name)
{
	char *path = path_join(place, name);

	assert_int_equal(unlink(path), 0);
	free(path);
}

static void remove_models(void)
{
	char *path = path_join(place, "models");
	struct error err;

	assert_int_equal(directory_remove(path, &err), 0);
	free(path);
	server.asked[0] = '\0';
}

/* Only 404 says that a file is absent: else nothing is done without it, and no
 * other is taken in its stead. */
static void a_busy_server_is_no_reason_to_go_on(void **state)
{
	static const char *const files[] = { "tokenizer_config.json", "model.safetensors", "vocab.txt" };

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		remove_models();
		server.busy = files[i];
		assert_int_equal(fetch("own/tiny", ""), 3);
		assert_printed(
			"the server answered 429 (too many requests), which does not say that the file is absent");
		assert_null(strstr(server.asked, "pytorch_model.bin"));
		server.busy = NULL;
		assert_int_equal(fetch("own/tiny", ""), 0);
	}
}

/* Killed between the last byte and the name. */
static void a_whole_part_is_kept(void **state)
{
	char *folder = path_join(place, "models/tiny"), *part = path_join(folder, "model.safetensors.part");
	struct error err;
	FILE *out;

	(void)state;
	remove_models();
	assert_int_equal(directory_make(folder, &err), 0);
	out = fopen(part, "w");
	assert_int_equal(fwrite(server.weights, 1, WEIGHTS, out), WEIGHTS);
	fclose(out);
	assert_int_equal(fetch("own/tiny", ""), 0);
	assert_true(is_there("models/tiny/model.safetensors"));
	assert_false(is_there("models/tiny/model.safetensors.part"));
	/* Of another length, it is not of this file. */
	remove_models();
	assert_int_equal(directory_make(folder, &err), 0);
	out = fopen(part, "w");
	assert_int_equal(fwrite(server.weights, 1, WEIGHTS, out), WEIGHTS);
	fputs("more", out);
	fclose(out);
	assert_int_equal(fetch("own/tiny", ""), 0);
	free(folder);
	free(part);
}

static void assert_weights(void)
{
	char *path = path_join(place, "models/tiny/model.safetensors"), found[65], expected[65];
	struct error err;
	uint64_t bytes;

	assert_int_equal(sha256_file(found, &bytes, path, &err), 0);
	sha256_bytes(expected, server.weights, WEIGHTS);
	assert_string_equal(found, expected);
	assert_false(is_there("models/tiny/model.safetensors.part.from"));
	assert_false(is_there("models/tiny/model.safetensors.part.head"));
	free(path);
}

/* What is there already is gone on with if it is of this file as it is now. */
static void parts_are_of_one_file(void **state)
{
	char *folder = path_join(place, "models/tiny"), *part = path_join(folder, "vocab.txt.part"), *text;
	struct error err;
	FILE *out;

	(void)state;
	for (int changed = 0; changed < 2; changed++) {
		remove_models();
		server.cut = 1;
		assert_int_equal(fetch("own/tiny", ""), 3);
		assert_true(is_there("models/tiny/model.safetensors.part"));
		if (changed) {
			server.weights[5] ^= 1;
			strcpy(server.tag, "b");
		}
		assert_int_equal(fetch("own/tiny", ""), 0);
		assert_int_equal(server.went_on > 0, !changed);
		assert_weights();
	}
	remove_models();
	assert_int_equal(directory_make(folder, &err), 0);
	out = fopen(part, "w");
	fputs("XX", out);
	fclose(out);
	assert_int_equal(fetch("own/tiny", ""), 0);
	text = support_text(folder, "vocab.txt");
	assert_string_equal(text, "[PAD]\n");
	free(text);
	free(part);
	free(folder);
}

/* With the status of a file, and without one. */
static void a_page_is_no_file(void **state)
{
	(void)state;
	remove_models();
	server.page = "vocab.txt";
	assert_int_equal(fetch("own/tiny", ""), 3);
	assert_printed("vocab.txt: the server sent a page in HTML or XML, not the file itself");
	assert_false(is_there("models/tiny/vocab.txt"));
	assert_false(is_there("models/tiny/vocab.txt.part"));
	server.page = NULL;
	assert_int_equal(fetch("own/tiny", ""), 0);
	assert_true(is_there("models/tiny/vocab.txt"));
}

/* `revision` of a model; pins are of a revision. */
static void a_revision_is_of_one_model(void **state)
{
	static const char old[] =
		"# revision 30b0a37\n"
		"0000000000000000000000000000000000000000000000000000000000000000  models/tiny/vocab.txt\n";

	(void)state;
	remove_models();
	assert_int_equal(fetch("own/tiny", old), 0);
	assert_int_equal(fetch("own/tiny\nrevision = 30b0a37", ""), 1);
	assert_printed("models/tiny/config.json: fetched at revision main, but 30b0a37 is asked for; move it away");
	/* Moved away, it is fetched at the other revision. */
	remove_file("models/tiny/config.json");
	remove_file("models/tiny/vocab.txt");
	remove_file("models/tiny/model.safetensors");
	assert_int_equal(fetch("own/tiny\nrevision = 30b0a37", ""), 2);
	assert_printed("[model tiny]: own/tiny at revision 30b0a37 has no weights (404)");
	assert_true(is_there("models/tiny/config.json"));
	remove_models();
	assert_int_equal(fetch("own/tiny\nrevision = 30b0a37", old), 1);
	assert_non_null(strstr(server.asked, "/hub/own/tiny/resolve/30b0a37/config.json\n"));
	assert_null(strstr(server.asked, "/main/"));
	assert_printed("vocab.txt.part: SHA-256 is ");
	assert_printed(
		", expected 0000000000000000000000000000000000000000000000000000000000000000 of revision 30b0a37\n");
	assert_true(is_there("models/tiny/vocab.txt.wrong"));
	assert_false(is_there("models/tiny/vocab.txt"));
	remove_models();
}

/* A folder of the user's own is looked at, and nothing is asked for. */
static void an_own_folder_is_never_fetched(void **state)
{
	char *own = path_join(place, "own"), *source = text_format("own/tiny\n[model own]\npath = %s", own);
	struct error err;

	(void)state;
	remove_models();
	assert_int_equal(directory_make(own, &err), 0);
	assert_int_equal(fetch(source, ""), 2);
	assert_printed("[model own]: ");
	assert_printed("/own");
	assert_null(strstr(server.asked, "//"));
	free(own);
	free(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_download_goes_on),
		cmocka_unit_test(a_second_run_fetches_nothing),
		cmocka_unit_test(the_digest_seen_first_must_not_change),
		cmocka_unit_test(a_pinned_digest_is_checked),
		cmocka_unit_test(a_missing_file_is_told),
		cmocka_unit_test(a_busy_server_is_no_reason_to_go_on),
		cmocka_unit_test(a_whole_part_is_kept),
		cmocka_unit_test(parts_are_of_one_file),
		cmocka_unit_test(a_page_is_no_file),
		cmocka_unit_test(a_revision_is_of_one_model),
		cmocka_unit_test(an_own_folder_is_never_fetched),
	};

	return cmocka_run_group_tests_name("fetch", tests, set_up, tear_down);
}
