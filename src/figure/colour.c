#include "figure/colour.h"

#include <math.h>
#include <stddef.h>

static struct colour hex(unsigned rgb)
{
	return (struct colour){ ((rgb >> 16) & 255) / 255.0, ((rgb >> 8) & 255) / 255.0, (rgb & 255) / 255.0, 1,
				ROLE_NONE };
}

unsigned colour_packed(struct colour c)
{
	return (unsigned)lround(c.r * 255) << 16 | (unsigned)lround(c.g * 255) << 8 | (unsigned)lround(c.b * 255);
}

static const struct {
	const char *name;
	unsigned light, dark;
} roles[ROLE_COUNT] = {
	[ROLE_INK] = { "ink", 0x1c1c1e, 0xececee },          [ROLE_SOFT] = { "soft", 0x56565b, 0xb2b2b8 },
	[ROLE_AXIS] = { "axis", 0x7d7d83, 0x8b8b92 },        [ROLE_GRID] = { "grid", 0xe3e3e6, 0x36363b },
	[ROLE_BACK] = { "back", 0xc3c3c8, 0x5a5a61 },        [ROLE_PAPER] = { "paper", 0xffffff, 0x16161a },
	[ROLE_FIRST + 0] = { "1", 0x142f6b, 0xbbceff },      [ROLE_FIRST + 1] = { "2", 0xd36420, 0xe07730 },
	[ROLE_FIRST + 2] = { "3", 0x00675a, 0x3db3a2 },      [ROLE_FIRST + 3] = { "4", 0x901a54, 0xf6a9cf },
	[ROLE_FIRST + 4] = { "5", 0x3a7ab8, 0x5785d1 },      [ROLE_FIRST + 5] = { "6", 0x593914, 0xecdfb7 },
	[ROLE_FIRST + 6] = { "7", 0xb68c05, 0xcfae31 },      [ROLE_FIRST + 7] = { "8", 0x7158bc, 0x8767bc },
	[ROLE_NAMES + 0] = { "name-1", 0x142f6b, 0xbbceff }, [ROLE_NAMES + 1] = { "name-2", 0xb4500f, 0xe07730 },
	[ROLE_NAMES + 2] = { "name-3", 0x00675a, 0x3db3a2 }, [ROLE_NAMES + 3] = { "name-4", 0x901a54, 0xf6a9cf },
	[ROLE_NAMES + 4] = { "name-5", 0x336fa9, 0x6b95dc }, [ROLE_NAMES + 5] = { "name-6", 0x593914, 0xecdfb7 },
	[ROLE_NAMES + 6] = { "name-7", 0x8a6a00, 0xcfae31 }, [ROLE_NAMES + 7] = { "name-8", 0x7158bc, 0xa184d6 },
};

const char *role_name(enum role r)
{
	return roles[r].name;
}

struct colour role_colour(enum role r)
{
	struct colour c = hex(roles[r].light);

	c.role = r;
	return c;
}

struct colour role_colour_dark(enum role r)
{
	struct colour c = hex(roles[r].dark);

	c.role = r;
	return c;
}

struct colour palette_colour(int series)
{
	return role_colour(series < 0 ? ROLE_BACK : (enum role)(ROLE_FIRST + series % PALETTE_COUNT));
}

struct colour name_colour(int series)
{
	return role_colour(series < 0 ? ROLE_SOFT : (enum role)(ROLE_NAMES + series % PALETTE_COUNT));
}

struct colour colour_alpha(struct colour c, double a)
{
	c.a = a;
	return c;
}

/* Equally spaced points of viridis (S. van der Walt and N. Smith 2015; the
 * colours are in the public domain, CC0). Straight lines in sRGB between nine
 * of them stay within 2 % of the map. */
static const unsigned viridis[MAP_POINTS] = {
	0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725,
};

/* Brown to blue, in equal steps of lightness on either side of the middle. */
static const unsigned diverging[MAP_POINTS] = {
	0x6e3208, 0xa9561b, 0xd88b48, 0xf0c394, 0xf6f4f1, 0xa9cfe3, 0x5ba3cc, 0x2b75ad, 0x0b4578,
};

static struct colour interpolate(const unsigned points[MAP_POINTS], double t)
{
	double at = fmin(fmax(t, 0), 1) * (MAP_POINTS - 1);
	size_t i = at >= MAP_POINTS - 1 ? MAP_POINTS - 2 : (size_t)at;
	double f = at - (double)i;
	struct colour a = hex(points[i]), b = hex(points[i + 1]);

	return (struct colour){ a.r + f * (b.r - a.r), a.g + f * (b.g - a.g), a.b + f * (b.b - a.b), 1, ROLE_NONE };
}

struct colour colour_magnitude(double t)
{
	return interpolate(viridis, t);
}

struct colour colour_difference(double t)
{
	return interpolate(diverging, (t + 1) / 2);
}

static double linear(double s)
{
	return s <= 0.04045 ? s / 12.92 : pow((s + 0.055) / 1.055, 2.4);
}

/* Relative luminance Y (IEC 61966-2-1), then L* = 116 Y^(1/3) − 16 (CIE 1976). */
double colour_lightness(struct colour c)
{
	double y = 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);

	return y <= 216.0 / 24389 ? y * 24389 / 27 : 116 * cbrt(y) - 16;
}

/* Of black and near-white the one with the greater contrast, which is at least
 * 4.5 (WCAG 2) on every colour: the two are equal at Y = 0.178, L* = 49.2. Not
 * the ink's and the paper's own values, since these follow the scheme. */
struct colour colour_on(struct colour background)
{
	return colour_lightness(background) > 49.2 ? hex(0x000000) : hex(0xfefefe);
}
