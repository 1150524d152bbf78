"""Train the recurrent network of char_rnn.py on a page of prose, with the gradient that
backgen wrote, and let it write on."""

import argparse

import numpy as np
from char_rnn_backward import char_rnn_value_and_grad
from prose import CHARACTERS, adam, decoded, encoded


def initial(rng, vocabulary, width, hidden):
    """Return the parameters to begin with."""

    def weights(rows, columns):
        return rng.normal(0, 1 / np.sqrt(rows), (rows, columns))

    return {
        "embed": weights(vocabulary, width),
        "w_x": weights(width, hidden),
        "w_h": weights(hidden, hidden),
        "b_h": np.zeros(hidden),
        "w_y": weights(hidden, vocabulary),
        "b_y": np.zeros(vocabulary),
    }


def train(steps, hidden, width=16, length=40, size=16, rate=3e-3):
    """Return parameters after so many steps of Adam, and the loss of the last ones."""
    rng = np.random.default_rng(0)
    text = encoded()
    params = initial(rng, len(CHARACTERS), width, hidden)
    moments, losses = {}, []
    for step in range(1, steps + 1):
        starts = rng.integers(0, len(text) - length, size)
        window = text[starts + np.arange(length + 1)[:, None]]
        loss, grads = char_rnn_value_and_grad(params, window[:-1], window[1:])
        adam(params, grads, moments, step, rate)
        losses.append(loss)
        if step % 200 == 0 or step == steps:
            print(f"step {step}: loss {np.mean(losses[-50:]):.3f}")
    return params, float(np.mean(losses[-50:]))


def written_on(params, start, count, rng):
    """Return a text with so many characters more, drawn one by one."""
    tokens = [*encoded(start)]
    h = np.zeros_like(params["b_h"])
    for position in range(len(tokens) + count - 1):
        x = params["embed"][tokens[position]]
        h = np.tanh(x @ params["w_x"] + h @ params["w_h"] + params["b_h"])
        if position + 1 == len(tokens):
            p = np.exp(h @ params["w_y"] + params["b_y"])
            tokens.append(rng.choice(len(p), p=p / p.sum()))
    return decoded(tokens)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a smaller one, shortly")
    small = parser.parse_args().small
    params, loss = train(steps=200 if small else 1500, hidden=32 if small else 128)
    print(written_on(params, "The keeper ", 200, np.random.default_rng(1)))
    print(f"loss at the end: {loss:.3f}")


if __name__ == "__main__":
    main()
