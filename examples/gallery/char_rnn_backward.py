"""Backward pass of char_rnn.py, written by backgen 0.1.0. Do not edit; run `backgen char_rnn.py` again.

Source: sha256:c439d2c61bb6f92e
Checked: 9 of 9 stages proved equal to SymPy's derivatives at V=2, D=3, H=2, T=3, N=2.
"""

import numpy as np


def _softmax(x, axis):
    """Return exp(x) / sum(exp(x)) along axis, for values of any size."""
    if axis is None:
        powers = np.exp(x - np.max(x))
        return powers / np.sum(powers)
    powers = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)


def char_rnn_forward(params, tokens, targets):
    """Run char_rnn; return out and the values that its backward pass needs."""
    T, N = tokens.shape  # (1)
    h = np.zeros((N, params["b_h"].shape[0]))  # (2)
    loss = 0.0  # (3)
    tape = []
    for t in range(T):
        h_prev = h
        x = params["embed"][tokens[t]]  # (4)
        h = np.tanh(x @ params["w_x"] + h @ params["w_h"] + params["b_h"])  # (5)
        y = h @ params["w_y"] + params["b_y"]  # (6)
        log_p = y - np.log(np.sum(np.exp(y), axis=1, keepdims=True))  # (7)
        loss -= np.mean(log_p[np.arange(N), targets[t]])  # (8)
        tape.append((h_prev, x, y, log_p))
    out = loss / T  # (9)
    return out, (params, tokens, targets, T, N, h, tape)


def char_rnn_backward(dout, cache):
    """Return the gradient dparams from the upstream gradient dout."""
    params, tokens, targets, T, N, h, tape = cache
    # (9) out = loss / T
    dloss = dout / T
    dembed = np.zeros_like(params["embed"])
    dw_x = np.zeros_like(params["w_x"])
    dw_h = np.zeros_like(params["w_h"])
    db_h = np.zeros_like(params["b_h"])
    dw_y = np.zeros_like(params["w_y"])
    db_y = np.zeros_like(params["b_y"])
    dh = np.zeros_like(h)
    for t, (h_prev, x, y, log_p) in zip(reversed(range(T)), reversed(tape)):
        # (8) loss -= np.mean(log_p[np.arange(N), targets[t]])
        dlog_p = np.zeros_like(log_p)
        dlog_p[np.arange(N), targets[t]] = -dloss / log_p.shape[0]
        # (7) log_p = y - np.log(np.sum(np.exp(y), axis=1, keepdims=True))
        dy = dlog_p - _softmax(y, 1) * dlog_p.sum(axis=1, keepdims=True)
        # (6) y = h @ params["w_y"] + params["b_y"]
        dh += dy @ params["w_y"].T
        dw_y += h.T @ dy
        db_y += dy.sum(axis=0)
        # (5) h = np.tanh(x @ params["w_x"] + h @ params["w_h"] + params["b_h"])
        dh_raw = (1 - h**2) * dh
        dx = dh_raw @ params["w_x"].T
        dw_x += x.T @ dh_raw
        dw_h += h_prev.T @ dh_raw
        db_h += dh_raw.sum(axis=0)
        dh = dh_raw @ params["w_h"].T
        # (4) x = params["embed"][tokens[t]]
        np.add.at(dembed, tokens[t], dx)
        h = h_prev
    dparams = {
        "embed": dembed,
        "w_x": dw_x,
        "w_h": dw_h,
        "b_h": db_h,
        "w_y": dw_y,
        "b_y": db_y,
    }
    return dparams


def char_rnn_value_and_grad(params, tokens, targets):
    """Return out and its gradient dparams."""
    out, cache = char_rnn_forward(params, tokens, targets)
    return out, char_rnn_backward(1.0, cache)
