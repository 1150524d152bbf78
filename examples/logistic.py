# The logistic function, gate by gate.
import math

w0 = 2
x0 = -1
w1 = -3
x1 = -2
w2 = -3

p = w0 * x0
q = w1 * x1
r = p + q
s = r + w2
t = s * -1
u = math.exp(t)
v = u + 1
L = 1 / v
