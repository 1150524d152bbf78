"""The programs of the gallery as functions of the module that computes them.

NumPy, HIPS autograd, JAX and PyTorch share most names. What the programs of the gallery
do in place is written as a new array here, and loops over components as one product,
because that is how these libraries want it.
"""

from __future__ import annotations

from typing import Any

SPOT = 2.0  # the width in heat_source.py


def staged(np: Any, x: Any, y: Any) -> Any:
    sigy = 1.0 / (1 + np.exp(-y))
    sigx = 1.0 / (1 + np.exp(-x))
    return (x + sigy) / (sigx + (x + y) ** 2)


def logistic(np: Any, w0: Any, x0: Any, w1: Any, x1: Any, w2: Any) -> Any:
    return 1 / (1 + np.exp(-(w0 * x0 + w1 * x1 + w2)))


def call_price(np: Any, S: Any, K: Any, T: Any, r: Any, sigma: Any) -> Any:
    spread = sigma * np.sqrt(T)
    d1 = (np.log(S / K) + (r + sigma**2 / 2) * T) / spread
    N1 = (1 + np.erf(d1 / 2**0.5)) / 2
    N2 = (1 + np.erf((d1 - spread) / 2**0.5)) / 2
    return S * N1 - K * np.exp(-r * T) * N2


def two_layer_net(np: Any, params: Any, x: Any, t: Any) -> Any:
    z1 = 1 / (1 + np.exp(-(x @ params["W1"] + params["b1"])))
    a2 = z1 @ params["W2"] + params["b2"]
    e = np.exp(a2 - np.max(a2, axis=1, keepdims=True))
    y = e / np.sum(e, axis=1, keepdims=True)
    return -np.sum(t * np.log(y + 1e-7)) / x.shape[0]


def cross_entropy(np: Any, scores: Any, t: Any) -> Any:
    logp = scores - np.max(scores, axis=1, keepdims=True)
    logp = logp - np.log(np.sum(np.exp(logp), axis=1, keepdims=True))
    return -np.mean(logp[np.arange(len(t)), t])


def digits_cnn(np: Any, x: Any, t: Any, k: Any, b: Any, W: Any, c: Any) -> Any:
    n, side = x.shape[0], x.shape[2] - 2
    patches = [x[:, 0, i : i + side, j : j + side] for i in range(3) for j in range(3)]
    z = np.stack(patches, -1) @ k.reshape(k.shape[0], 9).T + b  # image, row, column
    a = np.maximum(0 * z, z)
    pools = [a[:, i::2, j::2] for i in range(2) for j in range(2)]
    p = np.max(np.stack(pools, -1), axis=-1)
    flat = np.moveaxis(p, -1, 1).reshape(n, -1)
    return cross_entropy(np, flat @ W + c, t)


def staged_mlp(
    np: Any,
    X: Any,
    Y: Any,
    C: Any,
    W1: Any,
    b1: Any,
    gamma: Any,
    beta: Any,
    W2: Any,
    b2: Any,
) -> Any:
    n = X.shape[0]
    hprebn = C[X].reshape(n, -1) @ W1 + b1
    diff = hprebn - np.sum(hprebn, axis=0) / n
    var = np.sum(diff**2, axis=0) / (n - 1)
    h = np.tanh(gamma * diff * (var + 1e-5) ** -0.5 + beta)
    return cross_entropy(np, h @ W2 + b2, Y)


def log_likelihood(
    np: Any,
    alphas: Any,
    means: Any,
    icf: Any,
    x: Any,
    gamma: Any,
    m: int,
    eye: Any,
    places: Any,
) -> Any:
    """`places` has a row for each entry below the diagonal, with a 1 at its place."""
    (N, D), K = x.shape, alphas.shape[0]
    logs = icf[:, :D]
    below = (icf[:, D:] @ places).reshape(K, D, D)
    Q = np.exp(logs)[:, :, None] * eye + below
    z = np.einsum("nkd,ked->nke", x[:, None] - means, Q)
    sums = np.sum(logs, axis=1)
    inner = alphas + sums - 0.5 * np.sum(z**2, axis=2)
    data = np.sum(np.logsumexp(inner, axis=1)) - N * np.logsumexp(alphas, axis=0)
    return data - (0.5 * gamma**2 * np.sum(Q**2) - m * np.sum(sums))


def reprojection_error(
    np: Any,
    cameras: Any,
    points: Any,
    weights: Any,
    camera: Any,
    point: Any,
    features: Any,
) -> Any:
    cam = cameras[camera]
    r, X = cam[:, :3], points[point] - cam[:, 3:6]
    theta = np.sqrt(np.sum(r**2, axis=1, keepdims=True) + 1e-30)
    axis = r / theta
    c, s = np.cos(theta), np.sin(theta)
    along = np.sum(axis * X, axis=1, keepdims=True)
    X = c * X + s * np.cross(axis, X) + (1 - c) * along * axis
    p = X[:, :2] / X[:, 2:]
    r2 = np.sum(p**2, axis=1, keepdims=True)
    distortion = 1 + cam[:, 9:10] * r2 + cam[:, 10:11] * r2**2
    pixels = cam[:, 7:9] + cam[:, 6:7] * distortion * p
    error = weights[:, None] * (pixels - features)
    return np.sum(error**2) + np.sum((1 - weights**2) ** 2)


def misfit(
    np: Any,
    source: Any,
    conductivity: Any,
    u: Any,
    readings: Any,
    rows: Any,
    columns: Any,
    y: Any,
    x: Any,
) -> Any:
    """The rim is taken to be 0; `y` and `x` are the places of the cells."""
    distance2 = (y - source[0]) ** 2 + (x - source[1]) ** 2
    heating = (source[2] * np.exp(-distance2 / (2 * SPOT**2)))[1:-1, 1:-1]
    loss = 0.0
    for t in range(readings.shape[0]):
        middle = u[1:-1, 1:-1]
        flow = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * middle
        u = np.rimmed(middle + conductivity * flow + heating)
        loss = loss + np.sum((u[rows, columns] - readings[t]) ** 2)
    return loss


def layer_norm(np: Any, x: Any, p: Any) -> Any:
    centred = x - np.mean(x, axis=-1, keepdims=True)
    var = np.mean(centred**2, axis=-1, keepdims=True)
    return p["g"] * centred / np.sqrt(var + 1e-5) + p["b"]


def attention(np: Any, x: Any, p: Any, causal: Any) -> Any:
    (B, T, C), n_head = x.shape, causal.shape[0]
    q, k, v = (
        (x @ p[f"w_{n}"] + p[f"b_{n}"]).reshape(B, T, n_head, -1).swapaxes(1, 2)
        for n in "qkv"
    )
    scores = q @ k.swapaxes(2, 3) / (C // n_head) ** 0.5
    scores = np.where(causal, scores, -1e10)
    powers = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    weights = powers / np.sum(powers, axis=-1, keepdims=True)
    return (weights @ v).swapaxes(1, 2).reshape(B, T, C) @ p["w_o"] + p["b_o"]


def gpt(
    np: Any, params: Any, tokens: Any, targets: Any, n_head: int, causal: Any
) -> Any:
    """`causal` says of every head which positions each one sees; compilers have to
    know how many heads there are."""
    x = params["wte"][tokens] + params["wpe"][: tokens.shape[1]]
    for block in params["blocks"]:
        x = x + attention(np, layer_norm(np, x, block["ln_1"]), block["attn"], causal)
        mlp = block["mlp"]
        a = layer_norm(np, x, block["ln_2"]) @ mlp["w_fc"] + mlp["b_fc"]
        h = 0.5 * a * (1 + np.tanh((2 / np.pi) ** 0.5 * (a + 0.044715 * a**3)))
        x = x + h @ mlp["w_proj"] + mlp["b_proj"]
    scores = layer_norm(np, x, params["ln_f"]) @ params["wte"].T
    return cross_entropy(np, scores.reshape(-1, scores.shape[-1]), targets.reshape(-1))


def rnn_count(np: Any, X: Any, t: Any, wx: Any, w_rec: Any) -> Any:
    state = 0.0
    for k in range(X.shape[1]):
        state = state * w_rec + X[:, k] * wx
    return np.mean((t - state) ** 2)


def char_rnn(np: Any, params: Any, tokens: Any, targets: Any) -> Any:
    h, loss = 0 * params["b_h"], 0.0
    for t in range(tokens.shape[0]):
        x = params["embed"][tokens[t]]
        h = np.tanh(x @ params["w_x"] + h @ params["w_h"] + params["b_h"])
        loss = loss + cross_entropy(np, h @ params["w_y"] + params["b_y"], targets[t])
    return loss / tokens.shape[0]
