def powers(x, y, n: int):
    square = x**2
    cube = x**3.0
    inverse = x**-2
    root = y**0.5
    general = y**x
    whole = x**n
    base = 2**y
    return square + cube * inverse - root * general / whole + base
