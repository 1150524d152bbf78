"""A recurrent network that is to say which character comes next."""

from typing import TypedDict

import numpy as np


class Params(TypedDict):
    embed: "V, D"
    w_x: "D, H"
    w_h: "H, H"
    b_h: "H"
    w_y: "H, V"
    b_y: "V"


def char_rnn(params: Params, tokens: "T, N int", targets: "T, N int"):
    T, N = tokens.shape
    h = np.zeros((N, params["b_h"].shape[0]))
    loss = 0.0
    for t in range(T):
        x = params["embed"][tokens[t]]
        h = np.tanh(x @ params["w_x"] + h @ params["w_h"] + params["b_h"])
        y = h @ params["w_y"] + params["b_y"]
        log_p = y - np.log(np.sum(np.exp(y), axis=1, keepdims=True))
        loss -= np.mean(log_p[np.arange(N), targets[t]])
    return loss / T
