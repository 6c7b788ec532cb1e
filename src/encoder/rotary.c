#include "encoder/rotary.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>

/* base^(−2j/d) as transformers has it, in single precision: far into a long sentence its
 * rounding is seen in the angle. */
static float frequency(double base, size_t j, size_t d)
{
	return 1.0f / powf((float)base, (float)(2 * j) / (float)d);
}

int rotary_reserve(struct rotary *r, const struct encoder_shape *shape, size_t longest, struct error *err)
{
	const size_t d = shape->hidden / shape->heads, half = d / 2;

	if (shape->rotary[0] == 0 || longest <= r->longest)
		return 0;
	rotary_release(r);
	r->turns = array_new(2 * longest, d, sizeof *r->turns);
	if (r->turns == NULL)
		return error_memory(err, "angles of the positions");
	r->longest = longest;
	for (size_t base = 0; base < 2; base++)
		for (size_t i = 0; i < longest; i++) {
			float *turn = r->turns + (base * longest + i) * d;

			for (size_t j = 0; j < half; j++) {
				const float angle = (float)i * frequency(shape->rotary[base], j, d);

				turn[j] = (float)cos((double)angle);
				turn[half + j] = (float)sin((double)angle);
			}
		}
	return 0;
}

void rotary_release(struct rotary *r)
{
	free(r->turns);
	*r = (struct rotary){ 0 };
}

static void turn_head(float *x, const float *turn, size_t half, float sign)
{
	for (size_t j = 0; j < half; j++) {
		const float a = x[j], b = x[half + j], sine = sign * turn[half + j];

		x[j] = a * turn[j] - b * sine;
		x[half + j] = b * turn[j] + a * sine;
	}
}

void rotary_turn(const struct rotary *r, const struct encoder_shape *shape, size_t layer, struct matrix qkv,
		 bool back)
{
	const size_t d = shape->hidden / shape->heads;
	const size_t first = shape_is_local(shape, layer) ? r->longest : 0;

	for (size_t i = 0; i < qkv.rows; i++)
		for (size_t head = 0; head < 2 * shape->heads; head++) /* queries', then keys' */
			turn_head(matrix_row(qkv, i) + head * d, r->turns + (first + i) * d, d / 2,
				  back ? -1.0f : 1.0f);
}
