"""Losses and likelihoods."""

from __future__ import annotations

from network_case import Case

LOSSES = (
    Case(
        "contrastive",
        """
def contrastive_loss(a, b, same, margin=1.0):
    d = np.sqrt(((a - b) ** 2).sum(axis=1) + 1e-12)
    pos = same * d**2
    neg = (1 - same) * np.maximum(0, margin - d) ** 2
    return 0.5 * (pos + neg).mean()
""",
        (
            {"a": "5 3", "b": "5 3", "same": "5 < 2"},
            {"a": "1 2 positive", "b": "1 2", "same": "1 < 1"},
        ),
    ),
    Case(
        "triplet",
        """
def triplet_loss(anchor, positive, negative, margin=0.2):
    d_ap = np.linalg.norm(anchor - positive, axis=-1)
    d_an = np.linalg.norm(anchor - negative, axis=-1)
    return np.mean(np.maximum(d_ap - d_an + margin, 0))
""",
        (
            {"anchor": "5 3", "positive": "5 3", "negative": "5 3"},
            {"anchor": "1 2 positive", "positive": "1 2", "negative": "1 2 positive"},
        ),
    ),
    Case(
        "focal",
        """
def focal_loss(logits, targets, alpha=0.25, gamma=2.0):
    p = 1 / (1 + np.exp(-logits))
    pt = np.where(targets == 1, p, 1 - p)
    at = np.where(targets == 1, alpha, 1 - alpha)
    return np.sum(-at * (1 - pt) ** gamma * np.log(pt)) / len(logits)
""",
        ({"logits": "6", "targets": "6 < 2"}, {"logits": "2 3", "targets": "2 3 < 2"}),
    ),
    Case(
        "tversky",
        """
def tversky_loss(y_true, y_pred, alpha=0.7, eps=1e-7):
    tp = np.sum(y_true * y_pred, axis=(0, 1))
    fn = np.sum(y_true * (1 - y_pred), axis=(0, 1))
    fp = np.sum((1 - y_true) * y_pred, axis=(0, 1))
    t = (tp + eps) / (tp + alpha * fn + (1 - alpha) * fp + eps)
    return np.sum((1 - t) ** 0.75)
""",
        (
            {"y_true": "4 4 3 < 2", "y_pred": "4 4 3 positive"},
            {"y_true": "2 5 1 < 2", "y_pred": "2 5 1 positive"},
        ),
    ),
    Case(
        "huber",
        """
def huber(y, yhat, delta=1.0):
    r = np.abs(y - yhat)
    return np.mean(np.where(r <= delta, 0.5 * r**2, delta * (r - 0.5 * delta)))
""",
        ({"y": "8", "yhat": "8"}, {"y": "2 3", "yhat": "2 3"}),
    ),
    Case(
        "quantile",
        """
def pinball(y, q_pred, taus):
    e = y[:, None] - q_pred
    return np.maximum(taus * e, (taus - 1) * e).mean(0).sum()
""",
        (
            {"y": "6", "q_pred": "6 3", "taus": "3 positive"},
            {"y": "1 positive", "q_pred": "1 2 positive", "taus": "2 positive"},
        ),
    ),
    Case(
        "label_smoothing",
        """
def label_smoothing_ce(logits, labels, eps=0.1):
    N, K = logits.shape
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    nll = -logp[np.arange(N), labels]
    smooth = -logp.mean(axis=1)
    return ((1 - eps) * nll + eps * smooth).mean()
""",
        (
            {"logits": "5 4", "labels": "5 < 2"},
            {"logits": "1 2 positive", "labels": "1 < 1"},
        ),
    ),
    Case(
        "vae_elbo",
        """
def vae_loss(x, eps, We, be, Wm, Wv, Wd, bd, Wo, bo, beta=1.0):
    h = np.tanh(x @ We + be)
    mu = h @ Wm
    logvar = h @ Wv
    z = mu + np.exp(0.5 * logvar) * eps
    d = np.tanh(z @ Wd + bd)
    logits = d @ Wo + bo
    recon = np.maximum(logits, 0) - logits * x + np.log1p(np.exp(-np.abs(logits)))
    kl = -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar), axis=1)
    return np.mean(recon.sum(axis=1) + beta * kl)
""",
        (
            {
                "x": "3 5 positive",
                "eps": "3 2",
                "We": "5 4",
                "be": "4 positive",
                "Wm": "4 2",
                "Wv": "4 2",
                "Wd": "2 4",
                "bd": "4",
                "Wo": "4 5",
                "bo": "5",
            },
            {
                "x": "1 2 positive",
                "eps": "1 1 positive",
                "We": "2 3",
                "be": "3 positive",
                "Wm": "3 1",
                "Wv": "3 1",
                "Wd": "1 3",
                "bd": "3",
                "Wo": "3 2",
                "bo": "2",
            },
        ),
    ),
    Case(
        "realnvp",
        """
def coupling(x, mask, params):
    xm = x * mask
    h = np.tanh(xm @ params["W1"] + params["b1"])
    s = np.tanh(h @ params["Ws"]) * (1 - mask)
    t = (h @ params["Wt"]) * (1 - mask)
    z = xm + (1 - mask) * (x * np.exp(s) + t)
    return z, s.sum(axis=-1)


def nll(x, mask, params):
    z, logdet = coupling(x, mask, params)
    logp = -0.5 * (z**2 + np.log(2 * np.pi)).sum(axis=-1)
    return -(logp + logdet).mean()
""",
        (
            {
                "x": "5 4",
                "mask": "4",
                "params": {"W1": "4 6", "b1": "6", "Ws": "6 4", "Wt": "6 4"},
            },
            {
                "x": "1 2 positive",
                "mask": "2",
                "params": {"W1": "2 3", "b1": "3 positive", "Ws": "3 2", "Wt": "3 2"},
            },
        ),
    ),
    Case(
        "nerf",
        """
def volume_render(rgb, sigma, z_vals):
    delta = z_vals[..., 1:] - z_vals[..., :-1]
    delta = np.concatenate([delta, np.full(delta[..., :1].shape, 1e10)], axis=-1)
    alpha = 1.0 - np.exp(-np.maximum(sigma, 0) * delta)
    trans = np.cumprod(1.0 - alpha + 1e-10, axis=-1)
    trans = np.concatenate([np.ones_like(trans[..., :1]), trans[..., :-1]], axis=-1)
    weights = alpha * trans
    rgb_map = np.sum(weights[..., None] * rgb, axis=-2)
    depth = np.sum(weights * z_vals, axis=-1)
    return rgb_map, depth
""",
        (
            {
                "rgb": "2 4 3 positive",
                "sigma": "2 4 positive",
                "z_vals": "2 4 positive",
            },
            {
                "rgb": "1 2 3 positive",
                "sigma": "1 2 positive",
                "z_vals": "1 2 positive",
            },
        ),
    ),
    Case(
        "ddpm",
        """
def ddpm_loss(x0, noise, t, betas, W1, W2, temb):
    alphas_bar = np.cumprod(1 - betas)
    ab = alphas_bar[t][:, None]
    xt = np.sqrt(ab) * x0 + np.sqrt(1 - ab) * noise
    h = np.maximum(xt @ W1 + temb[t], 0)
    eps_hat = h @ W2
    return ((noise - eps_hat) ** 2).mean()
""",
        (
            {
                "x0": "5 3",
                "noise": "5 3",
                "t": "5 < 4",
                "betas": "4 positive",
                "W1": "3 6",
                "W2": "6 3",
                "temb": "4 6",
            },
            {
                "x0": "1 2 positive",
                "noise": "1 2",
                "t": "1 < 1",
                "betas": "3 positive",
                "W1": "2 3",
                "W2": "3 2",
                "temb": "3 3",
            },
        ),
    ),
    Case(
        "gan_losses",
        """
def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def discriminator(x, D):
    h = x @ D["W1"] + D["b1"]
    h = np.where(h > 0, h, 0.2 * h)
    return (h @ D["W2"] + D["b2"]).squeeze(-1)


def gan(z, x_real, G, D):
    x_fake = np.tanh(z @ G["W"] + G["b"])
    d_real = discriminator(x_real, D)
    d_fake = discriminator(x_fake, D)
    d_loss = np.mean(softplus(-d_real)) + np.mean(softplus(d_fake))
    g_loss = np.mean(softplus(-d_fake))
    return d_loss, g_loss
""",
        (
            {
                "z": "4 2",
                "x_real": "4 3",
                "G": {"W": "2 3", "b": "3"},
                "D": {"W1": "3 5", "b1": "5", "W2": "5 1", "b2": "1"},
            },
            {
                "z": "1 1 positive",
                "x_real": "2 2",
                "G": {"W": "1 2", "b": "2 positive"},
                "D": {"W1": "2 3", "b1": "3", "W2": "3 1", "b2": "1"},
            },
        ),
    ),
    Case(
        "dpo",
        """
def log_sigmoid(x):
    return -np.logaddexp(0, -x)


def dpo_loss(pi_w, pi_l, ref_w, ref_l, beta=0.1):
    logits = (pi_w - pi_l) - (ref_w - ref_l)
    losses = -log_sigmoid(beta * logits)
    chosen = beta * (pi_w - ref_w)
    rejected = beta * (pi_l - ref_l)
    return losses.mean(), chosen.mean() - rejected.mean()
""",
        (
            {"pi_w": "5", "pi_l": "5", "ref_w": "5", "ref_l": "5"},
            {
                "pi_w": "1 positive",
                "pi_l": "1 positive",
                "ref_w": "1 positive",
                "ref_l": "1",
            },
        ),
    ),
    Case(
        "ppo",
        """
def ppo_loss(
    logp, old_logp, adv, values, returns, entropy, clip=0.2, vf_coef=0.5, ent_coef=0.01
):
    adv = (adv - adv.mean()) / (adv.std() + 1e-8)
    ratio = np.exp(logp - old_logp)
    unclipped = ratio * adv
    clipped = np.clip(ratio, 1 - clip, 1 + clip) * adv
    policy = -np.minimum(unclipped, clipped).mean()
    value = np.mean((returns - values) ** 2)
    return policy + vf_coef * value - ent_coef * entropy.mean()
""",
        (
            {
                "logp": "6",
                "old_logp": "6",
                "adv": "6",
                "values": "6",
                "returns": "6",
                "entropy": "6 positive",
            },
            {
                "logp": "2 positive",
                "old_logp": "2",
                "adv": "2 positive",
                "values": "2",
                "returns": "2 positive",
                "entropy": "2 positive",
            },
        ),
    ),
    Case(
        "sinkhorn",
        """
def sinkhorn(a, b, C, eps=0.5, n_iter=10):
    K = np.exp(-C / eps)
    u = np.ones_like(a)
    for _ in range(n_iter):
        v = b / (K.T @ u)
        u = a / (K @ v)
    P = u[:, None] * K * v[None, :]
    return np.sum(P * C)
""",
        (
            {"a": "3 positive", "b": "4 positive", "C": "3 4 positive"},
            {"a": "1 positive", "b": "2 positive", "C": "1 2 positive"},
        ),
    ),
    Case(
        "sinkhorn_log",
        """
from scipy.special import logsumexp

import numpy as np


def sinkhorn_log(x, y, eps=0.1, iters=5):
    n, m = x.shape[0], y.shape[0]
    C = ((x[:, None, :] - y[None, :, :]) ** 2).sum(-1)
    f, g = np.zeros(n), np.zeros(m)
    log_a, log_b = -np.log(n) * np.ones(n), -np.log(m) * np.ones(m)
    for _ in range(iters):
        f = -eps * logsumexp((g[None, :] - C) / eps + log_b[None, :], axis=1)
        g = -eps * logsumexp((f[:, None] - C) / eps + log_a[:, None], axis=0)
    P = np.exp((f[:, None] + g[None, :] - C) / eps + log_a[:, None] + log_b[None, :])
    return (P * C).sum()
""",
        ({"x": "3 2", "y": "4 2"}, {"x": "1 1 positive", "y": "2 1 positive"}),
    ),
    Case(
        "softdtw",
        """
def soft_dtw(x, y, gamma=1.0):
    n, m = len(x), len(y)
    D = (x[:, None] - y[None, :]) ** 2
    R = np.full((n + 1, m + 1), np.inf)
    R[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            z = -np.array([R[i - 1, j - 1], R[i - 1, j], R[i, j - 1]]) / gamma
            zmax = z.max()
            R[i, j] = D[i - 1, j - 1] - gamma * (
                zmax + np.log(np.sum(np.exp(z - zmax)))
            )
    return R[n, m]
""",
        ({"x": "4", "y": "3"}, {"x": "1 positive", "y": "2 positive"}),
    ),
    Case(
        "gumbel",
        """
def gumbel_softmax(logits, u, tau=1.0, eps=1e-20):
    g = -np.log(-np.log(u + eps) + eps)
    y = (logits + g) / tau
    y = y - np.max(y, -1, keepdims=True)
    y = np.exp(y)
    return y / np.sum(y, -1, keepdims=True)
""",
        (
            {"logits": "3 4", "u": "3 4 positive"},
            {"logits": "1 2 positive", "u": "1 2 positive"},
        ),
    ),
    Case(
        "kernel_ridge",
        """
def rbf(X, Z, gamma):
    sq = np.sum(X**2, 1)[:, None] + np.sum(Z**2, 1)[None] - 2 * X @ Z.T
    return np.exp(-gamma * sq)


def krr_val_loss(Xtr, ytr, Xva, yva, gamma, lam):
    K = rbf(Xtr, Xtr, gamma)
    alpha = np.linalg.solve(K + lam * np.eye(len(ytr)), ytr)
    pred = rbf(Xva, Xtr, gamma) @ alpha
    return np.mean((pred - yva) ** 2)
""",
        (
            {
                "Xtr": "5 2",
                "ytr": "5",
                "Xva": "3 2",
                "yva": "3",
                "gamma": 0.6,
                "lam": 0.3,
            },
            {
                "Xtr": "1 1 positive",
                "ytr": "1 positive",
                "Xva": "2 1",
                "yva": "2 positive",
                "gamma": 0.6,
                "lam": 0.3,
            },
        ),
    ),
    Case(
        "gp_mll",
        """
def gp_nll(X, y, log_l, log_s, log_n):
    n = X.shape[0]
    l, s2, n2 = np.exp(log_l), np.exp(2 * log_s), np.exp(2 * log_n)
    d = (X[:, None, :] - X[None, :, :]) / l
    K = s2 * np.exp(-0.5 * np.sum(d**2, axis=-1)) + n2 * np.eye(n)
    L = np.linalg.cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    return 0.5 * y @ alpha + np.log(np.diag(L)).sum() + 0.5 * n * np.log(2 * np.pi)
""",
        (
            {"X": "4 2", "y": "4", "log_l": "2", "log_s": 0.1, "log_n": -0.5},
            {
                "X": "1 1 positive",
                "y": "1 positive",
                "log_l": "1 positive",
                "log_s": 0.1,
                "log_n": -0.5,
            },
        ),
    ),
    Case(
        "kmeans_soft",
        """
def soft_kmeans(X, centers, beta=2.0):
    d2 = ((X[:, None] - centers) ** 2).sum(-1)
    a = -beta * d2
    r = np.exp(a - a.max(axis=1)[:, None])
    r /= r.sum(axis=1)[:, None]
    new = (r.T @ X) / r.sum(axis=0)[:, None]
    return new, (r * d2).sum()
""",
        (
            {"X": "6 2", "centers": "3 2"},
            {"X": "2 1 positive", "centers": "1 1 positive"},
        ),
    ),
    Case(
        "tsne",
        """
def tsne_kl(P, Y):
    n = Y.shape[0]
    sum_Y = np.sum(np.square(Y), 1)
    num = -2.0 * np.dot(Y, Y.T)
    num = 1.0 / (1.0 + np.add(np.add(num, sum_Y).T, sum_Y))
    num[range(n), range(n)] = 0.0
    Q = num / np.sum(num)
    Q = np.maximum(Q, 1e-12)
    return np.sum(P * np.log(P / Q))
""",
        ({"P": "4 4 positive", "Y": "4 2"}, {"P": "3 3 positive", "Y": "3 1 positive"}),
    ),
    Case(
        "matrix_fact",
        """
def mf_loss(P, Q, bu, bi, mu, users, items, ratings, lam=0.02):
    pred = mu + bu[users] + bi[items] + np.einsum("nk,nk->n", P[users], Q[items])
    err = ratings - pred
    reg = lam * (
        np.sum(P[users] ** 2)
        + np.sum(Q[items] ** 2)
        + np.sum(bu[users] ** 2)
        + np.sum(bi[items] ** 2)
    )
    return np.sum(err**2) + reg
""",
        (
            {
                "P": "4 3",
                "Q": "5 3",
                "bu": "4",
                "bi": "5",
                "mu": 0.3,
                "users": "6 < 4",
                "items": "6 < 4",
                "ratings": "6",
            },
            {
                "P": "1 1 positive",
                "Q": "2 1 positive",
                "bu": "1",
                "bi": "2 positive",
                "mu": 0.3,
                "users": "3 < 1",
                "items": "3 < 2",
                "ratings": "3 positive",
            },
        ),
    ),
    Case(
        "word2vec",
        """
def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sgns(W_in, W_out, center, context, negatives):
    v = W_in[center]
    u_o = W_out[context]
    u_k = W_out[negatives]
    pos = np.log(sigmoid(np.sum(v * u_o, axis=1)))
    neg = np.log(sigmoid(-np.matmul(u_k, v[:, :, None])[:, :, 0])).sum(axis=1)
    return -(pos + neg).mean()
""",
        (
            {
                "W_in": "6 3",
                "W_out": "6 3",
                "center": "4 < 6",
                "context": "4 < 6",
                "negatives": "4 2 < 5",
            },
            {
                "W_in": "2 1 positive",
                "W_out": "2 1",
                "center": "1 < 1",
                "context": "1 < 1",
                "negatives": "1 3 < 2",
            },
        ),
    ),
    Case(
        "negbin",
        """
from scipy.special import gammaln

import numpy as np


def negbin_nll(params, X, y):
    beta, log_alpha = params[:-1], params[-1]
    alpha = np.exp(log_alpha)
    mu = np.exp(X.dot(beta))
    r = 1 / alpha
    ll = (
        gammaln(y + r)
        - gammaln(r)
        - gammaln(y + 1)
        + r * np.log(r / (r + mu))
        + y * np.log(mu / (r + mu))
    )
    return -ll.sum()
""",
        (
            {"params": "4", "X": "6 3", "y": "6 < 4"},
            {"params": "2 positive", "X": "1 1 positive", "y": "1 < 5"},
        ),
    ),
    Case(
        "cox",
        """
def cox_ph(beta, X, time, event):
    order = np.argsort(-time)
    X, event = X[order], event[order]
    risk = X @ beta
    log_cum = np.log(np.cumsum(np.exp(risk)))
    return -np.sum((risk - log_cum) * event) / np.sum(event)
""",
        (
            {"beta": "3", "X": "6 3", "time": "6 positive", "event": "6 < 2"},
            {
                "beta": "1 positive",
                "X": "2 1 positive",
                "time": "2 positive",
                "event": "2 < 2",
            },
        ),
    ),
    Case(
        "weibull_aft",
        """
def weibull_nll(beta, log_sigma, X, t, d):
    sigma = np.exp(log_sigma)
    z = (np.log(t) - X @ beta) / sigma
    logf = z - np.exp(z) - np.log(sigma) - np.log(t)
    logS = -np.exp(z)
    return -np.where(d, logf, logS).sum()
""",
        (
            {
                "beta": "3",
                "log_sigma": 0.1,
                "X": "6 3",
                "t": "6 positive",
                "d": "6 bool",
            },
            {
                "beta": "1 positive",
                "log_sigma": -0.2,
                "X": "1 1 positive",
                "t": "1 positive",
                "d": "1 bool",
            },
        ),
    ),
    Case(
        "deephit",
        """
def discrete_hazard(logits, t, event):
    N, T = logits.shape
    h = 1 / (1 + np.exp(-logits))
    steps = np.arange(T)
    before = steps[None, :] < t[:, None]
    at = steps[None, :] == t[:, None]
    log_surv = np.log(1 - h)
    ll = np.sum(before * log_surv, axis=1)
    ll = (
        ll
        + event * np.sum(at * np.log(h), axis=1)
        + (1 - event) * np.sum(at * log_surv, axis=1)
    )
    return -ll.mean()
""",
        (
            {"logits": "4 5", "t": "4 < 3", "event": "4 < 2"},
            {"logits": "1 2 positive", "t": "1 < 1", "event": "1 < 1"},
        ),
    ),
    Case(
        "kd_loss",
        """
def softmax(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def distillation(student, teacher, labels, T=2.0, alpha=0.3):
    ps = softmax(student / T)
    pt = softmax(teacher / T)
    kl = np.sum(pt * (np.log(pt) - np.log(ps)), axis=1).mean() * T**2
    n = student.shape[0]
    ce = -np.log(softmax(student)[range(n), labels]).mean()
    return alpha * ce + (1 - alpha) * kl
""",
        (
            {"student": "4 3", "teacher": "4 3", "labels": "4 < 3"},
            {"student": "1 2 positive", "teacher": "1 2", "labels": "1 < 1"},
        ),
    ),
    Case(
        "wgan_gp",
        """
def critic(x, W1, b1, w2):
    return np.tanh(x @ W1 + b1) @ w2


def critic_grad(x, W1, b1, w2):
    h = np.tanh(x @ W1 + b1)
    return ((1 - h**2) * w2) @ W1.T


def wgan_gp(real, fake, eps, W1, b1, w2, lam=10.0):
    xi = eps * real + (1 - eps) * fake
    g = critic_grad(xi, W1, b1, w2)
    gp = ((np.sqrt((g**2).sum(axis=1) + 1e-12) - 1) ** 2).mean()
    return critic(fake, W1, b1, w2).mean() - critic(real, W1, b1, w2).mean() + lam * gp
""",
        (
            {
                "real": "4 3",
                "fake": "4 3",
                "eps": "4 1 positive",
                "W1": "3 5",
                "b1": "5",
                "w2": "5",
            },
            {
                "real": "1 1 positive",
                "fake": "1 1 positive",
                "eps": "1 1 positive",
                "W1": "1 2",
                "b1": "2",
                "w2": "2 positive",
            },
        ),
    ),
    Case(
        "lovasz",
        """
def lovasz_hinge(logits, labels):
    signs = 2.0 * labels - 1.0
    errors = 1.0 - logits * signs
    order = np.argsort(-errors)
    e = errors[order]
    gt = labels[order]
    gts = gt.sum()
    inter = gts - gt.cumsum()
    union = gts + (1 - gt).cumsum()
    jac = 1.0 - inter / union
    jac[1:] = jac[1:] - jac[:-1]
    return np.dot(np.maximum(e, 0), jac)
""",
        (
            {"logits": "6", "labels": "6 < 2"},
            {"logits": "2 positive", "labels": "2 < 2"},
        ),
    ),
    Case(
        "ranknet",
        """
def ranknet(scores, rel):
    diff = scores[:, None] - scores[None, :]
    S = np.sign(rel[:, None] - rel[None, :])
    loss = 0.5 * (1 - S) * diff + np.log1p(np.exp(-diff))
    mask = 1 - np.eye(len(scores))
    return (loss * mask).sum() / mask.sum()
""",
        ({"scores": "5", "rel": "5 < 3"}, {"scores": "2 positive", "rel": "2 < 1"}),
    ),
    Case(
        "cca_loss",
        """
def cca_loss(X, Y, r=1e-2):
    n = X.shape[0]
    X = X - X.mean(axis=0)
    Y = Y - Y.mean(axis=0)
    Sxx = X.T @ X / (n - 1) + r * np.eye(X.shape[1])
    Syy = Y.T @ Y / (n - 1) + r * np.eye(Y.shape[1])
    Sxy = X.T @ Y / (n - 1)
    Lx = np.linalg.cholesky(Sxx)
    Ly = np.linalg.cholesky(Syy)
    T = np.linalg.inv(Lx) @ Sxy @ np.linalg.inv(Ly).T
    return -np.sum(T**2)
""",
        ({"X": "6 2", "Y": "6 3"}, {"X": "3 1 positive", "Y": "3 1"}),
    ),
    Case(
        "mdn",
        """
def mdn_nll(h, y, Wpi, Wmu, Wsig):
    pi = h @ Wpi
    pi = pi - pi.max(axis=1, keepdims=True)
    logpi = pi - np.log(np.exp(pi).sum(axis=1, keepdims=True))
    mu = h @ Wmu
    sigma = np.log1p(np.exp(h @ Wsig)) + 1e-3
    comp = (
        logpi
        - 0.5 * ((y[:, None] - mu) / sigma) ** 2
        - np.log(sigma)
        - 0.5 * np.log(2 * np.pi)
    )
    m = comp.max(axis=1)
    return -(m + np.log(np.exp(comp - m[:, None]).sum(axis=1))).mean()
""",
        (
            {"h": "4 3", "y": "4", "Wpi": "3 2", "Wmu": "3 2", "Wsig": "3 2"},
            {
                "h": "1 1 positive",
                "y": "1 positive",
                "Wpi": "1 2",
                "Wmu": "1 2 positive",
                "Wsig": "1 2",
            },
        ),
    ),
    Case(
        "gae",
        """
def gae(rewards, values, dones, gamma=0.99, lam=0.95):
    T = len(rewards)
    adv = np.zeros(T)
    last = 0.0
    for t in reversed(range(T)):
        nonterminal = 1.0 - dones[t]
        delta = rewards[t] + gamma * values[t + 1] * nonterminal - values[t]
        last = delta + gamma * lam * nonterminal * last
        adv[t] = last
    return adv, adv + values[:-1]
""",
        (
            {"rewards": "5", "values": "6", "dones": "5 < 2"},
            {"rewards": "1 positive", "values": "2 positive", "dones": "1 < 1"},
        ),
    ),
    Case(
        "sac_logprob",
        """
def squashed_gaussian(mu, log_std, eps):
    log_std = np.clip(log_std, -20, 2)
    std = np.exp(log_std)
    u = mu + std * eps
    a = np.tanh(u)
    logp = (-0.5 * eps**2 - log_std - 0.5 * np.log(2 * np.pi)).sum(-1)
    logp -= (2 * (np.log(2) - u - np.logaddexp(0, -2 * u))).sum(-1)
    return a, logp
""",
        (
            {"mu": "3 2", "log_std": "3 2", "eps": "3 2"},
            {"mu": "1 positive", "log_std": "1 positive", "eps": "1 positive"},
        ),
    ),
    Case(
        "cql_td",
        """
def td_loss(q, q_next, actions, rewards, done, gamma=0.9):
    q_sa = np.take_along_axis(q, actions[:, None], axis=1).squeeze(1)
    target = rewards + gamma * (1 - done) * q_next.max(axis=1)
    err = q_sa - target
    huber = np.where(np.abs(err) < 1, 0.5 * err**2, np.abs(err) - 0.5)
    cql = np.log(np.exp(q).sum(axis=1)) - q_sa
    return huber.mean() + cql.mean()
""",
        (
            {
                "q": "4 3",
                "q_next": "4 3",
                "actions": "4 < 3",
                "rewards": "4",
                "done": "4",
            },
            {
                "q": "1 2 positive",
                "q_next": "1 2",
                "actions": "1 < 1",
                "rewards": "1 positive",
                "done": "1",
            },
        ),
    ),
    Case(
        "ssim",
        """
def ssim_loss(x, y, win=3, C1=0.01, C2=0.03):
    h, w = x.shape
    total = 0.0
    for i in range(h - win + 1):
        for j in range(w - win + 1):
            a = x[i : i + win, j : j + win]
            b = y[i : i + win, j : j + win]
            ma, mb = a.mean(), b.mean()
            va, vb = a.var(), b.var()
            cov = ((a - ma) * (b - mb)).mean()
            total += (
                (2 * ma * mb + C1)
                * (2 * cov + C2)
                / ((ma**2 + mb**2 + C1) * (va + vb + C2))
            )
    return 1 - total / ((h - win + 1) * (w - win + 1))
""",
        (
            {"x": "4 5 positive", "y": "4 5 positive"},
            {"x": "3 3 positive", "y": "3 3 positive"},
        ),
    ),
    Case(
        "multihot_ce",
        """
def bce_with_logits(logits, targets, pos_weight=None, reduction="mean"):
    max_val = np.clip(-logits, 0, None)
    if pos_weight is not None:
        log_weight = (pos_weight - 1) * targets + 1
        loss = (1 - targets) * logits + log_weight * (
            np.log(np.exp(-max_val) + np.exp(-logits - max_val)) + max_val
        )
    else:
        loss = (
            (1 - targets) * logits
            + max_val
            + np.log(np.exp(-max_val) + np.exp(-logits - max_val))
        )
    if reduction == "mean":
        return loss.mean()
    elif reduction == "sum":
        return loss.sum()
    return loss
""",
        (
            {"logits": "3 4", "targets": "3 4 positive"},
            {"logits": "1 positive", "targets": "1 positive"},
        ),
    ),
    Case(
        "dtw_kernel",
        """
def global_alignment(x, y, sigma=1.0):
    D = ((x[:, None, :] - y[None, :, :]) ** 2).sum(axis=2)
    K = np.exp(-D / (2 * sigma**2))
    n, m = K.shape
    M = np.zeros((n + 1, m + 1))
    M[0, 0] = 1.0
    for i in range(n):
        for j in range(m):
            M[i + 1, j + 1] = K[i, j] * (M[i, j] + M[i + 1, j] + M[i, j + 1])
    return np.log(M[n, m])
""",
        ({"x": "3 2", "y": "4 2"}, {"x": "1 1 positive", "y": "2 1 positive"}),
    ),
)
