"""Further cases of products of arrays, numpy.linalg and scipy.linalg."""

from __future__ import annotations

from array_case import Table, table

ALGEBRA: Table = table(
    """
inner: x[2,3] y[4,5,3]
    np.inner(x, y)
    np.inner(y, x)
    np.inner(y, x[0]) * 2
    np.inner(x[1], y)
inner: x s
    np.inner(x, s)
dot: x[5,2,3] y[4,3,2]
    np.dot(x, y)
    np.dot(y, x)
dot: x[5,2,3] y[3]
    np.dot(x, y)
    x.dot(y * 2)
dot: x[3] y[5,3,2]
    np.dot(x, y)
dot: x[2,3] y[5,3,4]
    np.dot(x, y)
dot: x[5,2,3] y[3,4]
    np.dot(x, y)
vdot: x[2,3] y[3,2]
    np.vdot(x, y)
    np.vdot(x, y.ravel()) * y
    np.vdot(x.T, y)
tensordot: x[2,3,4] y[4,3,5]
    np.tensordot(x, y, axes=([1, 2], [1, 0]))
    np.tensordot(x, y, ((2, 1), (0, 1)))
    np.tensordot(x, y, axes=([-1], [0]))
    np.tensordot(y, x, axes=([0, 1], [2, 1]))
    np.tensordot(x, y, axes=([1], [1])) * 2
tensordot: x[3,2] y[3,4]
    np.tensordot(x, y, axes=(0, 0))
    np.tensordot(x, y, axes=([0], [0]))
    np.tensordot(y, x, axes=(0, 0))
tensordot: x[2,3] y[2,3]
    np.tensordot(x, y, axes=2)
    np.tensordot(x, y, axes=([0, 1], [0, 1]))
tensordot: x[2,3] y[3,2]
    np.tensordot(x, y, axes=([0, 1], [1, 0]))
tensordot: x[2,3,4,5] y[5,3,6]
    np.tensordot(x, y, axes=([3, 1], [0, 1]))
tensordot: x[2,3] s
    np.tensordot(x, s, 0)
einsum: x[3,3] y[3]
    np.einsum("ii,i->i", x, y)
    np.einsum("ii,i", x, y)
    np.einsum("ii,j->j", x, y)
    np.einsum("ij,ii->j", x, x)
    np.einsum("ji,i", x, y)
einsum: x[2,3,3] y[3]
    np.einsum("ijj->i", x)
    np.einsum("ijj->ij", x)
    np.einsum("...jj->...j", x)
    np.einsum("...jj,j", x, y)
    np.einsum("ijj,j->i", x, y) * 3
einsum: x[3,3,3]
    np.einsum("iii->i", x)
    np.einsum("iii", x)
    np.einsum("iij->ij", x) * 2
einsum: x[2,3,4] y[4]
    np.einsum("ijk->", x)
    np.einsum("ijk->k", x)
    np.einsum("ijk->ki", x)
    np.einsum("kji", x)
    np.einsum("ijk,k->ij", x, y)
    np.einsum("...k,k->...", x, y)
    np.einsum("...k,k", x, y)
    np.einsum("...k,...k->...", x[0, 0], y)
    np.einsum("...k,...k", x[0, 0], y) * x
    np.einsum("i...->i", x[0, 0])
    np.einsum("i...->...", x)
    np.einsum("i...->...i", x)
    np.einsum("...,...->...", x, y)
    np.einsum("i...k,k->i...", x, y)
    np.einsum(",ijk->i", y[0], x)
einsum: x[1,3] y[2,3] s
    np.einsum("ij,ij->i", x, y)
    np.einsum("ij,ij->", x, y)
    np.einsum("ij,ij->j", y, x)
    np.einsum("ij,,kj->ik", x, s, y)
einsum: x[2,3,4] y[3,4] z[4,2]
    np.einsum("ijk,jk,kl->il", x, y, z)
    np.einsum("ijk,jk,ki->", x, y, z)
    np.einsum("ijk,jk,kl->il", x, y, z, optimize=True)
    np.einsum("ij,jk,kl,lm->im", y, z, z.T, y.T)
    np.einsum("...ij,ij,jk->...k", x, y, z)
einsum: x[2,0] y[0,3]
    np.einsum("ij,jk->ik", x, y)
dot: x s y[2,3]
    np.dot([x, s], y)
    q = [x, s]; np.dot(q, y)
    q = (x, s); np.outer(q, y) * x
    q = [x, s]; np.array(q) @ y
kron: x y[2,3]
    np.kron(x, y)
    np.kron(y, x)
kron: x[2,3] y[2]
    np.kron(x, y)
    np.kron(y, x) * 2
cross: x[2,4,3] y[4,3]
    np.cross(x, y)
    np.cross(y, x)
cross: x[3,4] y[4,3]
    np.cross(x, y, axisa=0)
    np.cross(x, y, axisa=0, axisc=0)
    np.cross(y, x, axisb=0)
cross: x[3]
    np.cross(x, [1.0, 2.0, -0.5])
    np.cross(np.array([1.0, 2.0, -0.5]), x) * x
trace: x[3,3]
    np.trace(x)
    x.trace() * x
    np.trace(x, 1)
    np.trace(x, offset=-1) * x[0]
trace: x[2,4]
    np.trace(x)
    np.trace(x, 1)
    np.trace(x, axis1=1, axis2=0)
    np.trace(x, 1, 1, 0)
trace: x[2,3,4]
    np.trace(x)
    np.trace(x, axis1=1, axis2=2)
    np.trace(x, 1, -1, 0)
    x.trace(0, 2, 1)
vecdot: x[4,2,3] y[2,3]
    np.vecdot(x, y)
    np.linalg.vecdot(x, y)
matvec: x[4,2,3] y[3]
    np.matvec(x, y)
matvec: x[2,3] y[4,3]
    np.matvec(x, y)
vecmat: x[4,2] y[2,3]
    np.vecmat(x, y)
vecmat: x[2] y[4,2,3]
    np.vecmat(x, y)
convolve: x[4] y[3]
    np.convolve(x, y, 'same')
    np.convolve(y, x, 'same')
    np.convolve(y, x)
convolve: x[5] y[2]
    np.convolve(x, y, 'same')
    np.convolve(y, x, 'same')
convolve: x[4] y[4]
    np.convolve(x, y, 'same')
    np.convolve(x, y, 'valid')
    np.convolve(x, x)
convolve: x[6] y[4]
    np.convolve(x, y, 'same')
correlate: x[4] y[3]
    np.correlate(x, y, 'same')
    np.correlate(y, x, 'same')
    np.correlate(y, x, 'full')
    np.correlate(y, x)
correlate: x[6] y[4]
    np.correlate(x, y, 'same')
    np.correlate(y, x, 'same')
    np.correlate(x, y)
correlate: x[5] y[2]
    np.correlate(x, y, 'same')
    np.correlate(y, x, 'same')
correlate: x[4] y[4]
    np.correlate(x, y, 'same')
multi_dot: x[3] y[3,4] z[4]
    np.linalg.multi_dot([x, y, z])
    np.linalg.multi_dot((x, y))
    np.linalg.multi_dot([y, z])
    np.linalg.multi_dot([x, y, z * 2, ]) * x
multi_dot: x[2,3] y[3,4] z[4,2] w[2]
    np.linalg.multi_dot([x, y, z, w])
    np.linalg.multi_dot([w, x, y, z])
    np.linalg.multi_dot([x, y, z, x, y])
solve: x^[3,3] y[3,2]
    np.linalg.solve(x, y) @ y.T
    np.linalg.solve(x, y[:, 0]) * y[:, 1]
    np.linalg.solve(x, np.eye(3))
    np.linalg.solve(3 * np.eye(3), y)
solve: x^[4,3,3] y[3]
    np.linalg.solve(x, y)
solve: x^[3,3] y[4,3,2]
    np.linalg.solve(x, y)
solve: x^[1,3,3] y[4,3,2]
    np.linalg.solve(x, y)
inv: x^[3,3]
    np.linalg.inv(np.linalg.inv(x) + x)
pinv: x[2,4,3]
    np.linalg.pinv(x)
lstsq: x[4,2] y[4,3]
    np.linalg.lstsq(x, y)[0]
    np.linalg.lstsq(x, y, rcond=None)[0]
    np.linalg.lstsq(x, y)[1]
    np.linalg.lstsq(x, y)[3]
    a, r, k, s = np.linalg.lstsq(x, y); a * np.sum(r) + s[:, None]
    a, r, _, _ = np.linalg.lstsq(x, y[:, 0]); a * r
lstsq: x[2,4] y[2]
    np.linalg.lstsq(x, y)[0]
    a, r, _, _ = np.linalg.lstsq(x, y); a * np.sum(r) + a
slogdet: x^[3,3]
    s, d = np.linalg.slogdet(x); s * d
    s, d = np.linalg.slogdet(-x); s * np.exp(d) * x
det: x^[3,3]
    np.linalg.det(x) ** 2
    np.log(np.linalg.det(x)) * x
det: x^[1,1]
    np.linalg.det(x)
cholesky: x^[3,3]
    np.linalg.cholesky(np.tril(x) + np.tril(x, -1).T)
    np.linalg.cholesky(x + x.T, upper=True)
    np.linalg.cholesky(np.swapaxes(x + x.T, 0, 1)) @ x
qr: x[3,3]
    q, r = np.linalg.qr(x); q * r
    np.linalg.qr(x)[0]
    np.linalg.qr(x).R
qr: x[2,4]
    q, r = np.linalg.qr(x); r
    q, r = np.linalg.qr(x); q
    q, r = np.linalg.qr(x, mode='reduced'); q @ np.tanh(r)
qr: x[2,4,3]
    q, r = np.linalg.qr(x); q @ np.tanh(r)
qr: x[2,2,3]
    q, r = np.linalg.qr(x); q @ np.tanh(r)
eigh: x[3,3]
    np.linalg.eigh(x + x.T)[1]
    np.linalg.eigh(x + x.T, 'U')[0] * x[0]
    w, v = np.linalg.eigh(x + x.T, UPLO='U'); v * w
    np.linalg.eigh(x + x.T).eigenvalues
    w, v = np.linalg.eigh(np.tril(x)); v * w
    w, v = np.linalg.eigh(np.triu(x), UPLO='U'); v + w
    r = np.linalg.eigh(x + x.T); r[0] * r[1]
    r = np.linalg.eigh(x + x.T); w, v = r; v * w
    r = np.linalg.eigh(x + x.T); q = r; q[0] * r[-1]
    r = q = np.linalg.eigh(x + x.T); q[0] * r[1]
eigvalsh: x[2,3,3]
    np.linalg.eigvalsh(x + np.swapaxes(x, 1, 2))
    np.linalg.eigvalsh(np.triu(x), 'U')
eig: x^[3,3]
    np.linalg.eig(x @ x.T)[1]
    w, v = np.linalg.eig(x @ x.T); v * w
eig: x^[2,3,3]
    w, v = np.linalg.eig(x @ np.swapaxes(x, 1, 2)); v * w[:, None]
svd: x[3,3]
    u, s, v = np.linalg.svd(x); (u * np.exp(s)) @ v
    u, s, v = np.linalg.svd(x, True); u @ v
    np.linalg.svd(x)[0]
    np.linalg.svd(x).Vh
    np.linalg.svd(x, compute_uv=False)[0] * x
svd: x[3,2]
    u, s, v = np.linalg.svd(x, full_matrices=False); u * s
    u, s, v = np.linalg.svd(x, full_matrices=False); v * s
    np.linalg.svd(x, False)[2]
svd: x[2,4]
    u, s, v = np.linalg.svd(x, full_matrices=False); v[0]
    u, s, v = np.linalg.svd(x, full_matrices=False); u
svd: x[4,3,2]
    u, s, v = np.linalg.svd(x, full_matrices=False); (u * s[:, None] ** 2) @ v
svdvals: x[4,3,2]
    np.linalg.svdvals(x)
matrix_power: x^[2,3,3]
    np.linalg.matrix_power(x, 2)
    np.linalg.matrix_power(x, 5)
    np.linalg.matrix_power(x, -1)
    np.linalg.matrix_power(x, -3)
tensorinv: x^[6,6]
    np.linalg.tensorinv(x.reshape(2, 3, 6), ind=2)
    np.linalg.tensorinv(x.reshape(2, 3, 3, 2))
norm: x[4]
    np.linalg.norm(x, axis=0)
    np.linalg.norm(x, axis=-1, keepdims=True)
    np.linalg.norm(x, 1, keepdims=True) * x
    np.linalg.norm(x, 4, 0)
    np.linalg.norm(x, 1.5)
    np.linalg.norm(x, 0.5)
    np.linalg.norm(x, -1)
    np.linalg.norm(x, -2)
    np.linalg.norm(x, ord=2) ** 2
    np.linalg.norm(x - x[0])
norm: x[3,4]
    np.linalg.norm(x, keepdims=True) * x
    np.linalg.norm(x, -1)
    np.linalg.norm(x, -2)
    np.linalg.norm(x, -np.inf)
    np.linalg.norm(x, np.inf, axis=0)
    np.linalg.norm(x, 'fro', axis=(1, 0))
    np.linalg.norm(x, 1, axis=(1, 0))
    np.linalg.norm(x, np.inf, (1, 0), True)
    np.linalg.norm(x, 2, keepdims=True) * x
    np.linalg.norm(x, 'nuc', axis=(1, 0))
    x / np.linalg.norm(x, axis=1, keepdims=True)
    np.linalg.norm(x, ord=2, axis=0)
    np.linalg.norm(x.T @ x, 'fro')
norm: x+[3,4]
    np.linalg.norm(x, -np.inf, axis=1, keepdims=True)
norm: x[2,3,4]
    np.linalg.norm(x, axis=0)
    np.linalg.norm(x, axis=(-1, 0))
    np.linalg.norm(x, 'nuc', axis=(0, 2))
    np.linalg.norm(x, 2, axis=(2, 1), keepdims=True)
    np.linalg.norm(x, 1, axis=(0, 1))
    np.linalg.norm(x, np.inf, axis=(2, 0))
    np.linalg.norm(x, -np.inf, axis=(2, 0), keepdims=True) * x
    np.linalg.norm(x, 3, axis=1, keepdims=True)
vector_norm: x[2,3,4]
    np.linalg.vector_norm(x)
    np.linalg.vector_norm(x, ord=3)
    np.linalg.vector_norm(x, axis=(0, 2))
    np.linalg.vector_norm(x, axis=(0, 2), ord=1, keepdims=True)
    np.linalg.vector_norm(x, axis=(0, 2), ord=np.inf)
    np.linalg.vector_norm(x, axis=-1, ord=3) * 2
matrix_norm: x[2,3,4]
    np.linalg.matrix_norm(x)
    np.linalg.matrix_norm(x, ord='nuc')
    np.linalg.matrix_norm(x, ord=2, keepdims=True) * x
    np.linalg.matrix_norm(x, ord=1)
    np.linalg.matrix_norm(x, ord=-np.inf)
matrix_rank: x[2,3]
    x * np.linalg.matrix_rank(np.eye(3))
"""
)
SCIPY: Table = table(
    """
inv: x^[3,3]
    scipy.linalg.inv(x) @ x[0]
det: x^[3,3]
    scipy.linalg.det(x) * x
solve: x^[3,3] y[3,2]
    scipy.linalg.solve(x, y)
    scipy.linalg.solve(x, y[:, 0])
pinv: x[4,2]
    scipy.linalg.pinv(x)
solve_triangular: x^[3,3] y[3,2]
    scipy.linalg.solve_triangular(x, y)
    scipy.linalg.solve_triangular(x, y, lower=True)
    scipy.linalg.solve_triangular(x, y, trans=1)
    scipy.linalg.solve_triangular(x, y[:, 0], trans='T', lower=True)
    scipy.linalg.solve_triangular(x, y[:, 0], unit_diagonal=True)
    scipy.linalg.solve_triangular(x, y, 1, True, True)
cholesky: x^[3,3]
    scipy.linalg.cholesky(x + x.T)
    scipy.linalg.cholesky(x + x.T, lower=True)
    scipy.linalg.cholesky(np.triu(x))
svd: x[3,2]
    u, s, v = scipy.linalg.svd(x, full_matrices=False); (u * np.exp(s)) @ v
svdvals: x[3,2]
    scipy.linalg.svdvals(x)
norm: x[3,4]
    scipy.linalg.norm(x)
    scipy.linalg.norm(x, 1, axis=0)
eigh: x[3,3]
    w, v = scipy.linalg.eigh(x + x.T); (v * np.exp(w)) @ v.T
    scipy.linalg.eigh(np.tril(x))[0]
eigvalsh: x[3,3]
    scipy.linalg.eigvalsh(x + x.T)
expm: x[3,3]
    scipy.linalg.expm(x)
    scipy.linalg.expm(-x) @ x[0]
cho_solve: x^[3,3] y[3] z[3,2]
    scipy.linalg.cho_solve((x, True), y)
    scipy.linalg.cho_solve((x, False), z)
    scipy.linalg.cho_solve((scipy.linalg.cholesky(x @ x.T, lower=True), True), y) @ y
    scipy.linalg.cho_solve((np.linalg.cholesky(x @ x.T), True), z)
convolve2d: x[4,5] k[2,3]
    signal.convolve2d(x, k)
    signal.convolve2d(x, k, mode="same")
    signal.convolve2d(x, k, "valid")
    signal.convolve2d(k, x, "same")
    np.sum(signal.convolve2d(x, k, "valid") ** 2)
    signal.convolve2d(x, x[1:, :2], "valid")
correlate2d: x[4,5] k[2,2]
    signal.correlate2d(x, k)
    signal.correlate2d(x, k, mode="same")
    signal.correlate2d(x, k, "valid")
    signal.correlate2d(x, np.ones((3, 3)), "same") * x
cdist: x[3,2] y[2,2]
    cdist(x, y)
    cdist(x, y, "sqeuclidean")
    cdist(x, y, metric="euclidean") ** 2
    np.exp(-0.5 * cdist(x, x, "sqeuclidean")) @ np.ones(3)
cho_factor: x^[3,3] y[3] z[3,2]
    c = scipy.linalg.cho_factor(x @ x.T); scipy.linalg.cho_solve(c, y) * y
    c = scipy.linalg.cho_factor(x + x.T + np.eye(3), lower=True);
        scipy.linalg.cho_solve(c, z) @ z.T
    c, low = scipy.linalg.cho_factor(x @ x.T, True);
        scipy.linalg.cho_solve((c, low), y) @ y + np.sum(np.log(np.diag(c)))
block_diag: x[2,3] y[1,2] z[2,2]
    scipy.linalg.block_diag(x, y)
    scipy.linalg.block_diag(x, np.ones((2, 2)), y)
    scipy.linalg.block_diag(x, x * 2)
    scipy.linalg.block_diag(z, y.T @ y, z)
toeplitz: x[4]
    scipy.linalg.toeplitz(x)
    scipy.linalg.toeplitz(x) @ x
    scipy.linalg.circulant(x)
    scipy.linalg.circulant(x[:3] * 2)
"""
)
