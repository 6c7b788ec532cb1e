/* A real browser, driven over its own protocol: Chromium without a window,
 * messages as JSON on two pipes, each ended by a zero byte. */
#ifndef TESTS_REPORT_BROWSER_H
#define TESTS_REPORT_BROWSER_H

#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>

struct browser {
	pid_t pid;
	int to, from;
	char *profile; /* directory */
	char *buffer;  /* what was read and not yet taken */
	size_t filled, capacity;
	long id;
	json_t *session; /* id of the page's session, or NULL */
	json_t *events;  /* array of what the browser told unasked */
};

/* The path of Chromium, in new memory; NULL where there is none. */
static inline char *browser_find(void)
{
	static const char *const places[] = { "/usr/bin/chromium", "/usr/bin/chromium-browser",
					      "/usr/bin/google-chrome" };

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		if (access(places[i], X_OK) == 0)
			return text_copy(places[i]);
	return NULL;
}

/* In the child: the protocol's pipes are file descriptors 3 and 4. */
static inline void browser_exec(const char *path, const char *profile, int in, int out)
{
	char *data = text_format("--user-data-dir=%s", profile);
	int nothing = open("/dev/null", O_RDWR), a = fcntl(in, F_DUPFD, 10), b = fcntl(out, F_DUPFD, 10);

	dup2(nothing, 0);
	dup2(nothing, 1);
	dup2(nothing, 2);
	dup2(a, 3);
	dup2(b, 4);
	execl(path, path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
	      "--no-first-run", "--disable-extensions", "--remote-debugging-pipe", data, "about:blank", (char *)NULL);
	_exit(127);
}

static inline void browser_open(struct browser *b, const char *path)
{
	int to[2], from[2];

	*b = (struct browser){ .profile = support_folder(), .events = json_array() };
	assert_int_equal(pipe2(to, O_CLOEXEC), 0);
	assert_int_equal(pipe2(from, O_CLOEXEC), 0);
	signal(SIGPIPE, SIG_IGN);
	b->pid = fork();
	assert_true(b->pid >= 0);
	if (b->pid == 0)
		browser_exec(path, b->profile, to[0], from[1]);
	close(to[0]);
	close(from[1]);
	b->to = to[1];
	b->from = from[0];
}

/* The next message. */
static inline json_t *browser_receive(struct browser *b)
{
	for (;;) {
		char *end = b->filled > 0 ? memchr(b->buffer, '\0', b->filled) : NULL;
		struct pollfd wait = { b->from, POLLIN, 0 };
		ssize_t n;

		if (end != NULL) {
			size_t length = (size_t)(end - b->buffer) + 1;
			json_t *message = json_loads(b->buffer, 0, NULL);

			memmove(b->buffer, b->buffer + length, b->filled - length);
			b->filled -= length;
			assert_non_null(message);
			return message;
		}
		assert_int_equal(array_reserve(&b->buffer, &b->capacity, b->filled + 65536, 1), 0);
		if (poll(&wait, 1, 60000) <= 0)
			fail_msg("the browser does not answer");
		n = read(b->from, b->buffer + b->filled, 65536);
		if (n <= 0)
			fail_msg("the browser has ended");
		b->filled += (size_t)n;
	}
}

/* Calls a method and returns its result, which the caller owns. Takes the
 * parameters over. */
static inline json_t *browser_call(struct browser *b, const char *method, json_t *parameters)
{
	json_t *request =
		json_pack("{s:I, s:s, s:o}", "id", (json_int_t)++b->id, "method", method, "params", parameters);
	char *text;
	size_t length, done = 0;

	assert_non_null(request);
	if (b->session != NULL)
		json_object_set(request, "sessionId", b->session);
	text = json_dumps(request, JSON_COMPACT);
	length = strlen(text) + 1;
	while (done < length) {
		ssize_t n = write(b->to, text + done, length - done);

		assert_true(n > 0);
		done += (size_t)n;
	}
	free(text);
	json_decref(request);
	for (;;) {
		json_t *message = browser_receive(b), *id = json_object_get(message, "id"), *result;

		if (id == NULL) {
			json_array_append_new(b->events, message);
			continue;
		}
		if (json_object_get(message, "error") != NULL) {
			text = json_dumps(message, 0);
			fail_msg("%s: %s", method, text);
		}
		result = json_incref(json_object_get(message, "result"));
		json_decref(message);
		return result;
	}
}

static inline void browser_do(struct browser *b, const char *method, json_t *parameters)
{
	json_decref(browser_call(b, method, parameters));
}

/* Waits for an event. */
static inline void browser_wait(struct browser *b, const char *event)
{
	size_t i;
	json_t *message;

	json_array_foreach(b->events, i, message) if (strcmp(json_string_value(json_object_get(message, "method")),
							     event) == 0) return;
	for (bool found = false; !found;) {
		message = browser_receive(b);
		found = json_object_get(message, "method") != NULL &&
			strcmp(json_string_value(json_object_get(message, "method")), event) == 0;
		json_array_append_new(b->events, message);
	}
}

/* Opens a page and waits until it has loaded. */
static inline void browser_visit(struct browser *b, const char *address)
{
	json_t *target, *session;

	json_decref(b->session);
	b->session = NULL;
	target = browser_call(b, "Target.createTarget", json_pack("{s:s}", "url", "about:blank"));
	session =
		browser_call(b, "Target.attachToTarget",
			     json_pack("{s:O, s:b}", "targetId", json_object_get(target, "targetId"), "flatten", 1));

	b->session = json_incref(json_object_get(session, "sessionId"));
	json_decref(session);
	json_decref(target);
	browser_do(b, "Page.enable", json_object());
	browser_do(b, "Runtime.enable", json_object());
	browser_do(b, "Log.enable", json_object());
	browser_do(b, "Network.enable", json_object());
	json_array_clear(b->events);
	browser_do(b, "Page.navigate", json_pack("{s:s}", "url", address));
	browser_wait(b, "Page.loadEventFired");
}

/* The value of an expression as JSON text, in new memory. */
static inline char *browser_evaluate(struct browser *b, const char *expression)
{
	char *whole = text_format("JSON.stringify(%s)", expression);
	json_t *result = browser_call(b, "Runtime.evaluate", json_pack("{s:s}", "expression", whole));
	const char *text = json_string_value(json_object_get(json_object_get(result, "result"), "value"));
	char *copy;

	if (json_object_get(result, "exceptionDetails") != NULL)
		fail_msg("%s: %s", expression, json_dumps(result, 0));
	copy = text_copy(text == NULL ? "undefined" : text);
	free(whole);
	json_decref(result);
	return copy;
}

static inline void browser_expect(struct browser *b, const char *expression, const char *value)
{
	char *text = browser_evaluate(b, expression);

	if (strcmp(text, value) != 0)
		fail_msg("%s is %s, expected %s", expression, text, value);
	free(text);
}

/* Fails with the first event that tells of an error. */
static inline void browser_expect_quiet(struct browser *b)
{
	static const char *const errors[] = { "Runtime.exceptionThrown", "Log.entryAdded", "Network.loadingFailed",
					      "Runtime.consoleAPICalled" };
	size_t i;
	json_t *message;

	json_array_foreach(b->events, i,
			   message) for (size_t k = 0; k < sizeof errors / sizeof errors[0];
					 k++) if (strcmp(json_string_value(json_object_get(message, "method")),
							 errors[k]) == 0) fail_msg("%s", json_dumps(message, 0));
}

static inline void browser_close(struct browser *b)
{
	json_decref(b->session);
	b->session = NULL;
	browser_do(b, "Browser.close", json_object());
	close(b->to);
	waitpid(b->pid, NULL, 0);
	close(b->from);
	json_decref(b->events);
	free(b->buffer);
	support_remove(b->profile);
}

#endif
