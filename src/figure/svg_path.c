#include "figure/svg.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A path as it is written: places in hundredths of a point, so that steps from
 * one to the next add up exactly. */
struct pen {
	struct bytes *out;
	long x, y;             /* where the pen is */
	long start_x, start_y; /* of the subpath */
	char command;          /* last one written; it need not be repeated */
	bool pointed;          /* the last number had a point, so that another may follow at once */
	bool fresh;            /* nothing but a command stands before the next number */
};

/* The shortest text of n/100; a space before it only where it would run into
 * the number before. */
static void number_add(struct pen *p, long n)
{
	char text[32];
	int length;

	length = snprintf(text, sizeof text, "%s%ld.%02ld", n < 0 ? "-" : "", labs(n) / 100, labs(n) % 100);
	while (text[length - 1] == '0')
		length--;
	if (text[length - 1] == '.')
		length--;
	text[length] = '\0';
	if (labs(n) < 100 && n != 0) /* "-0.5": "-.5" */
		memmove(text + (n < 0), text + (n < 0) + 1, strlen(text + (n < 0)));
	if (!p->fresh && text[0] != '-' && !(text[0] == '.' && p->pointed))
		bytes_text(p->out, " ");
	bytes_text(p->out, text);
	p->pointed = strchr(text, '.') != NULL;
	p->fresh = false;
}

static void command_add(struct pen *p, char command)
{
	/* After "m", pairs without a command are lines. */
	if (command != p->command && !(command == 'l' && p->command == 'm')) {
		bytes_add(p->out, &command, 1);
		p->fresh = true;
	}
	p->command = command;
}

/* Pairs of one command, relative to where the pen was before it. */
static const char *pairs_add(struct pen *p, const char *at, const char *end, char command, int pairs)
{
	long x = p->x, y = p->y;

	command_add(p, command);
	for (int i = 0; i < pairs && at < end; i++) {
		char *after;

		x = lround(100 * strtod(at, &after));
		y = lround(100 * strtod(after, &after));
		number_add(p, x - p->x);
		number_add(p, y - p->y);
		at = after;
	}
	p->x = x;
	p->y = y;
	return at;
}

void svg_path(struct bytes *out, const char *at, const char *end)
{
	struct pen p = { .out = out };

	while (at < end) {
		if (*at == 'Z') {
			bytes_text(out, "z");
			p.command = 'z';
			p.x = p.start_x;
			p.y = p.start_y;
			at++;
		} else if (*at == 'M') {
			/* Cairo ends with a move after which nothing is drawn. */
			if (at + 1 + strspn(at + 1, "0123456789.- ") >= end)
				return;
			at = pairs_add(&p, at + 1, end, 'm', 1);
			p.start_x = p.x;
			p.start_y = p.y;
		} else if (*at == 'L' || *at == 'C') {
			at = pairs_add(&p, at + 1, end, *at == 'L' ? 'l' : 'c', *at == 'L' ? 1 : 3);
		} else {
			at++;
		}
	}
}
