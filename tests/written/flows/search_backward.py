def search_forward(x, limit):
    s = 0.0  # (1)
    out = 0.0
    left = False
    taken = []
    for i in range(len(x)):
        if not x[i] < 0:
            taken.append(i)
            s += x[i] ** 2  # (2)
            if s > limit:
                out = s * limit  # (3)
                left = True
                break
    if not left:
        out = s  # (4)
    return out, (x, s, limit, left, taken)


def search_backward(dout, cache):
    x, s, limit, left, taken = cache
    dx = 0 * x
    dlimit = 0.0
    if not left:
        # (4) return s
        ds = dout
    else:
        # (3) return s * limit
        ds = limit * dout
        dlimit += s * dout
    for i in reversed(taken):
        # (2) s += x[i] ** 2
        dx[i] += 2 * x[i] * ds
    return dx, dlimit
