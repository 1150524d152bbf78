import numpy as np

W = np.random.randn(5, 10)
X = np.random.randn(10, 3)
D = W.dot(X)  # gradients: dW = dD.dot(X.T), dX = W.T.dot(dD)
