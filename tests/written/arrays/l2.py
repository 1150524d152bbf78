import numpy as np

W = np.random.randn(4, 3)
x = np.array([0.2, -0.5, 0.3])

q = W @ x
norm = np.sum(q**2)
