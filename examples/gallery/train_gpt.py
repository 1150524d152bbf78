"""Train the transformer of gpt.py on a page of prose, with the gradient that backgen
wrote, and let it write on."""

import argparse

import numpy as np
from gpt import gpt
from gpt_backward import loss_value_and_grad
from prose import CHARACTERS, adam, decoded, encoded

HEADS = 4


def initial(rng, vocabulary, length, width, layers):
    """Return parameters as GPT-2 starts with them."""

    def weights(rows, columns):
        return rng.normal(0, 0.02, (rows, columns))

    def norm():
        return {"g": np.ones(width), "b": np.zeros(width)}

    def block():
        attn = {}
        for name in "qkvo":
            attn[f"w_{name}"] = weights(width, width)
            attn[f"b_{name}"] = np.zeros(width)
        mlp = {
            "w_fc": weights(width, 4 * width),
            "b_fc": np.zeros(4 * width),
            "w_proj": weights(4 * width, width),
            "b_proj": np.zeros(width),
        }
        return {"ln_1": norm(), "attn": attn, "ln_2": norm(), "mlp": mlp}

    return {
        "wte": weights(vocabulary, width),
        "wpe": weights(length, width),
        "blocks": [block() for _ in range(layers)],
        "ln_f": norm(),
    }


def train(steps, width, length=32, layers=2, size=8, rate=3e-3):
    """Return parameters after so many steps of Adam, and the loss of the last ones."""
    rng = np.random.default_rng(0)
    text = encoded()
    params = initial(rng, len(CHARACTERS), length, width, layers)
    moments, losses = {}, []
    for step in range(1, steps + 1):
        starts = rng.integers(0, len(text) - length, size)
        window = text[starts[:, None] + np.arange(length + 1)]
        value, grads = loss_value_and_grad(params, window[:, :-1], window[:, 1:], HEADS)
        adam(params, grads, moments, step, rate)
        losses.append(value)
        if step % 100 == 0 or step == steps:
            print(f"step {step}: loss {np.mean(losses[-50:]):.3f}")
    return params, float(np.mean(losses[-50:]))


def written_on(params, start, count, rng):
    """Return a text with so many characters more, drawn one by one."""
    tokens = [*encoded(start)]
    for _ in range(count):
        logits = gpt(params, np.array([tokens[-len(params["wpe"]) :]]), HEADS)[0, -1]
        p = np.exp(logits - logits.max())
        tokens.append(rng.choice(len(p), p=p / p.sum()))
    return decoded(tokens)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a smaller one, shortly")
    small = parser.parse_args().small
    params, loss = train(steps=120 if small else 1000, width=16 if small else 48)
    text = written_on(params, "The keeper ", 200, np.random.default_rng(1))
    print(text)
    print(f"loss at the end: {loss:.3f}")


if __name__ == "__main__":
    main()
