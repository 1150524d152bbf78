def decay_forward(x, k, h, n):
    tape = []
    for i in range(n):
        tape.append(x)
        a = -k * x**2  # (1)
        m = x + 0.5 * h * a  # (2)
        b = -k * m**2  # (3)
        tape.append((a, m, b))
        x = x + h * b  # (4)
    return x, (k, h, n, tape)


def decay_backward(dx, cache):
    k, h, n, tape = cache
    dk = 0.0
    dh = 0.0
    for i in reversed(range(n)):
        x = tape[2 * i]
        a, m, b = tape[2 * i + 1]
        # (4) x = x + h * b
        dh += b * dx
        db = h * dx
        # (3) b = -k * m**2
        dk += -(m**2) * db
        dm = -k * 2 * m * db
        # (2) m = x + 0.5 * h * a
        dx += dm
        dh += 0.5 * a * dm
        da = 0.5 * h * dm
        # (1) a = -k * x**2
        dk += -(x**2) * da
        dx += -k * 2 * x * da
    return dx, dk, dh
