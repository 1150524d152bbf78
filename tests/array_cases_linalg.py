"""Cases of products of arrays, of numpy.linalg and of numpy.fft."""

from __future__ import annotations

from array_case import Table, table

_PAIRS = {
    "x[3] y[3]": "matmul dot inner",
    "x[3] y[3,2]": "matmul dot",
    "x[2,3] y[3]": "matmul dot inner",
    "x[2,3] y[3,4]": "matmul dot",
    "x[2,3] y[4,3]": "inner",
    "x[3] y[4,3]": "inner",
    "x[5,2,3] y[3]": "matmul dot inner",
    "x[5,2,3] y[3,4]": "matmul dot",
    "x[5,2,3] y[4,3]": "inner",
    "x[2,3] y[5,3,4]": "matmul dot",
    "x[3] y[5,3,4]": "matmul dot",
    "x[5,2,3] y[5,3,4]": "matmul dot",
    "x[1,2,3] y[5,3,4]": "matmul dot",
    "x[5,2,3] y[1,3,4]": "matmul",
    "x[2,1,2,3] y[5,3,4]": "matmul",
    "x[2,3,1] y[1,4]": "matmul dot",
    "x[1,3] y[3,1]": "matmul dot",
}


def _products() -> Table:
    texts = [
        f"{name}: {spec}\n    np.{name}(x, y)\n"
        for spec, names in _PAIRS.items()
        for name in names.split()
    ]
    texts += [
        f"x @ y: {spec}\n    x @ y\n    2 * (x @ y)\n"
        for spec, names in _PAIRS.items()
        if "matmul" in names
    ]
    return table("".join(texts))


PRODUCTS: Table = (
    *_products(),
    *table(
        """
x @ y: x[3,3]
    x @ x
    x @ x.T
    x.T @ x @ x
    (x @ x[0]) * x[1]
dot: x y[2,3]
    np.dot(x, y)
    np.dot(y, x)
dot: x y
    np.dot(x, y)
dot: x[3,3]
    np.dot(x, x)
    np.dot(x[0], x[1])
    x.dot(x[0])
inner: x y[2,3]
    np.inner(x, y)
outer: x[2] y[3]
    np.outer(x, y)
    np.outer(y, x) * 2
    np.outer(x, x)
outer: x[2,2] y[3]
    np.outer(x, y)
outer: x[2] y[1,3]
    np.outer(x, y)
    np.outer(y, x)
outer: x y[3]
    np.outer(x, y)
kron: x[2] y[3]
    np.kron(x, y)
kron: x[2,3] y[3,2]
    np.kron(x, y)
    np.kron(y, x)
kron: x[2] y[3,2]
    np.kron(x, y)
    np.kron(y, x)
kron: x[1,2,3] y[2,1,2]
    np.kron(x, y)
cross: x[3] y[3]
    np.cross(x, y)
    np.cross(y, x) * x
cross: x[2,3] y[3]
    np.cross(x, y)
    np.cross(y, x)
cross: x[3,2] y[3,2]
    np.cross(x, y, axis=0)
    np.cross(x, y, 0, 0, 0)
tensordot: x[2,3,4] y[3,4,5]
    np.tensordot(x, y)
    np.tensordot(x, y, axes=2)
    np.tensordot(x, y, axes=([1, 2], [0, 1]))
    np.tensordot(x, y, axes=((2,), (1,)))
    np.tensordot(x, y, axes=([1], [0]))
    np.tensordot(x, y, axes=(1, 0))
    np.tensordot(x, y, axes=((-1, 1), (1, 0)))
tensordot: x[2,3] y[3,2]
    np.tensordot(x, y, 1)
    np.tensordot(x, y, axes=0)
tensordot: x[3] y[3]
    np.tensordot(x, y, axes=1)
einsum: x[2,3] y[3,4]
    np.einsum("ij,jk->ik", x, y)
    np.einsum("ij,jk", x, y)
    np.einsum("ij,jk->ki", x, y)
    np.einsum("ij,jk->", x, y)
    np.einsum("ij,jk->i", x, y)
    np.einsum("ij,jk->ijk", x, y)
    np.einsum("ij , jk -> ik", x, y)
einsum: x[3,3]
    np.einsum("ii", x)
    np.einsum("ii->i", x)
    np.einsum("ij->ji", x)
    np.einsum("ij->j", x)
    np.einsum("ij,ij->", x, x)
    np.einsum("ij,jk,kl->il", x, x, x)
einsum: x[2,3,4] y[2,4,5]
    np.einsum("bij,bjk->bik", x, y)
    np.einsum("...ij,...jk->...ik", x, y)
    np.einsum("bij,bjk->ik", x, y)
    np.einsum("bij,cjk->bcik", x, y)
    np.einsum("bij,bjk", x, y)
einsum: x[2,1] y[2,3]
    np.einsum("ij,ij->ij", x, y)
einsum: x[2,3] y[3] s
    np.einsum("ij,j,->i", x, y, s)
"""
    ),
)
LINALG: Table = table(
    """
inv: x^[3,3]
    np.linalg.inv(x)
    np.linalg.inv(x) @ x[0]
inv: x^[2,3,3]
    np.linalg.inv(x)
det: x^[3,3]
    np.linalg.det(x)
    np.linalg.det(x[:2, :2]) * x
det: x^[2,3,3]
    np.linalg.det(x)
slogdet: x^[3,3]
    s, d = np.linalg.slogdet(x); d
    np.linalg.slogdet(x)[1] * x[0]
    np.linalg.slogdet(x).logabsdet
slogdet: x^[2,3,3]
    np.linalg.slogdet(x)[1]
solve: x^[3,3] y[3]
    np.linalg.solve(x, y)
    np.linalg.solve(x.T, y) * y
solve: x^[3,3] y[3,2]
    np.linalg.solve(x, y)
solve: x^[4,3,3] y[4,3,2]
    np.linalg.solve(x, y)
solve: x^[4,3,3] y[3,2]
    np.linalg.solve(x, y)
cholesky: x[3,3]
    s = x @ x.T + 2 * np.eye(3); np.linalg.cholesky(s)
    s = x @ x.T + 2 * np.eye(3); np.linalg.cholesky(s) @ x[0]
cholesky: x[2,3,3]
    s = x @ np.swapaxes(x, 1, 2) + 2 * np.eye(3); np.linalg.cholesky(s)
eigh: x[3,3]
    np.linalg.eigh(x + x.T)[0]
    w, v = np.linalg.eigh(x + x.T); v
    w, v = np.linalg.eigh(x + x.T); (v * np.exp(w)) @ v.T
eigh: x[2,3,3]
    w, v = np.linalg.eigh(x + np.swapaxes(x, 1, 2)); w[:, None] * v
eig: x^[2,2]
    np.sum(np.linalg.eig(x @ x.T)[0] ** 2)
    w, v = np.linalg.eig(x @ x.T); (v * w**2) @ np.linalg.inv(v)
svd: x[3,2]
    np.linalg.svd(x, compute_uv=False)
    np.linalg.svd(x, full_matrices=False)[1]
    u, s, v = np.linalg.svd(x, full_matrices=False); (u * s**2) @ v
    u, s, v = np.linalg.svd(x, full_matrices=False); u @ v
svd: x[2,4]
    u, s, v = np.linalg.svd(x, full_matrices=False); (u * np.exp(s)) @ v
svd: x[4,3,2]
    np.linalg.svd(x, compute_uv=False)
pinv: x[4,2]
    np.linalg.pinv(x)
pinv: x[2,4]
    np.linalg.pinv(x) @ x[:, 0]
pinv: x^[3,3]
    np.linalg.pinv(x)
norm: x[4]
    np.linalg.norm(x)
    np.linalg.norm(x, 2)
    np.linalg.norm(x, ord=1) * x
    np.linalg.norm(x, 3)
    np.linalg.norm(x, np.inf)
    np.linalg.norm(x, -np.inf)
    np.linalg.norm(x, 2.5, axis=0, keepdims=True) * x
    x / np.linalg.norm(x)
norm: x[3,4]
    np.linalg.norm(x)
    np.linalg.norm(x, "fro")
    np.linalg.norm(x, axis=1)
    np.linalg.norm(x, axis=0, keepdims=True) * x
    np.linalg.norm(x, ord=3, axis=-1)
    np.linalg.norm(x, 1, axis=1)
    np.linalg.norm(x, axis=(0, 1))
    np.linalg.norm(x, "nuc")
    np.linalg.norm(x, 2)
    np.linalg.norm(x, 1)
    np.linalg.norm(x, np.inf)
norm: x[2,3,4]
    np.linalg.norm(x)
    np.linalg.norm(x, axis=(1, 2))
"""
)
FFT: Table = table(
    """
fft: x[5]
    np.abs(np.fft.fft(x)) ** 2
    np.real(np.fft.fft(x, 4))
    np.fft.fft(x).imag
fft: x[3,4]
    np.real(np.fft.fft(x, axis=0))
    np.imag(np.fft.fft(x, norm='ortho'))
ifft: x[5]
    np.real(np.fft.ifft(x))
    np.real(np.fft.ifft(np.fft.fft(x) * 2))
fft2: x[3,4]
    np.real(np.fft.fft2(x))
    np.abs(np.fft.fft2(x)) ** 2
ifft2: x[3,4]
    np.real(np.fft.ifft2(x))
fftn: x[2,3,4]
    np.real(np.fft.fftn(x))
    np.imag(np.fft.fftn(x, axes=(0, 1)))
ifftn: x[2,3]
    np.real(np.fft.ifftn(x))
rfft: x[5]
    np.abs(np.fft.rfft(x)) ** 2
    np.real(np.fft.rfft(x)) * 2
rfft: x[3,4]
    np.imag(np.fft.rfft(x))
    np.real(np.fft.rfft(x, axis=0))
irfft: x[6]
    np.fft.irfft(np.fft.rfft(x) * 2)
    np.fft.irfft(x)
irfft: x[5]
    np.fft.irfft(np.fft.rfft(x), 5)
rfft2: x[3,4]
    np.real(np.fft.rfft2(x))
irfft2: x[4,6]
    np.fft.irfft2(np.fft.rfft2(x) * 3)
rfftn: x[2,3,4]
    np.real(np.fft.rfftn(x))
irfftn: x[2,4]
    np.fft.irfftn(np.fft.rfftn(x) * 3)
fftshift: x[5]
    np.fft.fftshift(x) * x
fftshift: x[3,4]
    np.fft.fftshift(x)
    np.fft.fftshift(x, axes=1)
ifftshift: x[5]
    np.fft.ifftshift(x) * x
ifftshift: x[3,4]
    np.fft.ifftshift(x)
    np.fft.ifftshift(x, axes=(0,))
"""
)
