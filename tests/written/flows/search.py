def search(x: "N", limit: float):
    s = 0.0
    for i in range(len(x)):
        if x[i] < 0:
            continue
        s += x[i] ** 2
        if s > limit:
            return s * limit
    return s
