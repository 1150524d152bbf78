"""Train the convolutional network of digits_cnn.py with the gradient backgen wrote."""

import argparse

import numpy as np
from digits import batches, digits
from digits_cnn import predict
from digits_cnn_backward import digits_cnn_value_and_grad


def parameters(rng, filters=16):
    """Return the filters and weights to start from."""
    k = rng.normal(size=(filters, 1, 3, 3)) / 3
    W = rng.normal(size=(9 * filters, 10)) / np.sqrt(9 * filters)
    return [k, np.zeros(filters), W, np.zeros(10)]


def images(x):
    """Return rows of 64 pixels as images with one channel."""
    return x.reshape(-1, 1, 8, 8)


def train(epochs, rate=0.2, size=50):
    """Return the parameters after gradient descent, and the accuracy on the test set."""
    (x, t), (x_test, t_test) = digits()
    rng = np.random.default_rng(0)
    params = parameters(rng)
    accuracy = 0.0
    for epoch in range(1, epochs + 1):
        losses = []
        for batch in batches(rng, len(x), size):
            loss, grads = digits_cnn_value_and_grad(images(x[batch]), t[batch], *params)
            losses.append(loss)
            for param, grad in zip(params, grads):
                param -= rate * grad
        if epoch % 5 == 0 or epoch == epochs:
            scores = predict(images(x_test), *params)
            accuracy = np.mean(scores.argmax(axis=1) == t_test)
            print(f"epoch {epoch}: loss {np.mean(losses):.4f}, test {accuracy:.3f}")
    return params, accuracy


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a few epochs only")
    train(epochs=3 if parser.parse_args().small else 30)


if __name__ == "__main__":
    main()
