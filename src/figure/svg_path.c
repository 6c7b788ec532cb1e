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

/* Moves the pen by a line; level and upright ones need one number. */
static void line_add(struct pen *p, long x, long y)
{
	if (y == p->y) {
		command_add(p, 'h');
		number_add(p, x - p->x);
	} else if (x == p->x) {
		command_add(p, 'v');
		number_add(p, y - p->y);
	} else {
		command_add(p, 'l');
		number_add(p, x - p->x);
		number_add(p, y - p->y);
	}
	p->x = x;
	p->y = y;
}

/* A cubic from P0 with C1, C2 to P3. The outlines of TrueType are quadratic, and
 * cairo raises their degree: with the control point Q, C1 = P0 + 2/3 (Q − P0) and
 * C2 = P3 + 2/3 (Q − P3). Where both give the same Q, to what rounding leaves, it
 * is written as what it was. `at` holds C1, C2, P3 in points. */
static void curve_add(struct pen *p, const double at[6])
{
	double from[2] = { (double)p->x, (double)p->y }, control[2], apart = 0;
	long end[2] = { lround(100 * at[4]), lround(100 * at[5]) };

	for (int k = 0; k < 2; k++) {
		double first = (300 * at[k] - from[k]) / 2, last = (300 * at[2 + k] - 100 * at[4 + k]) / 2;

		control[k] = (first + last) / 2;
		apart = fmax(apart, fabs(first - last));
	}
	if (apart <= 3) {
		command_add(p, 'q');
		number_add(p, lround(control[0]) - p->x);
		number_add(p, lround(control[1]) - p->y);
	} else {
		command_add(p, 'c');
		for (int k = 0; k < 4; k++)
			number_add(p, lround(100 * at[k]) - (k % 2 == 0 ? p->x : p->y));
	}
	number_add(p, end[0] - p->x);
	number_add(p, end[1] - p->y);
	p->x = end[0];
	p->y = end[1];
}

static void move_add(struct pen *p, long x, long y)
{
	command_add(p, 'm');
	number_add(p, x - p->x);
	number_add(p, y - p->y);
	p->x = p->start_x = x;
	p->y = p->start_y = y;
}

static const char *numbers_read(double *out, int count, const char *at)
{
	for (int i = 0; i < count; i++) {
		char *after;

		out[i] = strtod(at, &after);
		at = after;
	}
	return at;
}

void svg_path(struct bytes *out, const char *at, const char *end)
{
	struct pen p = { .out = out };
	double v[6];

	while (at < end) {
		char command = *at++;

		if (command == 'Z') {
			bytes_text(out, "z");
			p.command = 'z';
			p.x = p.start_x;
			p.y = p.start_y;
		} else if (command == 'M') {
			/* Cairo ends with a move after which nothing is drawn. */
			if (at + strspn(at, "0123456789.- ") >= end)
				return;
			at = numbers_read(v, 2, at);
			move_add(&p, lround(100 * v[0]), lround(100 * v[1]));
		} else if (command == 'L') {
			at = numbers_read(v, 2, at);
			line_add(&p, lround(100 * v[0]), lround(100 * v[1]));
		} else if (command == 'C') {
			at = numbers_read(v, 6, at);
			curve_add(&p, v);
		}
	}
}
