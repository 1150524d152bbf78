"""Train the network of digits_net.py with the gradient that backgen wrote."""

import argparse

import numpy as np
from digits import batches, digits
from digits_net_backward import TwoLayerNet


def train(epochs, rate=0.5, size=50):
    """Return a network that was trained by gradient descent, and the test set."""
    (x, labels), (x_test, labels_test) = digits()
    t, t_test = np.eye(10)[labels], np.eye(10)[labels_test]
    np.random.seed(0)
    net = TwoLayerNet(input_size=64, hidden_size=50, output_size=10)
    rng = np.random.default_rng(0)
    for epoch in range(1, epochs + 1):
        for batch in batches(rng, len(x), size):
            grads = net.gradient(x[batch], t[batch])
            for name, grad in grads.items():
                net.params[name] -= rate * grad
        if epoch % 20 == 0 or epoch == epochs:
            accuracy = net.accuracy(x_test, t_test)
            print(f"epoch {epoch}: loss {net.loss(x, t):.4f}, test {accuracy:.3f}")
    return net, (x_test, t_test)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a few epochs only")
    train(epochs=20 if parser.parse_args().small else 100)


if __name__ == "__main__":
    main()
