"""Layers, of all kinds."""

from __future__ import annotations

from network_case import Case

LAYERS = (
    Case(
        "batchnorm_train",
        """
def batchnorm(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    xhat = (x - mu) / np.sqrt(var + eps)
    return gamma * xhat + beta
""",
        (
            {"x": "5 3", "gamma": "3", "beta": "3"},
            {"x": "7 1", "gamma": "1 positive", "beta": "1 positive"},
        ),
    ),
    Case(
        "batchnorm2d",
        """
def batchnorm2d(x, gamma, beta, eps=1e-5):
    N, C, H, W = x.shape
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = ((x - mean) ** 2).mean(axis=(0, 2, 3), keepdims=True)
    xn = (x - mean) / np.sqrt(var + eps)
    out = gamma.reshape(1, C, 1, 1) * xn + beta.reshape(1, C, 1, 1)
    assert out.shape == (N, C, H, W)
    return out
""",
        (
            {"x": "2 3 4 4", "gamma": "3", "beta": "3"},
            {"x": "1 2 3 2", "gamma": "2", "beta": "2"},
        ),
    ),
    Case(
        "layernorm_last",
        """
def layer_norm(x, weight, bias, eps=1e-6):
    mean = np.mean(x, axis=-1, keepdims=True)
    variance = np.mean(np.square(x - mean), axis=-1, keepdims=True)
    return weight * (x - mean) / np.sqrt(variance + eps) + bias
""",
        (
            {"x": "2 3 4", "weight": "4", "bias": "4"},
            {"x": "1 4", "weight": "4", "bias": "4 positive"},
            {"x": "4", "weight": "4", "bias": "4"},
        ),
    ),
    Case(
        "groupnorm",
        """
def group_norm(x, gamma, beta, G=2, eps=1e-5):
    N, C, H, W = x.shape
    x = x.reshape(N, G, C // G, H, W)
    mean = x.mean(axis=(2, 3, 4), keepdims=True)
    var = x.var(axis=(2, 3, 4), keepdims=True)
    x = (x - mean) / np.sqrt(var + eps)
    x = x.reshape(N, C, H, W)
    return x * gamma[None, :, None, None] + beta[None, :, None, None]
""",
        (
            {"x": "2 4 3 3", "gamma": "4", "beta": "4"},
            {"x": "1 6 2 3", "gamma": "6", "beta": "6"},
        ),
    ),
    Case(
        "weightnorm",
        """
def weight_norm_linear(x, v, g, b):
    norm = np.linalg.norm(v, axis=1, keepdims=True)
    w = g[:, None] * v / norm
    return x @ w.T + b
""",
        (
            {"x": "5 3", "v": "4 3", "g": "4", "b": "4"},
            {"x": "1 2 positive", "v": "1 2", "g": "1 positive", "b": "1 positive"},
        ),
    ),
    Case(
        "spectralnorm",
        """
def spectral_norm_layer(x, W, u, b):
    v = W.T @ u
    v = v / np.linalg.norm(v)
    u2 = W @ v
    u2 = u2 / np.linalg.norm(u2)
    sigma = u2 @ W @ v
    return x @ (W / sigma).T + b
""",
        (
            {"x": "5 3", "W": "4 3", "u": "4", "b": "4"},
            {"x": "1 2 positive", "W": "3 2", "u": "3 positive", "b": "3"},
        ),
    ),
    Case(
        "rope",
        """
def rotary(x, theta=10000.0):
    T, D = x.shape[-2:]
    inv_freq = 1.0 / theta ** (np.arange(0, D, 2) / D)
    angles = np.arange(T)[:, None] * inv_freq[None, :]
    cos, sin = np.cos(angles), np.sin(angles)
    x1, x2 = x[..., ::2], x[..., 1::2]
    out = np.empty_like(x)
    out[..., ::2] = x1 * cos - x2 * sin
    out[..., 1::2] = x1 * sin + x2 * cos
    return out
""",
        ({"x": "2 3 4"}, {"x": "5 6"}, {"x": "1 2 3 4"}),
    ),
    Case(
        "rope_half",
        """
def rotate_half(x):
    half = x.shape[-1] // 2
    return np.concatenate([-x[..., half:], x[..., :half]], axis=-1)


def apply_rope(q, k, cos, sin):
    cos = cos[None, :, None, :]
    sin = sin[None, :, None, :]
    q_embed = q * cos + rotate_half(q) * sin
    k_embed = k * cos + rotate_half(k) * sin
    return np.einsum("bihd,bjhd->bhij", q_embed, k_embed) / np.sqrt(q.shape[-1])
""",
        (
            {"q": "2 3 2 4", "k": "2 3 2 4", "cos": "3 4", "sin": "3 4"},
            {"q": "1 2 3 2", "k": "1 2 3 2", "cos": "2 2", "sin": "2 2"},
        ),
    ),
    Case(
        "gqa",
        """
def gqa(x, wq, wk, wv, wo, n_heads=4, n_kv=2):
    b, t, c = x.shape
    hd = c // n_heads
    q = np.einsum("btc,chd->bhtd", x, wq.reshape(c, n_heads, hd))
    k = np.einsum("btc,chd->bhtd", x, wk.reshape(c, n_kv, hd))
    v = np.einsum("btc,chd->bhtd", x, wv.reshape(c, n_kv, hd))
    k = np.repeat(k, n_heads // n_kv, axis=1)
    v = np.repeat(v, n_heads // n_kv, axis=1)
    att = np.einsum("bhid,bhjd->bhij", q, k) * hd**-0.5
    att = att + np.triu(np.full((t, t), -1e9), 1)
    att = np.exp(att - att.max(-1, keepdims=True))
    att = att / att.sum(-1, keepdims=True)
    o = np.einsum("bhij,bhjd->bihd", att, v).reshape(b, t, c)
    return o @ wo
""",
        (
            {"x": "2 3 8", "wq": "8 8", "wk": "8 4", "wv": "8 4", "wo": "8 8"},
            {"x": "1 2 4", "wq": "4 4", "wk": "4 2", "wv": "4 2", "wo": "4 4"},
        ),
    ),
    Case(
        "mqa_alibi",
        """
def alibi_attention(q, k, v):
    H, T, D = q.shape
    slopes = 2.0 ** (-8.0 * np.arange(1, H + 1) / H)
    pos = np.arange(T)
    bias = -np.abs(pos[:, None] - pos[None, :])
    logits = np.einsum("htd,sd->hts", q, k) / D**0.5 + slopes[:, None, None] * bias
    logits[:, pos[None, :] > pos[:, None]] = -np.inf
    m = logits.max(axis=-1, keepdims=True)
    p = np.exp(logits - m)
    p /= p.sum(axis=-1, keepdims=True)
    return np.einsum("hts,sd->htd", p, v)
""",
        (
            {"q": "2 3 4", "k": "3 4", "v": "3 4"},
            {"q": "1 4 2", "k": "4 2", "v": "4 2"},
        ),
    ),
    Case(
        "geglu",
        """
def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def geglu(x, W, b):
    h = x @ W + b
    a, g = np.split(h, 2, axis=-1)
    return a * gelu(g)
""",
        ({"x": "3 4", "W": "4 6", "b": "6"}, {"x": "2 1 4", "W": "4 2", "b": "2"}),
    ),
    Case(
        "gru_cell",
        """
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gru(xs, h0, params):
    h = h0
    hs = []
    for x in xs:
        z = sigmoid(x @ params["Wz"] + h @ params["Uz"] + params["bz"])
        r = sigmoid(x @ params["Wr"] + h @ params["Ur"] + params["br"])
        n = np.tanh(x @ params["Wn"] + (r * h) @ params["Un"] + params["bn"])
        h = (1 - z) * n + z * h
        hs.append(h)
    return np.stack(hs)
""",
        (
            {
                "xs": "4 2 3",
                "h0": "2 5",
                "params": {
                    "Wz": "3 5",
                    "Uz": "5 5",
                    "bz": "5",
                    "Wr": "3 5",
                    "Ur": "5 5",
                    "br": "5",
                    "Wn": "3 5",
                    "Un": "5 5",
                    "bn": "5",
                },
            },
            {
                "xs": "1 1 2 positive",
                "h0": "1 3",
                "params": {
                    "Wz": "2 3",
                    "Uz": "3 3",
                    "bz": "3",
                    "Wr": "2 3",
                    "Ur": "3 3",
                    "br": "3",
                    "Wn": "2 3",
                    "Un": "3 3",
                    "bn": "3",
                },
            },
        ),
    ),
    Case(
        "lstm_packed",
        """
def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def lstm(x, h0, c0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    prev_h, prev_c = h0, c0
    for t in range(T):
        a = x[:, t].dot(Wx) + prev_h.dot(Wh) + b
        i, f, o, g = a[:, :H], a[:, H : 2 * H], a[:, 2 * H : 3 * H], a[:, 3 * H :]
        i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        prev_c = f * prev_c + i * g
        prev_h = o * np.tanh(prev_c)
        h[:, t, :] = prev_h
    return h
""",
        (
            {
                "x": "2 3 4",
                "h0": "2 5",
                "c0": "2 5",
                "Wx": "4 20",
                "Wh": "5 20",
                "b": "20",
            },
            {
                "x": "1 1 2 positive",
                "h0": "1 3",
                "c0": "1 3",
                "Wx": "2 12",
                "Wh": "3 12",
                "b": "12",
            },
        ),
    ),
    Case(
        "birnn",
        """
def rnn(x, Wx, Wh, b):
    h = np.zeros((x.shape[0], Wh.shape[0]))
    out = []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ Wx + h @ Wh + b)
        out.append(h)
    return np.stack(out, axis=1)


def bidirectional(x, Wxf, Whf, bf, Wxb, Whb, bb):
    fwd = rnn(x, Wxf, Whf, bf)
    bwd = rnn(x[:, ::-1], Wxb, Whb, bb)[:, ::-1]
    return np.concatenate((fwd, bwd), axis=2)
""",
        (
            {
                "x": "2 3 4",
                "Wxf": "4 5",
                "Whf": "5 5",
                "bf": "5",
                "Wxb": "4 5",
                "Whb": "5 5",
                "bb": "5",
            },
            {
                "x": "1 2 2",
                "Wxf": "2 3",
                "Whf": "3 3",
                "bf": "3",
                "Wxb": "2 3",
                "Whb": "3 3",
                "bb": "3",
            },
        ),
    ),
    Case(
        "conv1d_causal",
        """
def causal_conv1d(x, w, b, dilation=2):
    N, C_in, L = x.shape
    C_out, _, K = w.shape
    pad = (K - 1) * dilation
    xp = np.pad(x, ((0, 0), (0, 0), (pad, 0)))
    out = np.zeros((N, C_out, L))
    for k in range(K):
        out += np.einsum(
            "oi,nil->nol", w[:, :, k], xp[:, :, k * dilation : k * dilation + L]
        )
    return out + b[:, None]
""",
        (
            {"x": "2 3 6", "w": "4 3 3", "b": "4"},
            {"x": "1 1 2 positive", "w": "1 1 2", "b": "1 positive"},
        ),
    ),
    Case(
        "conv2d_naive",
        """
def conv2d(x, w, b, stride=1, pad=1):
    N, C, H, W = x.shape
    F, C_, HH, WW = w.shape
    assert C == C_
    H_out = 1 + (H + 2 * pad - HH) // stride
    W_out = 1 + (W + 2 * pad - WW) // stride
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    out = np.zeros((N, F, H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            window = x_pad[
                :, :, i * stride : i * stride + HH, j * stride : j * stride + WW
            ]
            for f in range(F):
                out[:, f, i, j] = np.sum(window * w[f], axis=(1, 2, 3)) + b[f]
    return out
""",
        (
            {"x": "2 2 4 4", "w": "3 2 3 3", "b": "3 positive"},
            {"x": "1 1 3 2", "w": "1 1 2 2", "b": "1 positive"},
        ),
    ),
    Case(
        "depthwise",
        """
def depthwise_conv(x, w):
    B, H, W, C = x.shape
    kh, kw, _ = w.shape
    oh, ow = H - kh + 1, W - kw + 1
    y = 0
    for i in range(kh):
        for j in range(kw):
            y = y + x[:, i : i + oh, j : j + ow, :] * w[i, j]
    return y
""",
        ({"x": "2 4 4 3", "w": "3 3 3"}, {"x": "1 2 3 1", "w": "2 2 1"}),
    ),
    Case(
        "im2col_conv",
        """
def im2col(x, kh, kw):
    N, C, H, W = x.shape
    oh = H - kh + 1
    ow = W - kw + 1
    cols = np.empty((N, C, kh, kw, oh, ow), dtype=x.dtype)
    for i in range(kh):
        for j in range(kw):
            cols[:, :, i, j] = x[:, :, i : i + oh, j : j + ow]
    return cols.transpose(0, 4, 5, 1, 2, 3).reshape(N * oh * ow, -1)


def conv_layer(x, W, b):
    FN, C, FH, FW = W.shape
    N, _, H, Wd = x.shape
    col = im2col(x, FH, FW)
    col_W = W.reshape(FN, -1).T
    out = col @ col_W + b
    return out.reshape(N, H - FH + 1, Wd - FW + 1, FN).transpose(0, 3, 1, 2)
""",
        (
            {"x": "2 3 4 4", "W": "4 3 3 3", "b": "4"},
            {"x": "1 1 3 2", "W": "1 1 2 2", "b": "1 positive"},
        ),
    ),
    Case(
        "maxpool_reshape",
        """
def max_pool(x, p=2):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // p, p, w // p, p).max(axis=(3, 5))
""",
        ({"x": "2 3 4 4"}, {"x": "1 1 2 6"}),
    ),
    Case(
        "squeeze_excite",
        """
def se_block(x, w1, b1, w2, b2):
    s = x.mean(axis=(-2, -1))
    e = np.maximum(s @ w1 + b1, 0.0)
    e = 1.0 / (1.0 + np.exp(-(e @ w2 + b2)))
    return x * e[..., None, None]
""",
        (
            {"x": "2 4 3 3", "w1": "4 2", "b1": "2", "w2": "2 4", "b2": "4"},
            {
                "x": "1 2 1 3",
                "w1": "2 1",
                "b1": "1 positive",
                "w2": "1 2 positive",
                "b2": "2",
            },
        ),
    ),
    Case(
        "mamba",
        """
def selective_scan(u, delta, A, B, C, D):
    b, l, d = u.shape
    n = A.shape[1]
    deltaA = np.exp(np.einsum("bld,dn->bldn", delta, A))
    deltaB_u = np.einsum("bld,bln,bld->bldn", delta, B, u)
    x = np.zeros((b, d, n))
    ys = []
    for i in range(l):
        x = deltaA[:, i] * x + deltaB_u[:, i]
        y = np.einsum("bdn,bn->bd", x, C[:, i, :])
        ys.append(y)
    y = np.stack(ys, axis=1)
    y = y + u * D
    return y
""",
        (
            {
                "u": "2 4 3",
                "delta": "2 4 3 positive",
                "A": "3 2",
                "B": "2 4 2",
                "C": "2 4 2",
                "D": "3",
            },
            {
                "u": "1 2 1 positive",
                "delta": "1 2 1 positive",
                "A": "1 2",
                "B": "1 2 2",
                "C": "1 2 2",
                "D": "1",
            },
        ),
    ),
    Case(
        "s4d",
        """
def ssm(u, A, B, C, dt):
    Abar = (1 + dt / 2 * A) / (1 - dt / 2 * A)
    Bbar = dt * B / (1 - dt / 2 * A)
    L = len(u)
    x = np.zeros_like(A)
    y = np.zeros(L)
    for k in range(L):
        x = Abar * x + Bbar * u[k]
        y[k] = (C * x).sum()
    return y
""",
        (
            {"u": "5", "A": "3", "B": "3", "C": "3", "dt": 0.1},
            {"u": "1 positive", "A": "1", "B": "1 positive", "C": "1", "dt": 0.3},
        ),
    ),
    Case(
        "linear_attention",
        """
def elu1(x):
    return np.where(x > 0, x + 1, np.exp(x))


def causal_linear_attention(q, k, v):
    q, k = elu1(q), elu1(k)
    kv = np.cumsum(np.einsum("...td,...te->...tde", k, v), axis=-3)
    z = np.cumsum(k, axis=-2)
    num = np.einsum("...td,...tde->...te", q, kv)
    den = np.sum(q * z, axis=-1, keepdims=True)
    return num / (den + 1e-6)
""",
        (
            {"q": "2 3 4", "k": "2 3 4", "v": "2 3 2"},
            {"q": "2 2", "k": "2 2", "v": "2 3"},
            {"q": "1 2 1 2", "k": "1 2 1 2", "v": "1 2 1 3"},
        ),
    ),
    Case(
        "gcn_addat",
        """
def gcn(x, src, dst, W, b):
    n = x.shape[0]
    deg = np.zeros(n)
    np.add.at(deg, dst, 1.0)
    h = x @ W
    msg = h[src] / np.sqrt((deg[src] + 1) * (deg[dst] + 1))[:, None]
    out = np.zeros_like(h)
    np.add.at(out, dst, msg)
    return np.maximum(out + h / (deg + 1)[:, None] + b, 0)
""",
        (
            {"x": "4 3", "src": "5 < 4", "dst": "5 < 4", "W": "3 5", "b": "5"},
            {
                "x": "2 1 positive",
                "src": "1 < 1",
                "dst": "1 < 2",
                "W": "1 2",
                "b": "2 positive",
            },
        ),
    ),
    Case(
        "gat",
        """
def gat_layer(h, adj, W, a_src, a_dst):
    Wh = h @ W
    e = (Wh @ a_src)[:, None] + (Wh @ a_dst)[None, :]
    e = np.where(e > 0, e, 0.2 * e)
    e = np.where(adj > 0, e, -9e15)
    att = np.exp(e - e.max(axis=1, keepdims=True))
    att = att / att.sum(axis=1, keepdims=True)
    out = att @ Wh
    return np.where(out > 0, out, np.expm1(out))
""",
        (
            {"h": "4 3", "adj": "4 4 < 2", "W": "3 5", "a_src": "5", "a_dst": "5"},
            {
                "h": "1 2 positive",
                "adj": "1 1 < 2",
                "W": "2 3",
                "a_src": "3 positive",
                "a_dst": "3",
            },
        ),
    ),
    Case(
        "moe_topk",
        """
def moe(x, Wg, W1, W2, k=2):
    logits = x @ Wg
    idx = np.argsort(-logits, axis=-1)[:, :k]
    top = np.take_along_axis(logits, idx, axis=-1)
    w = np.exp(top - top.max(axis=-1, keepdims=True))
    w = w / w.sum(axis=-1, keepdims=True)
    out = np.zeros_like(x)
    for n in range(x.shape[0]):
        for j in range(k):
            e = idx[n, j]
            h = np.maximum(x[n] @ W1[e], 0)
            out[n] += w[n, j] * (h @ W2[e])
    return out
""",
        (
            {"x": "4 3", "Wg": "3 4", "W1": "4 3 5", "W2": "4 5 3"},
            {"x": "1 2 positive", "Wg": "2 3", "W1": "3 2 2", "W2": "3 2 2"},
        ),
    ),
    Case(
        "rnn_grow",
        """
def rnn(xs, W, U):
    h = np.zeros(U.shape[0])
    total = 0.0
    for x in xs:
        h = np.tanh(x @ W + h @ U)
        total = total + np.sum(h**2)
    return total
""",
        (
            {"xs": "3 2 4", "W": "4 5", "U": "5 5"},
            {"xs": "1 2 4", "W": "4 5", "U": "5 5"},
            {"xs": "0 2 4", "W": "4 5", "U": "5 5"},
            {"xs": "2 4", "W": "4 5", "U": "5 5"},
        ),
    ),
    Case(
        "rnn_h0_broadcast",
        """
def rnn(xs, h0, W, U, keep):
    h = h0
    outs = []
    for t in range(len(xs)):
        new = np.tanh(xs[t] @ W + h @ U)
        if keep[t] > 0:
            h = new
        outs.append(np.sum(new * h))
    return sum(outs)
""",
        (
            {"xs": "3 2 4", "h0": "5", "W": "4 5", "U": "5 5", "keep": "3 < 2"},
            {"xs": "3 2 4", "h0": "5", "W": "4 5", "U": "5 5", "keep": "3 < 2"},
            {"xs": "2 2 4", "h0": "5", "W": "4 5", "U": "5 5", "keep": "2 < 1"},
        ),
    ),
    Case(
        "unrolled_attn",
        """
def decode(x, Wq, Wk, Wv):
    ks, vs = [], []
    y = x[0]
    for t in range(len(x)):
        k = x[t] @ Wk
        v = y @ Wv
        ks.append(k)
        vs.append(v)
        q = (x[t] + y) @ Wq
        s = np.stack(ks) @ q
        a = np.exp(s - s.max())
        a = a / a.sum()
        y = a @ np.stack(vs)
    return y
""",
        (
            {"x": "3 4", "Wq": "4 4", "Wk": "4 4", "Wv": "4 4"},
            {"x": "1 2 positive", "Wq": "2 2", "Wk": "2 2", "Wv": "2 2"},
        ),
    ),
    Case(
        "mom_state2",
        """
def train(w, X, y, mask, v):
    for i in range(len(mask)):
        g = X.T @ (X @ w - y)
        if mask[i]:
            v = 0.9 * v + g
        elif mask[i - 1]:
            w = w - 0.1 * v
    return np.sum(w**2)
""",
        (
            {"w": "3", "X": "5 3", "y": "5", "mask": "5 bool", "v": 0.0},
            {
                "w": "1 positive",
                "X": "1 1 positive",
                "y": "1 positive",
                "mask": "2 bool",
                "v": 1.0,
            },
        ),
    ),
    Case(
        "power_while",
        """
def power(A, x, tol=1e-3):
    n = 0
    while n < 5:
        y = A @ x
        lam = np.sqrt(np.sum(y * y))
        x = y / lam
        n += 1
    return lam * x[0]
""",
        ({"A": "3 3", "x": "3"}, {"A": "1 1 positive", "x": "1 positive"}),
    ),
    Case(
        "dense_of_nested_dicts",
        """
def dense(x, p):
    h = x @ p["W"] + p["b"]
    return np.tanh(h)


def net(x, params):
    h = dense(x, params["encoder"])
    out = params["out"]
    h = dense(h, params["decoder"])
    assert h.shape[0] == x.shape[0] and h.shape == (x.shape[0], 2)
    return np.sum((h @ out["W"]) ** 2)
""",
        (
            {
                "x": "5 3",
                "params": {
                    "encoder": {"W": "3 4", "b": "4"},
                    "decoder": {"W": "4 2", "b": "2"},
                    "out": {"W": "2 3"},
                },
            },
            {
                "x": "1 1",
                "params": {
                    "encoder": {"W": "1 1", "b": "1"},
                    "decoder": {"W": "1 2", "b": "2"},
                    "out": {"W": "2"},
                },
            },
        ),
    ),
    Case(
        "names_that_nothing_reads",
        """
def heads(x, n):
    b, t, _ = x.shape
    return x.reshape(b, t, n, -1).transpose(0, 2, 1, 3)


def scores(q, k, n_heads=2):
    q, k = heads(q, n_heads), heads(k, n_heads)
    return q @ k.swapaxes(-1, -2)
""",
        ({"q": "2 3 4", "k": "2 3 4"}, {"q": "1 1 2", "k": "1 2 2"}),
    ),
    Case(
        "film",
        """
def film_block(x, cond, Wg, bg, Wb, bb):
    gamma = (cond @ Wg + bg)[:, :, None, None]
    beta = (cond @ Wb + bb)[:, :, None, None]
    mu = x.mean(axis=(2, 3), keepdims=True)
    sd = np.sqrt(((x - mu) ** 2).mean(axis=(2, 3), keepdims=True) + 1e-5)
    y = gamma * (x - mu) / sd + beta
    return np.where(y > 0, y, 0.01 * y)
""",
        (
            {
                "x": "2 3 4 4",
                "cond": "2 5",
                "Wg": "5 3",
                "bg": "3",
                "Wb": "5 3",
                "bb": "3 positive",
            },
            {
                "x": "1 1 2 2",
                "cond": "1 1 positive",
                "Wg": "1 1 positive",
                "bg": "1",
                "Wb": "1 1 positive",
                "bb": "1 positive",
            },
        ),
    ),
    Case(
        "pixelshuffle",
        """
def pixel_shuffle(x, r=2):
    b, c, h, w = x.shape
    x = x.reshape(b, c // r**2, r, r, h, w)
    return x.transpose(0, 1, 4, 2, 5, 3).reshape(b, c // r**2, h * r, w * r)
""",
        ({"x": "2 4 3 2"}, {"x": "1 8 1 2"}),
    ),
    Case(
        "patch_embed",
        """
def patch_embed(img, W, b, pos, P=2):
    B, C, H, Wd = img.shape
    nh, nw = H // P, Wd // P
    p = img.reshape(B, C, nh, P, nw, P)
    p = np.einsum("bchpwq->bhwpqc", p).reshape(B, nh * nw, P * P * C)
    return p @ W + b + pos[None]
""",
        (
            {"img": "2 3 4 6", "W": "12 5", "b": "5", "pos": "6 5"},
            {"img": "1 1 2 2", "W": "4 1", "b": "1 positive", "pos": "1 1 positive"},
        ),
    ),
    Case(
        "seq2seq_attn",
        """
def decoder(enc, h, ys, Wa, Wh, Wc, Wo):
    losses = []
    for t in range(len(ys)):
        score = enc @ (Wa @ h)
        w = np.exp(score - np.max(score))
        w = w / np.sum(w)
        ctx = w @ enc
        h = np.tanh(Wh @ h + Wc @ ctx)
        logits = Wo @ h
        logits = logits - np.max(logits)
        losses.append(np.log(np.sum(np.exp(logits))) - logits[ys[t]])
    return np.mean(losses)
""",
        (
            {
                "enc": "4 3",
                "h": "5",
                "ys": "3 < 4",
                "Wa": "3 5",
                "Wh": "5 5",
                "Wc": "5 3",
                "Wo": "6 5",
            },
            {
                "enc": "1 2 positive",
                "h": "1 positive",
                "ys": "1 < 2",
                "Wa": "2 1 positive",
                "Wh": "1 1",
                "Wc": "1 2 positive",
                "Wo": "2 1 positive",
            },
        ),
    ),
    Case(
        "capsule",
        """
def squash(s, eps=1e-8):
    n2 = np.sum(s**2, axis=-1, keepdims=True)
    return n2 / (1 + n2) * s / np.sqrt(n2 + eps)


def routing(u_hat, iters=3):
    n_in, n_out, d = u_hat.shape
    b = np.zeros((n_in, n_out))
    for it in range(iters):
        c = np.exp(b) / np.exp(b).sum(axis=1, keepdims=True)
        s = np.einsum("io,iod->od", c, u_hat)
        v = squash(s)
        if it < iters - 1:
            b = b + np.einsum("iod,od->io", u_hat, v)
    return np.linalg.norm(v, axis=-1)
""",
        ({"u_hat": "4 3 5"}, {"u_hat": "1 2 2"}),
    ),
    Case(
        "performer",
        """
def performer(q, k, v, W):
    m = W.shape[0]

    def phi(x):
        proj = np.einsum("bnd,md->bnm", x, W)
        norm = 0.5 * np.sum(x**2, axis=-1, keepdims=True)
        return np.exp(proj - norm) / np.sqrt(m)

    qp, kp = phi(q), phi(k)
    kv = np.einsum("bnm,bnd->bmd", kp, v)
    z = 1.0 / np.einsum("bnm,bm->bn", qp, kp.sum(axis=1))
    return np.einsum("bnm,bmd,bn->bnd", qp, kv, z)
""",
        (
            {"q": "2 3 4", "k": "2 3 4", "v": "2 3 2", "W": "5 4"},
            {
                "q": "1 1 1 positive",
                "k": "1 1 1 positive",
                "v": "1 1 1 positive",
                "W": "2 1",
            },
        ),
    ),
    Case(
        "hopfield_modern",
        """
def retrieve(X, q, beta=2.0, steps=2):
    for _ in range(steps):
        a = beta * X @ q
        a -= a.max()
        p = np.exp(a)
        p /= p.sum()
        q = X.T @ p
    return q
""",
        ({"X": "5 3", "q": "3"}, {"X": "1 2 positive", "q": "2"}),
    ),
    Case(
        "neural_ode",
        """
def dynamics(y, t, W1, b1, W2, b2):
    h = np.tanh(np.concatenate([y, np.ones_like(y[:, :1]) * t], axis=1) @ W1 + b1)
    return h @ W2 + b2


def odeint_rk4(y, ts, W1, b1, W2, b2):
    ys = [y]
    for i in range(len(ts) - 1):
        t, dt = ts[i], ts[i + 1] - ts[i]
        k1 = dynamics(y, t, W1, b1, W2, b2)
        k2 = dynamics(y + dt / 2 * k1, t + dt / 2, W1, b1, W2, b2)
        k3 = dynamics(y + dt / 2 * k2, t + dt / 2, W1, b1, W2, b2)
        k4 = dynamics(y + dt * k3, t + dt, W1, b1, W2, b2)
        y = y + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        ys.append(y)
    return np.array(ys)
""",
        (
            {
                "y": "2 3",
                "ts": "3",
                "W1": "4 5",
                "b1": "5",
                "W2": "5 3",
                "b2": "3 positive",
            },
            {
                "y": "1 1 positive",
                "ts": "2",
                "W1": "2 2",
                "b1": "2",
                "W2": "2 1 positive",
                "b2": "1 positive",
            },
        ),
    ),
    Case(
        "mask_read",
        """
def masked_loss(pred, target, valid):
    d = pred[valid] - target[valid]
    return np.mean(d**2)
""",
        (
            {"pred": "3 4", "target": "3 4", "valid": "3 4 bool"},
            {"pred": "5", "target": "5", "valid": "3 < 3"},
            {"pred": "5 2", "target": "5 2", "valid": "5 bool"},
        ),
    ),
    Case(
        "layers_under_formatted_keys",
        """
def mlp(params, x, n: int):
    for i in range(n):
        x = np.tanh(x @ params[f"W{i}"] + params[f"b{i}"])
    return np.mean((x @ params["W"]) ** 2)
""",
        (
            {
                "params": {"W0": "3 4", "b0": "4", "W1": "4 2", "b1": "2", "W": "2 2"},
                "x": "5 3",
                "n": 2,
            },
            {"params": {"W": "3 1", "W0": "7 7"}, "x": "3", "n": 0},
        ),
    ),
    Case(
        "layers_under_added_keys",
        """
def forward(parameters, X):
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        Z = parameters["W" + str(l)] @ A + parameters["b" + str(l)]
        A = np.maximum(0, Z)
    return parameters["W" + str(L)] @ A + parameters["b" + str(L)]
""",
        (
            {
                "parameters": {
                    "W1": "4 3",
                    "b1": "4 1",
                    "W2": "2 4",
                    "b2": "2 1",
                    "W3": "1 2",
                    "b3": "1 1",
                },
                "X": "3 5",
            },
            {"parameters": {"W1": "4 3", "b1": "4"}, "X": "3"},
        ),
    ),
    Case(
        "decay_under_filled_keys",
        """
def decay(params, lam, n: int):
    total = 0.0
    for i in range(1, n + 1):
        total += np.sum(params["W%d" % i] ** 2) + np.sum(params["{}_{}".format("b", i)])
    return 0.5 * lam * total
""",
        (
            {
                "params": {"W1": "3 4", "b_1": "4", "W2": "4 < 5", "b_2": "2 < 5"},
                "lam": 0.7,
                "n": 2,
            },
        ),
    ),
)
