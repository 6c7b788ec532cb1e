#include "figure/scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void range_add(struct range *r, double value)
{
	if (!isfinite(value))
		return;
	if (r->count == 0 || value < r->low)
		r->low = value;
	if (r->count == 0 || value > r->high)
		r->high = value;
	if (value != 0 && (r->smallest == 0 || fabs(value) < r->smallest))
		r->smallest = fabs(value);
	r->logs += value == 0 ? 0 : log(fabs(value));
	r->nonzero += value != 0;
	r->count++;
}

void range_add_all(struct range *r, const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		range_add(r, values[i]);
}

static double largest(const struct range *r)
{
	return fmax(fabs(r->low), fabs(r->high));
}

/* Geometric mean of the magnitudes. */
static double typical(const struct range *r)
{
	return r->nonzero == 0 ? 0 : exp(r->logs / (double)r->nonzero);
}

enum scale_kind range_kind(const struct range *r)
{
	if (r->nonzero == 0 || largest(r) / typical(r) <= 100)
		return SCALE_LINEAR;
	return r->low > 0 ? SCALE_LOG : SCALE_SYMLOG;
}

/* The value through the scale's function. */
static double forward(const struct scale *s, double v)
{
	if (s->kind == SCALE_LOG)
		return v > 0 ? log10(v) : NAN;
	return s->kind == SCALE_SYMLOG ? asinh(v / s->threshold) : v;
}

static double backward(const struct scale *s, double u)
{
	if (s->kind == SCALE_LOG)
		return pow(10, u);
	return s->kind == SCALE_SYMLOG ? s->threshold * sinh(u) : u;
}

struct scale scale_of(const struct range *r, enum scale_kind kind, double margin, double from, double to)
{
	struct scale s = { .kind = kind, .low = r->low, .high = r->high, .from = from, .to = to };
	double a, b;

	if (r->count == 0 || (kind == SCALE_LOG && r->low <= 0))
		s.kind = SCALE_LINEAR;
	if (r->count == 0)
		s.high = 1;
	/* Seven decades on either side of zero are as many as can be told apart,
	 * and a few values next to zero must not claim most of them. */
	s.threshold = fmax(fmax(r->smallest, typical(r) * 1e-3), largest(r) * 1e-7);
	a = forward(&s, s.low);
	b = forward(&s, s.high);
	if (b - a <= fmax(fabs(a), fabs(b)) * 1e-9) {
		double half = s.kind == SCALE_LOG ? 0.5 : a == 0 ? 0.5 : fabs(a) * 0.1;

		a -= half;
		b += half;
		margin = 0;
	}
	s.low = backward(&s, a - margin * (b - a));
	s.high = backward(&s, b + margin * (b - a));
	if (!isfinite(s.low) || !isfinite(s.high)) {
		s.low = r->low;
		s.high = r->high;
	}
	return s;
}

double scale_fraction(const struct scale *s, double value)
{
	double a = forward(s, s->low), b = forward(s, s->high), half;

	if (isfinite(b - a))
		return (forward(s, value) - a) / (b - a);
	half = b / 2 - a / 2; /* a range longer than the largest number */
	return (forward(s, value) / 2 - a / 2) / half;
}

double scale_at(const struct scale *s, double value)
{
	return isfinite(value) ? s->from + scale_fraction(s, value) * (s->to - s->from) : NAN;
}

static const char *const superscripts[] = { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" };

/* "10⁻³", with a factor before it where it is not 1. */
static void power_format(char out[32], const char *factor, int exponent)
{
	char digits[16];

	snprintf(out, 32, "%s%s10%s", factor, *factor == '\0' || strcmp(factor, "−") == 0 ? "" : "×",
		 exponent < 0 ? "⁻" : "");
	snprintf(digits, sizeof digits, "%d", exponent < 0 ? -exponent : exponent);
	for (const char *d = digits; *d != '\0'; d++)
		strncat(out, superscripts[*d - '0'], 31 - strlen(out));
}

/* A number with fixed decimals, a proper minus sign and thousands separated
 * from 10,000 on. */
static void fixed_format(char out[32], double value, int decimals)
{
	char plain[32];
	size_t whole, at = 0, start;

	snprintf(plain, sizeof plain, "%.*f", decimals, fabs(value));
	whole = strcspn(plain, ".");
	out[0] = '\0';
	if (value < 0 && strpbrk(plain, "123456789") != NULL)
		snprintf(out, 32, "−");
	start = strlen(out);
	for (size_t i = 0; plain[i] != '\0' && start + at < 30; i++) {
		if (whole > 4 && i > 0 && i < whole && (whole - i) % 3 == 0)
			out[start + at++] = ',';
		out[start + at++] = plain[i];
	}
	out[start + at] = '\0';
}

void value_format(char out[32], double value)
{
	double size = fabs(value);
	int exponent, decimals;

	if (isnan(value)) {
		snprintf(out, 32, "missing");
		return;
	}
	if (isinf(value)) {
		snprintf(out, 32, "%s", value < 0 ? "−∞" : "∞");
		return;
	}
	if (size == 0) {
		snprintf(out, 32, "0");
		return;
	}
	exponent = (int)floor(log10(size) + 1e-12);
	if (exponent < -4 || exponent >= 7) {
		char factor[32];

		fixed_format(factor, value / pow(10, exponent), 2);
		power_format(out, factor, exponent);
		return;
	}
	decimals = exponent >= 2 ? 0 : 2 - exponent;
	fixed_format(out, value, decimals);
}

/* The smallest of 1, 2 and 5 × 10^k that cuts the length into at most `want`
 * parts. */
static double round_step(double length, size_t want)
{
	double raw = length / (double)(want == 0 ? 1 : want);
	double power = pow(10, floor(log10(raw)));
	double f = raw / power;

	return power * (f <= 1.0000001 ? 1 : f <= 2.0000001 ? 2 : f <= 5.0000001 ? 5 : 10);
}

static void linear_text(struct tick *t, double step, double reach)
{
	int digits = (int)ceil(-log10(step) - 1e-9);
	int power = (int)floor(log10(reach) + 1e-9);

	if (fabs(t->value) < step * 1e-6) {
		t->value = 0;
		snprintf(t->text, sizeof t->text, "0");
	} else if (power >= 6 || power < -3) {
		char factor[32];
		int decimals = digits + power;

		fixed_format(factor, t->value / pow(10, power), decimals < 0 ? 0 : decimals > 9 ? 9 : decimals);
		power_format(t->text, factor, power);
	} else {
		fixed_format(t->text, t->value, digits < 0 ? 0 : digits);
	}
}

static size_t linear_ticks(struct tick *out, const struct scale *s, size_t want)
{
	double step = round_step(s->high - s->low, want);
	double reach = fmax(fabs(s->low), fabs(s->high));
	size_t count = 0;

	if (!isfinite(step) || !(step > 0))
		return 0;
	for (double k = ceil(s->low / step - 1e-9); k <= floor(s->high / step + 1e-9) && count < TICKS_MAX; k++) {
		out[count].value = k * step;
		linear_text(&out[count], step, reach);
		count++;
	}
	return count;
}

static void decade_text(struct tick *t)
{
	int exponent = (int)lround(log10(fabs(t->value)));

	if (exponent >= -3 && exponent <= 4)
		fixed_format(t->text, t->value, exponent < 0 ? -exponent : 0);
	else
		power_format(t->text, t->value < 0 ? "−" : "", exponent);
}

/* 1, 2 and 5 times powers of ten; plain steps where these are fewer than two. */
static size_t mantissa_ticks(struct tick *out, const struct scale *s, size_t want)
{
	size_t count = 0;

	for (double k = floor(log10(s->low)); k <= log10(s->high); k++)
		for (int m = 1; m <= 5 && count < TICKS_MAX; m += m == 1 ? 1 : 3) {
			double v = m * pow(10, k);

			if (v < s->low * (1 - 1e-9) || v > s->high * (1 + 1e-9))
				continue;
			out[count].value = v;
			if (k >= -4 && k < 7)
				fixed_format(out[count].text, v, k < 0 ? (int)-k : 0);
			else
				value_format(out[count].text, v);
			count++;
		}
	if (count > want + 2) {
		out[1] = out[count - 1];
		count = 2;
	}
	return count < 2 ? linear_ticks(out, s, want) : count;
}

static size_t log_ticks(struct tick *out, const struct scale *s, size_t want)
{
	double a = ceil(log10(s->low) - 1e-9), b = floor(log10(s->high) + 1e-9);
	double every = fmax(1, ceil((b - a + 1) / (double)want));
	size_t count = 0;

	/* Fewer than three whole decades give too few ticks, unless few are wanted. */
	if (b - a < 1 || (b - a < 2 && want > 2))
		return mantissa_ticks(out, s, want);
	for (double k = ceil(a / every) * every; k <= b && count < TICKS_MAX; k += every) {
		out[count].value = pow(10, k);
		decade_text(&out[count++]);
	}
	return count;
}

/* Zero, and decades on either side, as many as there is room for. */
static size_t symlog_ticks(struct tick *out, const struct scale *s, size_t want)
{
	double top = floor(log10(fmax(fabs(s->low), fabs(s->high))) + 1e-9);
	double bottom = ceil(log10(s->threshold) - 1e-9);
	bool both = s->low < 0 && s->high > 0;
	double side = fmax(1, (double)want / (both ? 2 : 1) - 0.5);
	double every = fmax(1, ceil((top - bottom + 1) / side));
	size_t count = 0;

	for (double k = top - floor((top - bottom) / every) * every; k <= top; k += every)
		for (int sign = -1; sign <= 1; sign += 2) {
			double v = sign * pow(10, k);

			if (v < s->low || v > s->high || count >= TICKS_MAX - 1)
				continue;
			out[count].value = v;
			decade_text(&out[count++]);
		}
	if (s->low <= 0 && s->high >= 0)
		out[count++] = (struct tick){ 0, "0" };
	return count;
}

size_t scale_ticks(struct tick *out, const struct scale *s, size_t want)
{
	if (want > TICKS_MAX - 2)
		want = TICKS_MAX - 2;
	if (want == 0)
		want = 1;
	if (s->kind == SCALE_LOG)
		return log_ticks(out, s, want);
	return s->kind == SCALE_SYMLOG ? symlog_ticks(out, s, want) : linear_ticks(out, s, want);
}

/* The largest of 1, 2 and 5 times a power of ten up to a positive number; its
 * power of ten is `step`. */
static double round_below(double *step, double reach)
{
	*step = pow(10, floor(log10(reach)));
	return (5 * *step <= reach ? 5 : 2 * *step <= reach ? 2 : 1) * *step;
}

size_t scale_even_ticks(struct tick out[2], const struct scale *s)
{
	double reach = fmin(-s->low, s->high), step, value;

	if (!(reach > 0) || s->kind != SCALE_LINEAR)
		return 0;
	value = round_below(&step, reach);
	if (!(step > 0) || value > reach)
		return 0;
	for (int i = 0; i < 2; i++) {
		out[i].value = i == 0 ? -value : value;
		linear_text(&out[i], step, reach);
	}
	return 2;
}

size_t scale_far_ticks(struct tick out[2], const struct scale *s)
{
	double reach = fabs(s->high) >= fabs(s->low) ? s->high : s->low, step, value;
	size_t count = 0;

	if (s->low <= 0 && s->high >= 0)
		out[count++] = (struct tick){ 0, "0" };
	if (reach == 0 || s->kind != SCALE_LINEAR)
		return count;
	value = round_below(&step, fabs(reach));
	if (!(step > 0))
		return count;
	out[count].value = reach < 0 ? -value : value;
	if (out[count].value < s->low || out[count].value > s->high)
		return count;
	linear_text(&out[count++], step, fabs(reach));
	return count;
}
