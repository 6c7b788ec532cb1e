/* Functions of vectors and fused passes over rows, float32.
 *
 * Own code, so that neither the C library's version nor the compiler's choice
 * of vectors changes a result. Largest errors, found by tests over dense grids
 * against double precision:
 *   exp    3e-7 relative on [−87, 88]; 0 below −87.33, exp(88) above 88
 *   log    2e-7 relative, or 1e-7 absolute near 1; for finite x ≥ 2⁻¹²⁶
 *   erf    5e-7 absolute
 *   tanh   3e-7 absolute
 * One version is for AVX-512 and one for AVX2 and FMA, which give the same bytes; one
 * for any processor, which rounds otherwise (num/kernels.h). */
#ifndef NUM_VECMATH_H
#define NUM_VECMATH_H

#include "num/matrix.h"

#include <stddef.h>
#include <stdint.h>

void vector_exp(float *out, const float *x, size_t n);
void vector_log(float *out, const float *x, size_t n);

/* Activations of the feed-forward part:
 *   GELU      x Φ(x), Φ the normal distribution (Hendrycks and Gimpel 2016)
 *   GELU_TANH x (1 + tanh(√(2/π)(x + 0.044715 x³)))/2
 *   RELU      max(x, 0) */
enum vector_activation { VECTOR_GELU, VECTOR_GELU_TANH, VECTOR_RELU };

/* In what follows a bias, and its gradient, may be NULL: there is none. */

/* pre += bias; out = f(pre). All (rows, n). */
void rows_activate(struct matrix out, struct matrix pre, const float *bias, enum vector_activation f);
/* pre := grad ∘ f'(pre); bias_grad (n) += column sums of it. */
void rows_activate_backward(struct matrix pre, struct matrix grad, float *bias_grad, enum vector_activation f);

/* The same, gated (Shazeer 2020), with a and b the halves of pre (rows, 2n):
 * pre += bias; out = f(a) ∘ b. */
void rows_gate(struct matrix out, struct matrix pre, const float *bias, enum vector_activation f);
/* a := grad ∘ b ∘ f'(a), b := grad ∘ f(a); bias_grad (2n) += column sums of them. */
void rows_gate_backward(struct matrix pre, struct matrix grad, float *bias_grad, enum vector_activation f);

/* x += bias in every row. */
void rows_bias(struct matrix x, const float *bias);
/* sum (n) += column sums of x. */
void rows_sum(float *sum, struct matrix x);
/* y += x. */
void rows_add(struct matrix y, struct matrix x);

/* x := softmax(scale · x) in every row. */
void rows_softmax(struct matrix x, float scale);
/* The gradient through it: grad := scale · p ∘ (grad − Σ grad ∘ p). */
void rows_softmax_backward(struct matrix grad, struct matrix p, float scale);

/* Dropout: a byte for each element, 1 to keep, 0 to drop; kept elements are
 * multiplied by `scale` = 1/(1 − p). A NULL mask keeps all as they are. */
struct dropout {
	const uint8_t *mask; /* (rows, n) */
	float scale;
};

/* out = x ∘ mask · scale; out may be x. */
void rows_dropout(struct matrix out, struct matrix x, struct dropout d);

/* The bytes of a mask: element e of site `site` of sentence `sentence` at update
 * `update` is word e mod 4 of the Philox block with the counter
 * (update, site, sentence, e/4), and is dropped if that is below p · 2³². */
void dropout_mask(uint8_t *mask, size_t n, double p, uint64_t seed, uint32_t update, uint32_t site,
		  uint32_t sentence);

/* Layer norm (Ba et al. 2016), biased variance, eps inside the root.
 *   s = (y + bias) dropped + residual,  x̂ = (s − mean)/√(var + eps),
 *   out = x̂ ∘ gamma + beta.
 * y is overwritten with x̂; bias, and a residual with data NULL, may be absent.
 * inverse (rows) = 1/√(var + eps). */
struct norm {
	const float *gamma, *beta; /* (n); beta may be NULL */
	float eps;
};
void rows_norm(struct matrix out, struct matrix y, float *inverse, const float *bias, struct dropout d,
	       struct matrix residual, struct norm norm);
/* xhat := ds, given dout; gamma_grad and beta_grad (n; NULL where there is no beta) are
 * added to.
 *   ds = inverse · (d − mean(d) − x̂ mean(d ∘ x̂)),  d = dout ∘ gamma. */
void rows_norm_backward(struct matrix xhat, const float *inverse, struct matrix dout, const float *gamma,
			float *gamma_grad, float *beta_grad);

/* Σ x², in double, in a fixed order. */
double vector_squares(const float *x, size_t n);

/* One AdamW update with t = 1, 2, … (Loshchilov and Hutter 2019; eps before the
 * bias correction, as in transformers 4.2):
 *   g' = scale·g,  m = β1 m + (1 − β1) g',  v = β2 v + (1 − β2) g'²,
 *   p −= step · m/(√v + eps),  then p −= decay · p. */
struct adamw {
	float scale;                      /* of the gradient, from clipping */
	float beta1, beta2, rest1, rest2; /* rest = 1 − β, rounded once: 1 − 0.999f is off by 1e-5 */
	float eps;
	float step;  /* lr · √(1 − β2^t)/(1 − β1^t) */
	float decay; /* lr · weight decay */
};
void vector_adamw(float *p, float *m, float *v, const float *g, size_t n, const struct adamw *a);

#endif
