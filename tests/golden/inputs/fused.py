import math

x = 0.3
y = -1.2

a = x * y  # area
b = math.sin(a) + y
f = b / a
