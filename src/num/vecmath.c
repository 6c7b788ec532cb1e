#include "num/vecmath.h"

#include "num/kernels.h"
#include "num/vecmath_table.h"

static const struct vector_table *table(void)
{
	static const struct vector_table *const tables[] = {
		[KERNELS_PLAIN] = &vector_plain, [KERNELS_AVX2] = &vector_avx2, [KERNELS_AVX512] = &vector_avx512
	};

	return tables[kernels_in_use()];
}

void vector_exp(float *out, const float *x, size_t n)
{
	table()->exp(out, x, n);
}

void vector_log(float *out, const float *x, size_t n)
{
	table()->log(out, x, n);
}

void rows_activate(struct matrix out, struct matrix pre, const float *bias, enum vector_activation f)
{
	table()->activate(out, pre, bias, f);
}

void rows_activate_backward(struct matrix pre, struct matrix grad, float *bias_grad, enum vector_activation f)
{
	table()->activate_backward(pre, grad, bias_grad, f);
}

void rows_gate(struct matrix out, struct matrix pre, const float *bias, enum vector_activation f)
{
	table()->gate(out, pre, bias, f);
}

void rows_gate_backward(struct matrix pre, struct matrix grad, float *bias_grad, enum vector_activation f)
{
	table()->gate_backward(pre, grad, bias_grad, f);
}

void rows_bias(struct matrix x, const float *bias)
{
	table()->bias(x, bias);
}

void rows_sum(float *sum, struct matrix x)
{
	table()->sum(sum, x);
}

void rows_add(struct matrix y, struct matrix x)
{
	table()->add(y, x);
}

void rows_softmax(struct matrix x, float scale)
{
	table()->softmax(x, scale);
}

void rows_softmax_backward(struct matrix grad, struct matrix p, float scale)
{
	table()->softmax_backward(grad, p, scale);
}

void rows_dropout(struct matrix out, struct matrix x, struct dropout d)
{
	table()->dropout(out, x, d);
}

void rows_norm(struct matrix out, struct matrix y, float *inverse, const float *bias, struct dropout d,
	       struct matrix residual, struct norm norm)
{
	table()->norm(out, y, inverse, bias, d, residual, norm);
}

void rows_norm_backward(struct matrix xhat, const float *inverse, struct matrix dout, const float *gamma,
			float *gamma_grad, float *beta_grad)
{
	table()->norm_backward(xhat, inverse, dout, gamma, gamma_grad, beta_grad);
}

double vector_squares(const float *x, size_t n)
{
	return table()->squares(x, n);
}

void vector_adamw(float *p, float *m, float *v, const float *g, size_t n, const struct adamw *a)
{
	table()->adamw(p, m, v, g, n, a);
}
