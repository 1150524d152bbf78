"""A transformer in the shape of GPT-2, and its loss on a batch of sequences."""

from typing import TypedDict

import numpy as np


class Norm(TypedDict):
    g: "C"
    b: "C"


class Attention(TypedDict):
    w_q: "C, C"
    b_q: "C"
    w_k: "C, C"
    b_k: "C"
    w_v: "C, C"
    b_v: "C"
    w_o: "C, C"
    b_o: "C"


class Mlp(TypedDict):
    w_fc: "C, 4 * C"
    b_fc: "4 * C"
    w_proj: "4 * C, C"
    b_proj: "C"


class Block(TypedDict):
    ln_1: Norm
    attn: Attention
    ln_2: Norm
    mlp: Mlp


class Params(TypedDict):
    wte: "V, C"  # of tokens, and the weights of the output
    wpe: "S, C"  # of positions
    blocks: list[Block]
    ln_f: Norm


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def layer_norm(x, g, b, eps=1e-5):
    mean = np.mean(x, axis=-1, keepdims=True)
    var = np.var(x, axis=-1, keepdims=True)
    return g * (x - mean) / np.sqrt(var + eps) + b


def attention(x, p, n_head):
    B, T, C = x.shape
    heads = (B, T, n_head, C // n_head)
    q = (x @ p["w_q"] + p["b_q"]).reshape(heads).transpose(0, 2, 1, 3)
    k = (x @ p["w_k"] + p["b_k"]).reshape(heads).transpose(0, 2, 1, 3)
    v = (x @ p["w_v"] + p["b_v"]).reshape(heads).transpose(0, 2, 1, 3)
    scores = q @ k.transpose(0, 1, 3, 2) / np.sqrt(C // n_head)
    causal = np.tril(np.ones((T, T), dtype=bool))
    weights = softmax(np.where(causal, scores, -1e10))
    out = (weights @ v).transpose(0, 2, 1, 3).reshape(B, T, C)
    return out @ p["w_o"] + p["b_o"]


def mlp(x, p):
    return gelu(x @ p["w_fc"] + p["b_fc"]) @ p["w_proj"] + p["b_proj"]


def block(x, p, n_head):
    x = x + attention(layer_norm(x, p["ln_1"]["g"], p["ln_1"]["b"]), p["attn"], n_head)
    x = x + mlp(layer_norm(x, p["ln_2"]["g"], p["ln_2"]["b"]), p["mlp"])
    return x


def gpt(params, tokens, n_head):
    x = params["wte"][tokens] + params["wpe"][np.arange(tokens.shape[1])]
    for p in params["blocks"]:
        x = block(x, p, n_head)
    x = layer_norm(x, params["ln_f"]["g"], params["ln_f"]["b"])
    return x @ params["wte"].T


def loss(params: Params, tokens: "B, T int", targets: "B, T int", n_head: int):
    B, T = targets.shape
    logits = gpt(params, tokens, n_head)
    p = softmax(logits)
    chosen = p[np.arange(B)[:, None], np.arange(T), targets]
    return -np.mean(np.log(chosen))
