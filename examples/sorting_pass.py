"""One pass of a bubble sort carries the largest value to the end."""


def sorting_pass(x: "N"):
    for i in range(len(x) - 1):
        if x[i] > x[i + 1]:
            x[i], x[i + 1] = x[i + 1], x[i]
    return x
