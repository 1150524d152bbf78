# the perceptron, with lists for weights and data
w = [0.5, -1.5, 2.0]
x = [1.0, 2.0, 3.0]
target = 1.0

score = w[0] * x[0] + w[1] * x[1] + w[-1] * x[-1]
error = score - target
loss = error**2 / 2
