def left(x):
    return x * x


def right(x, y):
    return x * y


def not_wanted(x):
    return open(x)
