"""Cases of `scipy.stats`: densities, distribution functions, quantiles."""

from __future__ import annotations

from array_case import Table, table

# what is positive is in the support of all; probabilities are between 0 and 1
DISTRIBUTIONS: Table = table(
    """
norm: x[2,3] m[3] s+
    stats.norm.logpdf(x)
    stats.norm.logpdf(x, m)
    stats.norm.logpdf(x, m, s)
    stats.norm.logpdf(x, loc=m, scale=2.0)
    stats.norm.logpdf(x, scale=s)
    np.sum(stats.norm.logpdf(x, m, s))
    stats.norm.pdf(x, m, s)
    stats.norm.cdf(x, m, s)
    stats.norm.sf(x, m, s)
    stats.norm.logcdf(x, m, s)
    stats.norm.logsf(x, m, scale=s)
    -np.sum(stats.norm.logcdf(m * x) * s)
norm: q~[4] m[4] s+
    stats.norm.ppf(q / 2 + 0.5)
    stats.norm.ppf(q / 2 + 0.5, m, s)
    stats.norm.isf(q / 2 + 0.5, m, scale=s)
frozen: x[2,3] m[3] s+ v+[3]
    stats.norm(m, s).logpdf(x)
    stats.norm(loc=m, scale=s).cdf(x) * stats.norm().pdf(x)
    stats.t(df=3.5, loc=m).logpdf(x)
    np.sum(stats.poisson(v).logpmf(np.array([0, 2, 5])))
    stats.multivariate_normal(cov=np.eye(3)).logpdf(x)
norm of numbers: x m s+
    stats.norm.logpdf(x, m, s)
    stats.norm.pdf(x, scale=s) * stats.norm.cdf(m)
laplace: x[2,3] m[3] s+
    stats.laplace.logpdf(x, m, s)
    stats.laplace.pdf(x, m, s)
    stats.laplace.cdf(x, m, s)
logistic: x[2,3] m[3] s+
    stats.logistic.logpdf(x, m, s)
    stats.logistic.pdf(x, m, s)
    stats.logistic.sf(x, m, s)
    stats.logistic.ppf(1 / (1 + np.exp(x)), m, s)
cauchy: x[2,3] m[3] s+
    stats.cauchy.logpdf(x, m, s)
    stats.cauchy.pdf(x, m, s)
    stats.cauchy.cdf(x, m, s)
gumbel_r: x[2,3] m[3] s+
    stats.gumbel_r.logpdf(x, m, s)
    stats.gumbel_r.pdf(x, m, s)
    stats.gumbel_r.cdf(x, m, s)
t: x[2,3] m[3] s+ v+[3]
    stats.t.logpdf(x, v, m, s)
    stats.t.pdf(x, v, m, s)
    stats.t.cdf(x, 3.5, m, s)
    stats.t.logpdf(x, 4)
expon: x+[2,3] m[3] s+
    stats.expon.logpdf(x, 0.0, s)
    stats.expon.logpdf(x, scale=1 / s)
    stats.expon.pdf(x, m, s)
    stats.expon.cdf(x, m, s)
    stats.expon.sf(x, scale=s)
    stats.expon.logsf(x, scale=s)
halfnorm: x+[2,3] s+
    stats.halfnorm.logpdf(x, scale=s)
    stats.halfnorm.pdf(x - 1, scale=s)
    stats.halfnorm.cdf(x, scale=s)
rayleigh: x+[2,3] s+
    stats.rayleigh.logpdf(x, scale=s)
    stats.rayleigh.pdf(x - 1, scale=s)
    stats.rayleigh.cdf(x, scale=s)
gamma: x+[2,3] v+[3] s+
    stats.gamma.logpdf(x, v)
    stats.gamma.logpdf(x, v, scale=s)
    stats.gamma.logpdf(x, v, 0.0, 1 / s)
    stats.gamma.pdf(x, v, 0.1, s)
    stats.gamma.cdf(x, 2.0, scale=s)
    stats.gamma.logsf(x, 2.0, scale=s)
    stats.gamma.ppf(1 / (1 + x), 2.0, scale=s)
outside of the support: x[2,3] v+[3] s+
    stats.expon.pdf(x, scale=s)
    stats.uniform.pdf(x, -1.0, s)
    stats.beta.pdf(x, v + 1, 2.5)
    stats.gamma.pdf(x, v + 1, scale=s)
    np.exp(stats.gamma.logpdf(x, v + 1, scale=s))
    np.logaddexp(stats.norm.logpdf(x), stats.expon.logpdf(x, scale=s))
    stats.expon.cdf(x, scale=s)
invgamma: x+[2,3] v+[3] s+
    stats.invgamma.logpdf(x, v, scale=s)
    stats.invgamma.pdf(x, v, scale=s)
    stats.invgamma.cdf(x, 2.0, scale=s)
chi2: x+[2,3] v+[3]
    stats.chi2.logpdf(x, v)
    stats.chi2.pdf(x, v, scale=2.0)
    stats.chi2.sf(x, 3)
lognorm: x+[2,3] v+[3] s+
    stats.lognorm.logpdf(x, v)
    stats.lognorm.logpdf(x, s, scale=np.exp(v))
    stats.lognorm.pdf(x, v, scale=s)
    stats.lognorm.cdf(x, 0.5, scale=s)
weibull_min: x+[2,3] v+[3] s+
    stats.weibull_min.logpdf(x, v, scale=s)
    stats.weibull_min.pdf(x, v, scale=s)
    stats.weibull_min.sf(x, 1.5, scale=s)
pareto: x![2,3] v+[3] s+
    stats.pareto.logpdf(x, v)
    stats.pareto.pdf(x, v, scale=0.5 / s)
    stats.pareto.cdf(x, 1.5, scale=0.5 / s)
uniform: x+[2,3] m[3] s+
    stats.uniform.logpdf(x, 0.0, 3 + s)
    stats.uniform.pdf(x, m - 3, 8 + s)
    stats.uniform.cdf(x, m - 3, 8 + s)
beta: x~[2,3] v+[3] w+[2,1]
    stats.beta.logpdf(x / 2 + 0.5, v, w)
    stats.beta.pdf(x / 2 + 0.5, v, w)
    stats.beta.cdf(x / 2 + 0.5, 2.0, 3.0)
    stats.beta.logpdf(x, v, 2.0, loc=-1.0, scale=2.0)
poisson: v+[3] s+
    stats.poisson.logpmf(np.array([0, 2, 5]), v)
    stats.poisson.pmf(np.array([[0], [3]]), s * v)
    stats.poisson.logpmf(np.array([1, 2, 5]), s, loc=1)
bernoulli: q~[3]
    stats.bernoulli.logpmf(np.array([0, 1, 1]), q / 2 + 0.5)
    stats.bernoulli.pmf(1, q / 2 + 0.5)
binom: q~[3]
    stats.binom.logpmf(np.array([0, 2, 5]), 5, q / 2 + 0.5)
    stats.binom.pmf(np.array([0, 2, 5]), n=np.array([3, 2, 8]), p=q / 2 + 0.5)
geom: q~[3]
    stats.geom.logpmf(np.array([1, 2, 5]), q / 2 + 0.5)
    stats.geom.pmf(np.array([0, 2, 5]), q / 2 + 0.5)
nbinom: q~[3] v+[3]
    stats.nbinom.logpmf(np.array([0, 2, 5]), v, q / 2 + 0.5)
    stats.nbinom.pmf(np.array([0, 2, 5]), v, q / 2 + 0.5)
multivariate_normal: x[4,2] m[2] S^[2,2]
    stats.multivariate_normal.logpdf(x, m, S @ S.T)
    stats.multivariate_normal.logpdf(x[0], m, S @ S.T)
    stats.multivariate_normal.logpdf(x, cov=S @ S.T)
    stats.multivariate_normal.logpdf(x[:1], mean=m, cov=S @ S.T)
    stats.multivariate_normal.logpdf(x.reshape(2, 2, 2), m, S)
    stats.multivariate_normal.logpdf(x.reshape(4, 1, 2), m, S)
    np.sum(stats.multivariate_normal.logpdf(x, m, np.eye(2)))
    np.log(0.3 * stats.multivariate_normal.pdf(x, m, S) + 0.7)
    stats.multivariate_normal.pdf(m, x[1], S)
"""
)
