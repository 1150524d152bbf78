# The gradient goes to the larger operand; the other one gets nothing.
x = 3
y = -4
z = 2

m = max(x, y)
out = 2 * m * z
