"""The transformer of the gallery once more, in PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional


def _tensors(params: Any) -> Any:
    if isinstance(params, dict):
        return {key: _tensors(item) for key, item in params.items()}
    if isinstance(params, list):
        return [_tensors(item) for item in params]
    return torch.tensor(params, dtype=torch.float64, requires_grad=True)


def _gradients(params: Any) -> Any:
    if isinstance(params, dict):
        return {key: _gradients(item) for key, item in params.items()}
    if isinstance(params, list):
        return [_gradients(item) for item in params]
    return params.grad.numpy()


def _norm(x: Any, p: Any) -> Any:
    return functional.layer_norm(x, x.shape[-1:], p["g"], p["b"], eps=1e-5)


def _attention(x: Any, p: Any, heads: int) -> Any:
    size, length, width = x.shape
    q, k, v = (
        (x @ p[f"w_{n}"] + p[f"b_{n}"])
        .view(size, length, heads, width // heads)
        .transpose(1, 2)
        for n in "qkv"
    )
    out = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    return out.transpose(1, 2).reshape(x.shape) @ p["w_o"] + p["b_o"]


def value_and_grad(
    params: Any, tokens: np.ndarray, targets: np.ndarray, heads: int
) -> tuple[float, Any]:
    """The loss, and its gradients in the structure of the parameters."""
    p = _tensors(params)
    x = p["wte"][torch.tensor(tokens)] + p["wpe"][: tokens.shape[1]]
    for block in p["blocks"]:
        x = x + _attention(_norm(x, block["ln_1"]), block["attn"], heads)
        h = _norm(x, block["ln_2"]) @ block["mlp"]["w_fc"] + block["mlp"]["b_fc"]
        h = functional.gelu(h, approximate="tanh")
        x = x + h @ block["mlp"]["w_proj"] + block["mlp"]["b_proj"]
    logits = _norm(x, p["ln_f"]) @ p["wte"].T
    loss = functional.cross_entropy(
        logits.reshape(-1, logits.shape[-1]), torch.tensor(targets).reshape(-1)
    )
    loss.backward()
    return loss.item(), _gradients(p)
