# ruff: noqa: E501
"""Chains of small steps, each with its gradient, and layers of networks from books."""

from __future__ import annotations

from strangers import Pair, Slip

MAKEMORE = """\
import numpy as np


def loss(logits: "n, V", Yb: "n int"):
    n = logits.shape[0]
    logit_maxes = logits.max(1, keepdims=True)
    norm_logits = logits - logit_maxes
    counts = np.exp(norm_logits)
    counts_sum = counts.sum(1, keepdims=True)
    counts_sum_inv = counts_sum**-1
    probs = counts * counts_sum_inv
    logprobs = np.log(probs)
    loss = -logprobs[range(n), Yb].mean()
    return loss
"""
MAKEMORE_BACKWARD = """\
import numpy as np


def backward(logits, logit_maxes, norm_logits, counts, counts_sum, counts_sum_inv, probs, logprobs, Yb):
    n = logits.shape[0]
    dlogprobs = np.zeros_like(logprobs)
    dlogprobs[range(n), Yb] = -1.0 / n
    dprobs = (1.0 / probs) * dlogprobs
    dcounts_sum_inv = (counts * dprobs).sum(1, keepdims=True)
    dcounts = counts_sum_inv * dprobs
    dcounts_sum = (-(counts_sum**-2)) * dcounts_sum_inv
    dcounts += np.ones_like(counts) * dcounts_sum
    dnorm_logits = counts * dcounts
    dlogits = dnorm_logits.copy()
    dlogit_maxes = (-dnorm_logits).sum(1, keepdims=True)
    dlogits += (logits == logit_maxes) * dlogit_maxes
    return dlogits
"""
MAKEMORE_NORM = """\
import numpy as np


def norm(hprebn: "n, H", bngain: "1, H", bnbias: "1, H"):
    n = hprebn.shape[0]
    bnmeani = 1 / n * hprebn.sum(0, keepdims=True)
    bndiff = hprebn - bnmeani
    bndiff2 = bndiff**2
    bnvar = 1 / (n - 1) * bndiff2.sum(0, keepdims=True)
    bnvar_inv = (bnvar + 1e-5) ** -0.5
    bnraw = bndiff * bnvar_inv
    hpreact = bngain * bnraw + bnbias
    h = np.tanh(hpreact)
    return h


def norm_backward(dh, hprebn, bngain, bnbias):
    n = hprebn.shape[0]
    bnmeani = 1 / n * hprebn.sum(0, keepdims=True)
    bndiff = hprebn - bnmeani
    bnvar = 1 / (n - 1) * (bndiff**2).sum(0, keepdims=True)
    bnvar_inv = (bnvar + 1e-5) ** -0.5
    bnraw = bndiff * bnvar_inv
    h = np.tanh(bngain * bnraw + bnbias)
    dhpreact = (1.0 - h**2) * dh
    dbngain = (bnraw * dhpreact).sum(0, keepdims=True)
    dbnraw = bngain * dhpreact
    dbnbias = dhpreact.sum(0, keepdims=True)
    dbndiff = bnvar_inv * dbnraw
    dbnvar_inv = (bndiff * dbnraw).sum(0, keepdims=True)
    dbnvar = (-0.5 * (bnvar + 1e-5) ** -1.5) * dbnvar_inv
    dbndiff2 = (1.0 / (n - 1)) * np.ones_like(bndiff) * dbnvar
    dbndiff += (2 * bndiff) * dbndiff2
    dhprebn = dbndiff.copy()
    dbnmeani = (-dbndiff).sum(0)
    dhprebn += 1.0 / n * (np.ones_like(hprebn) * dbnmeani)
    return dhprebn, dbngain, dbnbias
"""
MAKEMORE_EMBEDDING = """\
import numpy as np


def embed(C: "V, E", Xb: "n, T int", W1: "T * E, H"):
    emb = C[Xb]
    embcat = emb.reshape(emb.shape[0], -1)
    hpre = embcat @ W1
    return hpre


def embed_backward(dhpre, C, Xb, W1):
    emb = C[Xb]
    embcat = emb.reshape(emb.shape[0], -1)
    dembcat = dhpre @ W1.T
    dW1 = embcat.T @ dhpre
    demb = dembcat.reshape(emb.shape)
    dC = np.zeros_like(C)
    for k in range(Xb.shape[0]):
        for j in range(Xb.shape[1]):
            ix = Xb[k, j]
            dC[ix] += demb[k, j]
    return dC, dW1
"""
NEURON_SCRIPT = """\
import math

x1, x2, w1, w2, b = 2.0, 0.5, -3.0, 1.0, 6.88

x1w1 = x1 * w1
x2w2 = x2 * w2
x1w1x2w2 = x1w1 + x2w2
n = x1w1x2w2 + b
e = math.exp(2 * n)
o = (e - 1) / (e + 1)

o_grad = 1.0
e_grad = 2 / (e + 1) ** 2 * o_grad
n_grad = 2 * e * e_grad
b_grad = n_grad
x1w1x2w2_grad = n_grad
x1w1_grad = x1w1x2w2_grad
x2w2_grad = x1w1x2w2_grad
x1_grad = w1 * x1w1_grad
w1_grad = x1 * x1w1_grad
x2_grad = w2 * x2w2_grad
w2_grad = x2 * x2w2_grad
"""
IM2COL = """\
import numpy as np


def im2col(x, k):
    N, C, H, W = x.shape
    oh, ow = H - k + 1, W - k + 1
    col = np.zeros((N, C, k, k, oh, ow))
    for i in range(k):
        for j in range(k):
            col[:, :, i, j, :, :] = x[:, :, i : i + oh, j : j + ow]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(N * oh * ow, -1)


def col2im(col, shape, k):
    N, C, H, W = shape
    oh, ow = H - k + 1, W - k + 1
    col = col.reshape(N, oh, ow, C, k, k).transpose(0, 3, 4, 5, 1, 2)
    img = np.zeros(shape)
    for i in range(k):
        for j in range(k):
            img[:, :, i : i + oh, j : j + ow] += col[:, :, i, j, :, :]
    return img


class Convolution:
    def __init__(self, W: "F, C, 2, 2", b: "F"):
        self.W = W
        self.b = b
        self.x = None
        self.col = None
        self.col_W = None
        self.dW = None
        self.db = None

    def forward(self, x: "N, C, 3, 3"):
        FN, C, FH, FW = self.W.shape
        N = x.shape[0]
        col = im2col(x, 2)
        col_W = self.W.reshape(FN, -1).T
        out = np.dot(col, col_W) + self.b
        out = out.reshape(N, 2, 2, -1).transpose(0, 3, 1, 2)
        self.x = x
        self.col = col
        self.col_W = col_W
        return out

    def backward(self, dout):
        FN, C, FH, FW = self.W.shape
        dout = dout.transpose(0, 2, 3, 1).reshape(-1, FN)
        self.db = np.sum(dout, axis=0)
        self.dW = np.dot(self.col.T, dout)
        self.dW = self.dW.transpose(1, 0).reshape(FN, C, FH, FW)
        dcol = np.dot(dout, self.col_W.T)
        dx = col2im(dcol, self.x.shape, 2)
        return dx
"""
EMBEDDING_LAYER = """\
import numpy as np


class Embedding:
    def __init__(self, W: "V, D"):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.idx = None

    def forward(self, idx: "N int"):
        W, = self.params
        self.idx = idx
        out = W[idx]
        return out

    def backward(self, dout):
        dW, = self.grads
        dW[...] = 0
        for i, word_id in enumerate(self.idx):
            dW[word_id] += dout[i]
        return None
"""
SIGMOID_LOSS = """\
import numpy as np


class SigmoidWithLoss:
    def __init__(self):
        self.y = None
        self.t = None

    def forward(self, x: "N", t: "N"):
        self.t = t
        self.y = 1 / (1 + np.exp(-x))
        loss = -np.sum(t * np.log(self.y) + (1 - t) * np.log(1 - self.y)) / len(t)
        return loss

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = (self.y - self.t) * dout / batch_size
        return dx
"""
MUL_LAYERS = """\
class MulLayer:
    def __init__(self):
        self.x = None
        self.y = None

    def forward(self, x: float, y: float):
        self.x = x
        self.y = y
        out = x * y
        return out

    def backward(self, dout):
        dx = dout * self.y
        dy = dout * self.x
        return dx, dy


class AddLayer:
    def __init__(self):
        pass

    def forward(self, x: float, y: float):
        out = x + y
        return out

    def backward(self, dout):
        dx = dout * 1
        dy = dout * 1
        return dx, dy
"""
TIME_RNN = """\
import numpy as np


class TimeRNN:
    def __init__(self, Wx: "D, H", Wh: "H, H", b: "H"):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.hs = None
        self.xs = None

    def forward(self, xs: "N, 3, D"):
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        H = Wh.shape[0]
        hs = np.zeros((N, T, H))
        h = np.zeros((N, H))
        for t in range(T):
            h = np.tanh(np.dot(h, Wh) + np.dot(xs[:, t, :], Wx) + b)
            hs[:, t, :] = h
        self.xs, self.hs = xs, hs
        return hs

    def backward(self, dhs):
        Wx, Wh, b = self.params
        N, T, H = dhs.shape
        D = Wx.shape[0]
        dxs = np.zeros((N, T, D))
        dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
        dh = np.zeros((N, H))
        for t in reversed(range(T)):
            h_prev = self.hs[:, t - 1, :] if t > 0 else np.zeros((N, H))
            da = (dhs[:, t, :] + dh) * (1 - self.hs[:, t, :] ** 2)
            dWx += np.dot(self.xs[:, t, :].T, da)
            dWh += np.dot(h_prev.T, da)
            db += da.sum(axis=0)
            dxs[:, t, :] = np.dot(da, Wx.T)
            dh = np.dot(da, Wh.T)
        self.grads[0][...] = dWx
        self.grads[1][...] = dWh
        self.grads[2][...] = db
        return dxs
"""
VAE = """\
import numpy as np


def elbo(mu: "N, D", logvar: "N, D", eps: "N, D", x: "N, D"):
    std = np.exp(0.5 * logvar)
    z = mu + eps * std
    rec = np.sum((x - z) ** 2)
    kl = -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))
    loss = rec + kl
    return loss


def elbo_backward(mu, logvar, eps, x):
    std = np.exp(0.5 * logvar)
    z = mu + eps * std
    dz = 2 * (z - x)
    dx = -dz
    dmu = dz + mu
    deps = dz * std
    dstd = dz * eps
    dlogvar = 0.5 * std * dstd
    dlogvar += -0.5 * (1 - np.exp(logvar))
    return dmu, dlogvar, deps, dx
"""
FACTORS = """\
import numpy as np


def error(P: "U, K", Q: "I, K", R: "U, I", lam: float = 0.1):
    E = R - P @ Q.T
    J = np.sum(E**2) + lam * (np.sum(P**2) + np.sum(Q**2))
    return J


def error_grad(P, Q, R, lam=0.1):
    E = R - P @ Q.T
    gP = -2 * E @ Q + 2 * lam * P
    gQ = -2 * E.T @ P + 2 * lam * Q
    gR = 2 * E
    return gP, gQ, gR
"""
HEADS = """\
import numpy as np


def heads(x: "T, 4", Wq: "4, 4", Wk: "4, 4", Wv: "4, 4"):
    T, C = x.shape
    q = (x @ Wq).reshape(T, 2, 2).transpose(1, 0, 2)
    k = (x @ Wk).reshape(T, 2, 2).transpose(1, 0, 2)
    v = (x @ Wv).reshape(T, 2, 2).transpose(1, 0, 2)
    att = q @ k.transpose(0, 2, 1) / np.sqrt(2)
    e = np.exp(att - att.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    out = (p @ v).transpose(1, 0, 2).reshape(T, C)
    return out


def heads_backward(dout, x, Wq, Wk, Wv):
    T, C = x.shape
    q = (x @ Wq).reshape(T, 2, 2).transpose(1, 0, 2)
    k = (x @ Wk).reshape(T, 2, 2).transpose(1, 0, 2)
    v = (x @ Wv).reshape(T, 2, 2).transpose(1, 0, 2)
    att = q @ k.transpose(0, 2, 1) / np.sqrt(2)
    e = np.exp(att - att.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    dy = dout.reshape(T, 2, 2).transpose(1, 0, 2)
    dp = dy @ v.transpose(0, 2, 1)
    dv = p.transpose(0, 2, 1) @ dy
    datt = p * (dp - (dp * p).sum(axis=-1, keepdims=True))
    dq = datt @ k / np.sqrt(2)
    dk = datt.transpose(0, 2, 1) @ q / np.sqrt(2)
    dq = dq.transpose(1, 0, 2).reshape(T, C)
    dk = dk.transpose(1, 0, 2).reshape(T, C)
    dv = dv.transpose(1, 0, 2).reshape(T, C)
    dx = dq @ Wq.T + dk @ Wk.T + dv @ Wv.T
    return dx, x.T @ dq, x.T @ dk, x.T @ dv
"""
PAIRS = (
    Pair(
        "cross entropy in small steps",
        MAKEMORE,
        MAKEMORE_BACKWARD,
        slips=(
            Slip(
                "dcounts += np.ones_like",
                "dcounts = np.ones_like",
                "`=` stands where `+=` is due",
            ),
            Slip(
                "(counts * dprobs).sum(1, keepdims=True)", "counts * dprobs", "axis 1"
            ),
            Slip("-(counts_sum**-2)", "counts_sum**-2", "sign"),
        ),
    ),
    Pair(
        "normalisation in small steps",
        MAKEMORE_NORM,
        slips=(
            Slip("(-dbndiff).sum(0)", "dbndiff.sum(0)", "sign"),
            Slip("dbndiff += (2 * bndiff)", "dbndiff += bndiff", ""),
            Slip("** -1.5) * dbnvar_inv", "** -0.5) * dbnvar_inv", ""),
        ),
    ),
    Pair(
        "embedding in loops",
        MAKEMORE_EMBEDDING,
        slips=(
            Slip(
                "dC[ix] += demb[k, j]",
                "dC[ix] = demb[k, j]",
                "`=` stands where `+=` is due",
            ),
            Slip("demb[k, j]", "demb[k, 0]", ""),
            Slip("embcat.T @ dhpre", "dhpre.T @ embcat", ""),
        ),
    ),
    Pair(
        "neuron with the expanded tanh",
        NEURON_SCRIPT,
        slips=(
            Slip("n_grad = 2 * e * e_grad", "n_grad = e * e_grad", "2"),
            Slip(
                "x2_grad = w2 * x2w2_grad", "x2_grad = w2 * x1w1", "`x2_grad` is wrong"
            ),
            Slip("w1_grad = x1 * x1w1_grad", "w1_grad = w1 * x1w1_grad", "`x1`"),
        ),
    ),
    Pair(
        "convolution by columns",
        IM2COL,
        slips=(
            Slip(
                "img[:, :, i : i + oh, j : j + ow] +=",
                "img[:, :, i : i + oh, j : j + ow] =",
                "`=` stands where `+=` is due",
            ),
            Slip(
                "np.dot(dout, self.col_W.T)",
                "np.dot(dout, self.col_W.T) / FN",
                "/ FN",
            ),
            Slip(
                "self.dW.transpose(1, 0).reshape",
                "self.dW.reshape",
                "dout.T",
                line="self.dW = np.dot",
            ),
        ),
    ),
    Pair(
        "rows of a layer",
        EMBEDDING_LAYER,
        slips=(
            Slip(
                "dW[word_id] += dout[i]",
                "dW[word_id] = dout[i]",
                "`=` stands where `+=` is due",
            ),
            Slip("dW[word_id] += dout[i]", "dW[i] += dout[i]", ""),
            Slip("dW[word_id] += dout[i]", "dW[word_id] += dout[0]", ""),
        ),
    ),
    Pair(
        "sigmoid with loss",
        SIGMOID_LOSS,
        slips=(
            Slip("* dout / batch_size", "* dout", "too much"),
            Slip("(self.y - self.t)", "(self.t - self.y)", "sign"),
            Slip("(self.y - self.t)", "self.y", ""),
        ),
    ),
    Pair(
        "layers that add and multiply",
        MUL_LAYERS,
        slips=(
            Slip("dx = dout * self.y", "dx = dout * self.x", ""),
            Slip("dy = dout * 1", "dy = dout * -1", "sign"),
            Slip(
                "        return dx, dy\n\n\nclass AddLayer",
                "        return dy, dx\n\n\nclass AddLayer",
                "in the order",
            ),
        ),
    ),
    Pair(
        "recurrent layer over time",
        TIME_RNN,
        slips=(
            Slip("dh = np.dot(da, Wh.T)", "dh = np.dot(da, Wh)", ""),
            Slip("self.hs[:, t - 1, :] if", "self.hs[:, t, :] if", ""),
            Slip(
                "db += da.sum(axis=0)",
                "db = da.sum(axis=0)",
                "`=` stands where `+=` is due",
            ),
        ),
    ),
    Pair(
        "variational bound",
        VAE,
        slips=(
            Slip("dlogvar = 0.5 * std * dstd", "dlogvar = std * dstd", ""),
            Slip("dmu = dz + mu", "dmu = dz", "missing"),
            Slip("-0.5 * (1 - np.exp(logvar))", "-0.5 * (1 + np.exp(logvar))", ""),
        ),
    ),
    Pair(
        "factors of a matrix",
        FACTORS,
        slips=(
            Slip("gQ = -2 * E.T @ P", "gQ = -2 * E.T @ Q", ""),
            Slip("gP = -2 * E @ Q", "gP = 2 * E @ Q", ""),
            Slip("+ 2 * lam * Q", "", "missing"),
        ),
    ),
    Pair(
        "attention with heads",
        HEADS,
        slips=(
            Slip("dq = datt @ k / np.sqrt(2)", "dq = datt @ k", ""),
            Slip(
                "(dp - (dp * p).sum(axis=-1, keepdims=True))",
                "(dp - dp.sum(axis=-1, keepdims=True))",
                "",
            ),
            Slip(" + dv @ Wv.T", "", ""),
        ),
    ),
)
