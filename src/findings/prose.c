#include "findings/prose.h"

#include "base/array.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void prose_add_n(struct prose *p, const char *text, size_t length)
{
	if (p->broken)
		return;
	if (array_reserve(&p->text, &p->capacity, p->length + length + 1, 1) < 0) {
		p->broken = true;
		return;
	}
	memcpy(p->text + p->length, text, length);
	p->length += length;
	p->text[p->length] = '\0';
}

void prose_add(struct prose *p, const char *text)
{
	prose_add_n(p, text, strlen(text));
}

static void prose_arguments(struct prose *p, const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0) {
		p->broken = true;
		return;
	}
	prose_add(p, text);
	free(text);
}

void prose_format(struct prose *p, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	prose_arguments(p, format, arguments);
	va_end(arguments);
}

void prose_item(struct prose *p, const char *separator, const char *format, ...)
{
	va_list arguments;

	if (p->length > 0)
		prose_add(p, separator);
	va_start(arguments, format);
	prose_arguments(p, format, arguments);
	va_end(arguments);
}

const char *prose_text(const struct prose *p)
{
	return p->text == NULL ? "" : p->text;
}

const char *prose_noun(size_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}

int prose_take(char **out, struct prose *p, struct error *err)
{
	prose_add(p, "");
	if (p->broken) {
		prose_release(p);
		return error_memory(err, "text of the report");
	}
	*out = p->text;
	*p = (struct prose){ 0 };
	return 0;
}

void prose_release(struct prose *p)
{
	free(p->text);
	*p = (struct prose){ 0 };
}

/* A value that rounds to zero has no sign. */
static struct shown show_with(double value, int digits, const char *plus)
{
	struct shown s;
	char digits_text[40];

	if (isnan(value)) {
		snprintf(s.text, sizeof s.text, "–");
		return s;
	}
	snprintf(digits_text, sizeof digits_text, "%.*f", digits, fabs(value));
	if (strtod(digits_text, NULL) == 0)
		plus = "";
	else if (value < 0)
		plus = "−";
	snprintf(s.text, sizeof s.text, "%s%s", plus, digits_text);
	return s;
}

struct shown show(double value, int digits)
{
	return show_with(value, digits, "");
}

struct shown show_signed(double value, int digits)
{
	return show_with(value, digits, "+");
}

struct shown show_p(double p)
{
	struct shown s;

	if (p >= 0.001 || isnan(p))
		return show(p, 3);
	snprintf(s.text, sizeof s.text, "< 0.001");
	return s;
}
