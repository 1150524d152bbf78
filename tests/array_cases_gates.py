"""Cases of composites that backgen differentiates as one."""

from __future__ import annotations

from array_case import Table, table

GATES: Table = table(
    """
sigmoid: x[2,3]
    1 / (1 + np.exp(-x))
    s = 1 / (1 + np.exp(-x)); s * x
    1.0 / (np.exp(-x) + 1)
softplus: x[2,3]
    np.log(1 + np.exp(x))
    np.log1p(np.exp(x)) * x
    np.logaddexp(0, x)
softmax: x[3,4]
    e = np.exp(x); e / e.sum(axis=1, keepdims=True)
    np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)
    z = x - np.max(x, axis=1, keepdims=True); e = np.exp(z);
        e / np.sum(e, axis=1, keepdims=True)
    np.exp(x) / np.sum(np.exp(x))
    np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x)))
    (np.exp(x.T) / np.exp(x).sum(axis=1)).T
log-softmax: x[3,4]
    x - np.log(np.sum(np.exp(x), axis=1, keepdims=True))
    x - np.log(np.sum(np.exp(x)))
    x.T - np.log(np.sum(np.exp(x), axis=1))
    x - np.max(x) - np.log(np.sum(np.exp(x - np.max(x))))
    z = x - x.max(axis=1, keepdims=True);
        z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    m = x.max(axis=1, keepdims=True);
        x - m - np.log(np.sum(np.exp(x - m), axis=1, keepdims=True))
    m = x.max(axis=0); x - m - np.log(np.sum(np.exp(x - m), axis=0, keepdims=True))
    m = x.max(); x - m - np.log(np.sum(np.exp(x - m)))
    m = x.max(axis=0);
        x - m - np.log(np.sum(np.exp(x - m), axis=1, keepdims=True))
    x - np.log(np.sum(np.exp(x), axis=0))
    np.log(np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True))
share: x+[3,4]
    x / x.sum(axis=1, keepdims=True)
    x / np.sum(x, axis=0)
    x * 2 / np.sum(x * 2)
    e = np.exp(x); e / np.sum(e, axis=-1, keepdims=True)
share of a square: x+[3,3]
    x / x.sum(axis=1)
    x / np.sum(x.T, axis=0)
normalization: x[3,4]
    (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + 0.1)
    (x - np.mean(x, axis=0)) / np.sqrt(np.var(x, axis=0) + 1e-5)
    (x - x.mean()) / x.std()
    (x - x.mean(0)) / x.std(axis=0)
    (x - x.mean(axis=(0, 1), keepdims=True)) / x.std(axis=(0, 1), keepdims=True)
    (x.T - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + 1.0)
    (x - x.mean(axis=0)) / np.sqrt(np.var(2 * x, axis=0) + 1.0)
normalization of a square: x[3,3] e
    (x - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + 0.1)
    (x - x.mean(axis=0)) / np.sqrt(x.var(axis=1) + 0.1)
    (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + e * e)
log-sum-exp: x[3,4]
    np.log(np.sum(np.exp(x)))
    np.log(np.sum(np.exp(x), axis=0))
    m = np.max(x, axis=1, keepdims=True);
        m[:, 0] + np.log(np.sum(np.exp(x - m), axis=1))
cross-entropy: x[3,4]
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True);
        -np.log(p[np.arange(3), [1, 3, 1]]).mean()
    z = x - x.max(axis=1, keepdims=True); l = np.log(np.exp(z).sum(axis=1));
        np.mean(l - z[np.arange(3), [0, 0, 2]])
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True);
        -np.sum(np.log(p) * np.eye(4)[[1, 3, 1]]) / 3
layer-norm: x[3,4] g[4] b[4]
    mu = x.mean(axis=1, keepdims=True); v = x.var(axis=1, keepdims=True);
        g * (x - mu) / np.sqrt(v + 1e-5) + b
batch-norm: x[5,3] g[3] b[3]
    mu = x.mean(axis=0); c = x - mu; v = np.mean(c**2, axis=0);
        h = c / np.sqrt(v + 1e-5); g * h + b
l2: x[4]
    np.sqrt(np.sum(x**2))
    np.sqrt(x @ x)
    x / np.sqrt(np.sum(x * x))
gelu: x[2,3]
    0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
two-layer net: x[5,2] w[2,3] b[3] v[3,4] c[4]
    h = 1 / (1 + np.exp(-(x @ w + b))); z = h @ v + c;
        e = np.exp(z - z.max(axis=1, keepdims=True));
        p = e / e.sum(axis=1, keepdims=True);
        -np.mean(np.log(p[np.arange(5), [0, 3, 1, 1, 2]]))
    h = np.maximum(0, x.dot(w) + b); z = h.dot(v) + c; m = np.max(z, axis=1);
        s = np.sum(np.exp(z - m[:, None]), axis=1);
        np.mean(np.log(s) + m) + (w**2).sum()
attention: q[3,4] k[5,4] v[5,2]
    a = q @ k.T / np.sqrt(q.shape[1]); e = np.exp(a - a.max(axis=-1, keepdims=True));
        (e / e.sum(axis=-1, keepdims=True)) @ v
convolution: x[1,4,5] w[2,1,2,3]
    s = np.lib.stride_tricks.sliding_window_view(x, (2, 3), axis=(1, 2));
        np.einsum("cijkl,ockl->oij", s, w)
silu: x[2,3]
    x / (1 + np.exp(-x))
    x * (1 / (1 + np.exp(-x)))
"""
)
