"""The transformer of examples/gallery/gpt.py, both passes by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

_SLOPE = np.sqrt(2 / np.pi)


def _product(x: Any, w: Any, b: Any) -> Any:
    return x @ w + b


def _product_back(dy: Any, x: Any, w: Any) -> tuple[Any, Any, Any]:
    rows, columns = x.reshape(-1, x.shape[-1]), dy.reshape(-1, dy.shape[-1])
    return dy @ w.T, rows.T @ columns, columns.sum(axis=0)


def _norm(x: Any, g: Any, b: Any) -> tuple[Any, Any]:
    centred = x - x.mean(axis=-1, keepdims=True)
    scale = 1 / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
    normal = centred * scale
    return g * normal + b, (normal, scale)


def _norm_back(dy: Any, g: Any, cache: Any) -> tuple[Any, dict[str, Any]]:
    normal, scale = cache
    dnormal = g * dy
    inner = dnormal - dnormal.mean(axis=-1, keepdims=True)
    inner -= normal * (dnormal * normal).mean(axis=-1, keepdims=True)
    return scale * inner, {"g": (normal * dy).sum((0, 1)), "b": dy.sum((0, 1))}


def _softmax(x: Any) -> Any:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _heads(x: Any, n_head: int) -> Any:
    size, length, width = x.shape
    return x.reshape(size, length, n_head, width // n_head).transpose(0, 2, 1, 3)


def _joined(x: Any) -> Any:
    size, n_head, length, width = x.shape
    return x.transpose(0, 2, 1, 3).reshape(size, length, n_head * width)


def _attention(x: Any, p: Any, n_head: int) -> tuple[Any, Any]:
    q, k, v = (_heads(_product(x, p[f"w_{n}"], p[f"b_{n}"]), n_head) for n in "qkv")
    scale = np.sqrt(x.shape[2] // n_head)
    causal = np.tril(np.ones((x.shape[1], x.shape[1]), dtype=bool))
    scores = q @ k.transpose(0, 1, 3, 2) / scale
    weights = _softmax(np.where(causal, scores, -1e10))
    out = _joined(weights @ v)
    return _product(out, p["w_o"], p["b_o"]), (x, q, k, v, weights, out, scale)


def _attention_back(dy: Any, p: Any, n_head: int, cache: Any) -> tuple[Any, Any]:
    x, q, k, v, weights, out, scale = cache
    dout, dw_o, db_o = _product_back(dy, out, p["w_o"])
    dheads = _heads(dout, n_head)
    dweights = dheads @ v.transpose(0, 1, 3, 2)
    dscores = weights * (dweights - (weights * dweights).sum(axis=-1, keepdims=True))
    dscores /= scale
    parts = {
        "q": dscores @ k,
        "k": dscores.transpose(0, 1, 3, 2) @ q,
        "v": weights.transpose(0, 1, 3, 2) @ dheads,
    }
    dx, grads = 0.0, {"w_o": dw_o, "b_o": db_o}
    for name, part in parts.items():
        back, dw, db = _product_back(_joined(part), x, p[f"w_{name}"])
        dx = dx + back
        grads |= {f"w_{name}": dw, f"b_{name}": db}
    return dx, grads


def _mlp(x: Any, p: Any) -> tuple[Any, Any]:
    a = _product(x, p["w_fc"], p["b_fc"])
    t = np.tanh(_SLOPE * (a + 0.044715 * a**3))
    h = 0.5 * a * (1 + t)
    return _product(h, p["w_proj"], p["b_proj"]), (x, a, t, h)


def _mlp_back(dy: Any, p: Any, cache: Any) -> tuple[Any, Any]:
    x, a, t, h = cache
    dh, dw_proj, db_proj = _product_back(dy, h, p["w_proj"])
    slope = 0.5 * (1 + t) + 0.5 * a * (1 - t**2) * _SLOPE * (1 + 0.134145 * a**2)
    dx, dw_fc, db_fc = _product_back(slope * dh, x, p["w_fc"])
    grads = {"w_fc": dw_fc, "b_fc": db_fc, "w_proj": dw_proj, "b_proj": db_proj}
    return dx, grads


def value_and_grad(
    params: Any, tokens: Any, targets: Any, n_head: int
) -> tuple[float, dict[str, Any]]:
    """The loss, and its gradients in the structure of the parameters."""
    size, length = tokens.shape
    x = params["wte"][tokens] + params["wpe"][:length]
    caches = []
    for p in params["blocks"]:
        a, norm_1 = _norm(x, **p["ln_1"])
        a, attention = _attention(a, p["attn"], n_head)
        x = x + a
        a, norm_2 = _norm(x, **p["ln_2"])
        a, mlp = _mlp(a, p["mlp"])
        x = x + a
        caches.append((norm_1, attention, norm_2, mlp))
    last, norm_f = _norm(x, **params["ln_f"])
    chances = _softmax(last @ params["wte"].T)
    rows, columns = np.arange(size)[:, None], np.arange(length)
    loss = -np.mean(np.log(chances[rows, columns, targets]))

    dlogits = chances
    dlogits[rows, columns, targets] -= 1
    dlogits /= size * length
    dlast = dlogits @ params["wte"]
    flat = dlogits.reshape(-1, dlogits.shape[2])
    dwte = flat.T @ last.reshape(-1, last.shape[2])
    dx, dln_f = _norm_back(dlast, params["ln_f"]["g"], norm_f)
    blocks = []
    for p, cache in zip(reversed(params["blocks"]), reversed(caches), strict=True):
        norm_1, attention, norm_2, mlp = cache
        da, dmlp = _mlp_back(dx, p["mlp"], mlp)
        da, dln_2 = _norm_back(da, p["ln_2"]["g"], norm_2)
        dx = dx + da
        da, dattn = _attention_back(dx, p["attn"], n_head, attention)
        da, dln_1 = _norm_back(da, p["ln_1"]["g"], norm_1)
        dx = dx + da
        blocks.insert(0, {"ln_1": dln_1, "attn": dattn, "ln_2": dln_2, "mlp": dmlp})
    np.add.at(dwte, tokens, dx)
    dwpe = np.zeros_like(params["wpe"])
    dwpe[:length] = dx.sum(axis=0)
    return loss, {"wte": dwte, "wpe": dwpe, "blocks": blocks, "ln_f": dln_f}
