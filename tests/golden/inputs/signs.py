def signs(a, b, c):
    first = -a - -b
    second = -(a * b) / -c
    third = 3 * (1 - a) * 2 - (b - (c - a)) / 4
    fourth = a - 0.5 * (b + b * -1.0 * c)
    return first * second - third * -fourth
