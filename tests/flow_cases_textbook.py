# ruff: noqa: E501
"""Programs as numerics textbooks have them: thirty lines, in which several things meet."""

from __future__ import annotations

import numpy as np
from flow_case import case
from numpy.typing import NDArray

_NUMBERS = np.random.default_rng(20)


def normal(shape: int | tuple[int, ...]) -> NDArray[np.float64]:
    return _NUMBERS.normal(size=shape).round(3)


def uniform(shape: int | tuple[int, ...]) -> NDArray[np.float64]:
    return _NUMBERS.random(shape).round(3)


TEXTBOOK = (
    case(
        "textbook: a pentadiagonal system",
        """
        def f(e: "N", a: "N", d: "N", c: "N", g: "N", b: "N"):
            n = len(d)
            mu = np.zeros(n)
            al = np.zeros(n)
            be = np.zeros(n)
            z = np.zeros(n)
            for i in range(n):
                gam = c[i]
                mu[i] = d[i]
                z[i] = b[i]
                if i >= 2:
                    gam -= al[i - 2] * e[i]
                    mu[i] -= be[i - 2] * e[i]
                    z[i] -= z[i - 2] * e[i]
                if i >= 1:
                    mu[i] -= al[i - 1] * gam
                    z[i] -= z[i - 1] * gam
                if i < n - 1:
                    al[i] = a[i]
                    if i >= 1:
                        al[i] -= be[i - 1] * gam
                    al[i] /= mu[i]
                if i < n - 2:
                    be[i] = g[i] / mu[i]
                z[i] /= mu[i]
            for i in reversed(range(n - 1)):
                z[i] -= al[i] * z[i + 1]
                if i + 2 < n:
                    z[i] -= be[i] * z[i + 2]
            return z
        """,
        e=normal(6),
        a=normal(6),
        d=5 + normal(6),
        c=normal(6),
        g=normal(6),
        b=normal(6),
    ),
    case(
        "textbook: the fast Fourier transform by loops",
        """
        def f(x: "N", w: "N"):
            n = x.shape[0]
            re = x.copy()
            im = np.zeros(n)
            j = 0
            for i in range(1, n):
                bit = n >> 1
                while j & bit:
                    j ^= bit
                    bit >>= 1
                j ^= bit
                if i < j:
                    re[i], re[j] = re[j], re[i]
            length = 2
            while length <= n:
                ang = -2 * math.pi / length
                half = length // 2
                for start in range(0, n, length):
                    for k in range(half):
                        c = math.cos(ang * k)
                        s = math.sin(ang * k)
                        p, q = start + k, start + k + half
                        tr = re[q] * c - im[q] * s
                        ti = re[q] * s + im[q] * c
                        re[q] = re[p] - tr
                        im[q] = im[p] - ti
                        re[p] += tr
                        im[p] += ti
                length *= 2
            total = 0.0
            for k in range(n):
                total += w[k] * (re[k] ** 2 + im[k] ** 2)
            return total
        """,
        x=normal(8),
        w=normal(8),
    ),
    case(
        "textbook: a natural spline, found by bisection",
        """
        def f(xs: "N", ys: "N", q: "M"):
            n = len(xs)
            y2 = np.zeros(n)
            u = np.zeros(n)
            for i in range(1, n - 1):
                sig = (xs[i] - xs[i - 1]) / (xs[i + 1] - xs[i - 1])
                p = sig * y2[i - 1] + 2.0
                y2[i] = (sig - 1.0) / p
                u[i] = (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) - (ys[i] - ys[i - 1]) / (
                    xs[i] - xs[i - 1]
                )
                u[i] = (6.0 * u[i] / (xs[i + 1] - xs[i - 1]) - sig * u[i - 1]) / p
            for k in range(n - 2, -1, -1):
                y2[k] = y2[k] * y2[k + 1] + u[k]
            out = np.empty(len(q))
            for m, x in enumerate(q):
                lo, hi = 0, n - 1
                while hi - lo > 1:
                    mid = (hi + lo) // 2
                    if xs[mid] > x:
                        hi = mid
                    else:
                        lo = mid
                h = xs[hi] - xs[lo]
                a = (xs[hi] - x) / h
                b = (x - xs[lo]) / h
                out[m] = a * ys[lo] + b * ys[hi] + ((a**3 - a) * y2[lo] + (b**3 - b) * y2[hi]) * h**2 / 6.0
            return out
        """,
        xs=np.sort(normal(6)) * 2,
        ys=normal(6),
        q=normal(4),
    ),
    case(
        "textbook: least squares by rotations, in place",
        """
        def f(A: "N, M", b: "N"):
            n, m = A.shape
            for j in range(m):
                for i in range(n - 1, j, -1):
                    if A[i, j] == 0.0:
                        continue
                    r = math.hypot(A[i - 1, j], A[i, j])
                    c, s = A[i - 1, j] / r, A[i, j] / r
                    top = A[i - 1, :].copy()
                    A[i - 1, :] = c * top + s * A[i, :]
                    A[i, :] = c * A[i, :] - s * top
                    b[i - 1], b[i] = c * b[i - 1] + s * b[i], c * b[i] - s * b[i - 1]
            x = np.zeros(m)
            for j in range(m - 1, -1, -1):
                acc = b[j]
                for k in range(j + 1, m):
                    acc -= A[j, k] * x[k]
                x[j] = acc / A[j, j]
            return x
        """,
        A=normal((4, 3)),
        b=normal(4),
    ),
    case(
        "textbook: Jacobi's sweeps",
        """
        def f(A: "N, N", sweeps: int):
            S = 0.5 * (A + A.T)
            n = S.shape[0]
            for _ in range(sweeps):
                off = 0.0
                for p in range(n - 1):
                    for q in range(p + 1, n):
                        off += S[p, q] ** 2
                        if abs(S[p, q]) < 1e-12:
                            continue
                        theta = (S[q, q] - S[p, p]) / (2.0 * S[p, q])
                        t = math.copysign(1.0, theta) / (abs(theta) + math.sqrt(theta**2 + 1.0))
                        c = 1.0 / math.sqrt(t * t + 1.0)
                        s = t * c
                        Sp = S[:, p].copy()
                        Sq = S[:, q].copy()
                        S[:, p] = c * Sp - s * Sq
                        S[:, q] = s * Sp + c * Sq
                        Sp, Sq = S[p].copy(), S[q].copy()
                        S[p] = c * Sp - s * Sq
                        S[q] = s * Sp + c * Sq
                if off < 1e-9:
                    break
            best = S[0, 0]
            for i in range(1, n):
                if S[i, i] > best:
                    best = S[i, i]
            return best, np.diag(S)
        """,
        A=normal((3, 3)),
        sweeps=2,
    ),
    case(
        "textbook: GMRES",
        """
        def f(A: "N, N", b: "N", m: int):
            n = len(b)
            Q = np.zeros((n, m + 1))
            H = np.zeros((m + 1, m))
            beta = np.linalg.norm(b)
            Q[:, 0] = b / beta
            for j in range(m):
                v = A @ Q[:, j]
                for i in range(j + 1):
                    H[i, j] = Q[:, i] @ v
                    v = v - H[i, j] * Q[:, i]
                H[j + 1, j] = np.linalg.norm(v)
                Q[:, j + 1] = v / H[j + 1, j]
            cs, sn = np.zeros(m), np.zeros(m)
            g = np.zeros(m + 1)
            g[0] = beta
            for j in range(m):
                for i in range(j):
                    t = cs[i] * H[i, j] + sn[i] * H[i + 1, j]
                    H[i + 1, j] = -sn[i] * H[i, j] + cs[i] * H[i + 1, j]
                    H[i, j] = t
                d = np.sqrt(H[j, j] ** 2 + H[j + 1, j] ** 2)
                cs[j], sn[j] = H[j, j] / d, H[j + 1, j] / d
                H[j, j], H[j + 1, j] = d, 0.0
                g[j + 1] = -sn[j] * g[j]
                g[j] *= cs[j]
            y = np.zeros(m)
            for i in range(m - 1, -1, -1):
                y[i] = (g[i] - H[i, i + 1 :] @ y[i + 1 :]) / H[i, i]
            return Q[:, :m] @ y
        """,
        A=normal((5, 5)),
        b=normal(5),
        m=3,
    ),
    case(
        "textbook: two loops of L-BFGS",
        """
        def f(g: "N", S: "K, N", Y: "K, N"):
            q = g.copy()
            k = len(S)
            alphas = []
            rhos = []
            for s, y in zip(reversed(S), reversed(Y)):
                rho = 1.0 / (y @ s)
                a = rho * (s @ q)
                q -= a * y
                alphas.append(a)
                rhos.append(rho)
            if k > 0:
                q *= (S[-1] @ Y[-1]) / (Y[-1] @ Y[-1])
            for s, y in zip(S, Y):
                a = alphas.pop()
                b = rhos.pop() * (y @ q)
                q += (a - b) * s
            return -q
        """,
        g=normal(4),
        S=normal((3, 4)),
        Y=normal((3, 4)),
    ),
    case(
        "textbook: Sinkhorn, until it stays",
        """
        def f(C: "N, M", a: "N", b: "M", eps: float, iters: int):
            K = np.exp(-C / eps)
            u, v = np.ones(len(a)), np.ones(len(b))
            err = 1.0
            it = 0
            while it < iters and err > 1e-3:
                prev = u
                u = a / (K @ v)
                v = b / (K.T @ u)
                err = np.max(np.abs(u - prev))
                it += 1
            P = u[:, None] * K * v[None, :]
            return np.sum(P * C), it
        """,
        C=uniform((3, 4)),
        a=np.ones(3) / 3,
        b=np.ones(4) / 4,
        eps=0.5,
        iters=4,
    ),
    case(
        "textbook: a linear chain with a mask",
        """
        def f(E: "T, K", trans: "K, K", tags: "T int", mask: "T bool"):
            score = E[0, tags[0]]
            alpha = E[0]
            last = tags[0]
            for t in range(1, len(tags)):
                if not mask[t]:
                    continue
                score += trans[last, tags[t]] + E[t, tags[t]]
                last = tags[t]
                inner = alpha[:, None] + trans + E[t][None, :]
                top = np.max(inner, axis=0)
                alpha = top + np.log(np.sum(np.exp(inner - top), axis=0))
            top = np.max(alpha)
            return top + np.log(np.sum(np.exp(alpha - top))) - score
        """,
        E=normal((4, 3)),
        trans=normal((3, 3)),
        tags=np.array([0, 2, 1, 1]),
        mask=np.array([True, True, False, True]),
    ),
    case(
        "textbook: a bitonic sorting network",
        """
        def f(x: "N", w: "N"):
            n = len(x)
            k = 2
            while k <= n:
                j = k // 2
                while j > 0:
                    for i in range(n):
                        l = i ^ j
                        if l > i:
                            up = (i & k) == 0
                            if (up and x[i] > x[l]) or (not up and x[i] < x[l]):
                                x[i], x[l] = x[l], x[i]
                    j //= 2
                k *= 2
            return np.dot(w, x)
        """,
        x=normal(8),
        w=normal(8),
    ),
    case(
        "textbook: the union of intervals",
        """
        def f(starts: "N", ends: "N"):
            n = len(starts)
            a, b = starts.copy(), ends.copy()
            for i in range(1, n):
                s, e = a[i], b[i]
                j = i - 1
                while j >= 0 and a[j] > s:
                    a[j + 1] = a[j]
                    b[j + 1] = b[j]
                    j -= 1
                a[j + 1], b[j + 1] = s, e
            total = 0.0
            lo = hi = None
            for s, e in zip(a, b):
                if lo is None:
                    lo, hi = s, e
                elif s > hi:
                    total += hi - lo
                    lo, hi = s, e
                else:
                    hi = max(hi, e)
            if lo is not None:
                total += hi - lo
            return total
        """,
        starts=np.array([0.0, 3.0, 1.0, 7.0]),
        ends=np.array([2.0, 4.0, 2.5, 8.0]),
    ),
    case(
        "textbook: a controller with limits",
        """
        def f(setpoint: "T", kp: float, ki: float, kd: float, limit: float):
            y, v = 0.0, 0.0
            integral, prev = 0.0, None
            dt = 0.1
            log = []
            for t, target in enumerate(setpoint):
                err = target - y
                deriv = 0.0 if prev is None else (err - prev) / dt
                u = kp * err + ki * integral + kd * deriv
                if abs(u) < limit:
                    integral += err * dt
                elif u > 0:
                    u = limit
                else:
                    u = -limit
                v += dt * (u - 0.3 * v - y)
                y += dt * v
                prev = err
                if t % 2 == 0:
                    log.append(err**2)
            return sum(log) / max(1, len(log)) + 0.01 * y**2
        """,
        setpoint=normal(7),
        kp=1.5,
        ki=0.3,
        kd=0.1,
        limit=1.0,
    ),
    case(
        "textbook: a ray marches to a box and a sphere",
        """
        def f(o: "3", d: "3", radius: float, steps: int):
            d = d / np.linalg.norm(d)
            t = 0.0
            hit = False
            for k in range(steps):
                p = o + t * d
                q = np.abs(p) - 0.3
                box = np.linalg.norm(np.maximum(q, 0.0)) + min(max(q[0], max(q[1], q[2])), 0.0)
                sphere = np.sqrt(p @ p) - radius
                h = min(box, sphere) if k % 2 == 0 else max(sphere, 0.1)
                if h < 0.01:
                    hit = True
                    break
                t += 0.7 * h
                if t > 10.0:
                    return -t
            if hit:
                return t * 2.0
            return t + h
        """,
        o=np.array([0.1, 0.2, -3.0]),
        d=np.array([0.05, 0.1, 1.0]),
        radius=0.5,
        steps=4,
    ),
    case(
        "textbook: steps of k-means",
        """
        def f(X: "N, D", centers: "K, D", rounds: int):
            C = centers.copy()
            inertia = 0.0
            for _ in range(rounds):
                sums = np.zeros_like(C)
                counts = np.zeros(len(C))
                inertia = 0.0
                for x in X:
                    best, arg = np.inf, -1
                    for k, c in enumerate(C):
                        d = np.sum((x - c) ** 2)
                        if d < best:
                            best, arg = d, k
                    sums[arg] += x
                    counts[arg] += 1
                    inertia += best
                for k in range(len(C)):
                    if counts[k] > 0:
                        C[k] = sums[k] / counts[k]
            return inertia, C
        """,
        X=normal((6, 2)),
        centers=normal((3, 2)),
        rounds=2,
    ),
    case(
        "textbook: masks of parts of a parameter",
        """
        def f(A: "N, M", cap: float):
            top = A[: A.shape[0] // 2]
            top[top > cap] *= 0.5
            A[:, 0][A[:, 0] < 0] = -cap
            A[1:, 1:][A[1:, 1:] > 0] += A[1:, 1:][A[1:, 1:] > 0] ** 2
            return A
        """,
        A=normal((4, 3)),
        cap=0.3,
    ),
    case(
        "textbook: return from two loops that write",
        """
        def f(A: "N, M", limit: float):
            s = 0.0
            for i in range(A.shape[0]):
                for j in range(A.shape[1]):
                    A[i, j] = np.tanh(A[i, j] + s)
                    s += A[i, j] ** 2
                    if s > limit:
                        A[i] *= 2.0
                        return s * A[i, j], A[0].sum()
                    if A[i, j] < -0.9:
                        break
                else:
                    s *= 0.5
            return s, A[-1].sum()
        """,
        A=normal((3, 3)),
        limit=1.0,
    ),
    case(
        "textbook: a loop's variables behind its break",
        """
        def f(x: "N", thr: float):
            acc = 0.0
            for i, v in enumerate(x):
                acc += v
                if acc > thr:
                    break
            else:
                i = 0
            for j in range(i, len(x)):
                x[j] = x[j] * v + acc
            return x[i] * v, i, j
        """,
        x=np.array([0.5, 0.7, -0.3, 0.9]),
        thr=1.0,
    ),
    case(
        "textbook: writes through the transpose, in turns",
        """
        def f(A: "N, N", v: "N"):
            B = A.T
            n = len(v)
            for k in range(n):
                B[k] += v[k] * A[k]
                col = B[:, k]
                col *= v[::-1]
                B[k:, k] -= 0.1 * B[k, k:]
            d = np.diagonal(A)
            return np.sum(A * A.T) + d.sum()
        """,
        A=normal((3, 3)),
        v=normal(3),
    ),
    case(
        "textbook: heat by alternating directions",
        """
        def f(u: "N, M", r: float, steps: int):
            for _ in range(steps):
                half = np.zeros_like(u)
                half[1:-1, 1:-1] = u[1:-1, 1:-1] + r * (u[1:-1, 2:] - 2 * u[1:-1, 1:-1] + u[1:-1, :-2])
                cp = np.zeros(u.shape[0])
                for i in range(1, u.shape[0] - 1):
                    den = 1.0 + 2.0 * r + r * cp[i - 1]
                    cp[i] = -r / den
                    half[i] = (half[i] + r * half[i - 1]) / den
                for i in range(u.shape[0] - 2, 0, -1):
                    half[i] -= cp[i] * half[i + 1]
                u[1:-1, 1:-1] = half[1:-1, 1:-1]
                u[0], u[-1] = 0.5 * u[1], u[-2].copy()
            return u
        """,
        u=normal((5, 4)),
        r=0.3,
        steps=2,
    ),
    case(
        "textbook: finite elements on a line",
        """
        def f(nodes: "N", k: "E", load: float):
            n = len(nodes)
            K = np.zeros((n, n))
            F = np.zeros(n)
            for e in range(n - 1):
                h = nodes[e + 1] - nodes[e]
                ke = k[e] / h * np.array([[1.0, -1.0], [-1.0, 1.0]])
                dofs = [e, e + 1]
                for a in range(2):
                    for b in range(2):
                        K[dofs[a], dofs[b]] += ke[a, b]
                    F[dofs[a]] += load * h / 2
            K[0, :] = 0.0
            K[0, 0] = 1.0
            F[0] = 0.0
            u = np.linalg.solve(K, F)
            return u @ F
        """,
        nodes=np.array([0.0, 0.3, 0.7, 1.0]),
        k=np.array([1.0, 2.0, 1.5]),
        load=1.3,
    ),
    case(
        "textbook: particles in cells",
        """
        def f(pos: "P", vel: "P", q: float, cells: int):
            dx = 1.0 / cells
            idx = np.floor(pos / dx).astype(int)
            frac = pos / dx - idx
            rho = np.zeros(cells)
            np.add.at(rho, idx % cells, q * (1 - frac))
            np.add.at(rho, (idx + 1) % cells, q * frac)
            phi = np.zeros(cells)
            for _ in range(3):
                for i in range(cells):
                    phi[i] = 0.5 * (phi[i - 1] + phi[(i + 1) % cells] + rho[i])
            E = np.zeros_like(phi)
            E[1:-1] = (phi[:-2] - phi[2:]) / 2
            E[0] = (phi[-1] - phi[1]) / 2
            E[-1] = (phi[-2] - phi[0]) / 2
            force = E[idx % cells] * (1 - frac) + E[(idx + 1) % cells] * frac
            vel += q * force
            pos += 0.1 * vel
            pos[pos > 1.0] -= 1.0
            return 0.5 * np.sum(vel**2)
        """,
        pos=uniform(5),
        vel=normal(5),
        q=0.7,
        cells=4,
    ),
    case(
        "textbook: an American option by regression",
        """
        def f(S: "T, P", K: float, r: float):
            cash = np.maximum(K - S[-1], 0.0)
            for t in range(S.shape[0] - 2, 0, -1):
                cash *= np.exp(-r)
                itm = S[t] < K
                if np.sum(itm) > 2:
                    x = S[t, itm]
                    A = np.vstack([np.ones_like(x), x, x**2]).T
                    coef = np.linalg.solve(A.T @ A + 1e-3 * np.eye(3), A.T @ cash[itm])
                    cont = A @ coef
                    exercise = K - x
                    cash[itm] = np.where(exercise > cont, exercise, cash[itm])
            return np.mean(cash) * np.exp(-r)
        """,
        S=1.0 + 0.2 * normal((4, 6)),
        K=1.05,
        r=0.05,
    ),
    case(
        "textbook: a cascade of filters",
        """
        def f(x: "T", sos: "S, 5"):
            y = x.copy()
            for b0, b1, b2, a1, a2 in sos:
                z1 = z2 = 0.0
                for n in range(len(y)):
                    xin = y[n]
                    yout = b0 * xin + z1
                    z1 = b1 * xin - a1 * yout + z2
                    z2 = b2 * xin - a2 * yout
                    y[n] = yout
            return y
        """,
        x=normal(6),
        sos=0.3 * normal((2, 5)),
    ),
    case(
        "textbook: a soft edit distance by two lists",
        """
        def f(sub: "N, M", gap: float, temp: float):
            n, m = sub.shape
            prev = [j * gap for j in range(m + 1)]
            for i in range(1, n + 1):
                cur = [i * gap]
                for j in range(1, m + 1):
                    c = (prev[j] + gap, cur[j - 1] + gap, prev[j - 1] + sub[i - 1, j - 1])
                    low = min(c)
                    cur.append(low - temp * math.log(sum(math.exp((low - v) / temp) for v in c)))
                prev = cur
            return prev[-1]
        """,
        sub=uniform((3, 4)),
        gap=0.6,
        temp=0.5,
    ),
    case(
        "textbook: red and black relaxation",
        """
        def f(u: "N, M", rhs: "N, M", omega: float, sweeps: int):
            res = 0.0
            for s in range(sweeps):
                res = 0.0
                for color in (0, 1):
                    for i in range(1, u.shape[0] - 1):
                        for j in range(1 + (i + color) % 2, u.shape[1] - 1, 2):
                            gs = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - rhs[i, j])
                            delta = gs - u[i, j]
                            u[i, j] += omega * delta
                            res += delta * delta
                if res < 1e-8:
                    break
            return res + np.sum(u)
        """,
        u=normal((4, 5)),
        rhs=normal((4, 5)),
        omega=1.3,
        sweeps=2,
    ),
    case(
        "textbook: two grids",
        """
        def f(b: "N", v: "N"):
            n = len(b)
            u = v.copy()
            for _ in range(2):
                for i in range(1, n - 1):
                    u[i] = 0.5 * (u[i - 1] + u[i + 1] + b[i])
            r = np.zeros(n)
            r[1:-1] = b[1:-1] - (2 * u[1:-1] - u[:-2] - u[2:])
            m = (n + 1) // 2
            rc = np.zeros(m)
            rc[1:-1] = 0.25 * r[1:-3:2] + 0.5 * r[2:-2:2] + 0.25 * r[3:-1:2]
            ec = np.zeros(m)
            for _ in range(3):
                for i in range(1, m - 1):
                    ec[i] = 0.5 * (ec[i - 1] + ec[i + 1] + 4 * rc[i])
            e = np.zeros(n)
            e[::2] = ec
            e[1::2] = 0.5 * (ec[:-1] + ec[1:])
            u += e
            return u
        """,
        b=normal(9),
        v=normal(9),
    ),
    case(
        "textbook: a lattice of Boltzmann's",
        """
        def f(rho: "N", tau: float, steps: int):
            w = np.array([4 / 6, 1 / 6, 1 / 6])
            g = w[:, None] * rho[None, :]
            for _ in range(steps):
                dens = g.sum(axis=0)
                vel = (g[1] - g[2]) / dens
                for q, c in enumerate((0, 1, -1)):
                    eq = w[q] * dens * (1 + 3 * c * vel)
                    g[q] += (eq - g[q]) / tau
                first = g[1, -1]
                g[1, 1:] = g[1, :-1].copy()
                g[1, 0] = first
                g[2] = np.roll(g[2], -1)
            return g.sum(axis=0)
        """,
        rho=1 + 0.1 * normal(5),
        tau=0.8,
        steps=3,
    ),
    case(
        "textbook: alignments of labels",
        """
        def f(logp: "T, V", labels: "L int"):
            blank = 0
            ext = [blank]
            for l in labels:
                ext.append(l)
                ext.append(blank)
            S = len(ext)
            alpha = [-1e30] * S
            alpha[0] = logp[0, blank]
            if S > 1:
                alpha[1] = logp[0, ext[1]]
            for t in range(1, len(logp)):
                new = [-1e30] * S
                for s in range(S):
                    a = alpha[s]
                    b = alpha[s - 1] if s > 0 else -1e30
                    c = alpha[s - 2] if s > 1 and ext[s] != blank and ext[s] != ext[s - 2] else -1e30
                    m = max(a, b, c)
                    new[s] = m + math.log(math.exp(a - m) + math.exp(b - m) + math.exp(c - m)) + logp[t, ext[s]]
                alpha = new
            if S == 1:
                return -alpha[0]
            m = max(alpha[-1], alpha[-2])
            return -(m + math.log(math.exp(alpha[-1] - m) + math.exp(alpha[-2] - m)))
        """,
        logp=normal((5, 4)),
        labels=np.array([1, 2]),
    ),
    case(
        "textbook: cubic pieces, in the order of the points",
        """
        def f(t: "N", y: "N", m: "N", q: "M"):
            out = np.zeros(len(q))
            k = 0
            for i in np.argsort(q):
                x = q[i]
                while k < len(t) - 2 and x > t[k + 1]:
                    k += 1
                h = t[k + 1] - t[k]
                s = (x - t[k]) / h
                match k % 2:
                    case 0:
                        out[i] = (2 * s**3 - 3 * s**2 + 1) * y[k] + (s**3 - 2 * s**2 + s) * h * m[k]
                    case _:
                        out[i] = y[k] + s * h * m[k]
                out[i] += (-2 * s**3 + 3 * s**2) * y[k + 1] + (s**3 - s**2) * h * m[k + 1]
            return out
        """,
        t=np.sort(normal(4)),
        y=normal(4),
        m=normal(4),
        q=normal(3),
    ),
    case(
        "textbook: Neville's table in lists",
        """
        def f(xs: "N", ys: "N", x: float):
            n = len(xs)
            c = list(ys)
            d = list(ys)
            ns = 0
            dif = abs(x - xs[0])
            for i in range(1, n):
                if abs(x - xs[i]) < dif:
                    ns, dif = i, abs(x - xs[i])
            y = ys[ns]
            ns -= 1
            for m in range(1, n):
                for i in range(n - m):
                    ho = xs[i] - x
                    hp = xs[i + m] - x
                    w = c[i + 1] - d[i]
                    den = w / (ho - hp)
                    d[i] = hp * den
                    c[i] = ho * den
                if 2 * (ns + 1) < n - m:
                    dy = c[ns + 1]
                else:
                    dy = d[ns]
                    ns -= 1
                y += dy
            return y, dy
        """,
        xs=np.arange(4.0) + 0.1 * uniform(4),
        ys=normal(4),
        x=1.3,
    ),
    case(
        "textbook: Romberg's table",
        """
        def f(a: float, b: float, c: float, levels: int):
            def g(t):
                return math.exp(-c * t) * math.sin(t)

            R = [[0.5 * (b - a) * (g(a) + g(b))]]
            for k in range(1, levels):
                h = (b - a) / 2**k
                s = 0.0
                for i in range(1, 2**k, 2):
                    s += g(a + i * h)
                row = [0.5 * R[k - 1][0] + h * s]
                for j in range(1, k + 1):
                    row.append(row[j - 1] + (row[j - 1] - R[k - 1][j - 1]) / (4**j - 1))
                R.append(row)
            return R[-1][-1]
        """,
        a=0.1,
        b=1.7,
        c=0.6,
        levels=4,
    ),
    case(
        "textbook: Newton for two unknowns",
        """
        def f(x0: "2", a: float, b: float):
            x = x0.copy()
            for it in range(20):
                F = np.array([x[0] ** 2 + x[1] ** 2 - a, x[0] * x[1] - b])
                if np.abs(F).max() < 1e-3:
                    break
                J = np.array([[2 * x[0], 2 * x[1]], [x[1], x[0]]])
                det = J[0, 0] * J[1, 1] - J[0, 1] * J[1, 0]
                inv = np.array([[J[1, 1], -J[0, 1]], [-J[1, 0], J[0, 0]]]) / det
                x -= inv @ F
            else:
                raise RuntimeError("no convergence")
            return x, it
        """,
        x0=np.array([1.5, 0.4]),
        a=2.0,
        b=0.5,
    ),
    case(
        "textbook: two combs of one array",
        """
        def f(x: "N"):
            a = x[::2]
            b = x[1::2]
            for i in range(min(len(a), len(b))):
                a[i], b[i] = b[i] * a[i], a[i] + b[i] ** 2
                if i:
                    a[i - 1] -= b[i]
            c = x[::-1]
            c += a.sum()
            return x
        """,
        x=normal(6),
    ),
    case(
        "textbook: results that go to rows",
        """
        def f(x: "N", y: "N"):
            out = np.empty((2, len(x)))
            np.multiply(x, y, out=out[0])
            np.sin(out[0], out=out[1])
            np.add(out[0], out[1], out=out[0])
            out[1] -= out[0] * x
            np.add.at(out, (np.array([0, 0, 1]), np.array([0, 0, 1])), y[:1] * 2)
            out[0].sort()
            y.fill(3.0)
            y[0] = out[1, 1]
            return out * y
        """,
        x=normal(4),
        y=normal(4),
    ),
    case(
        "textbook: rows that are normalized in place",
        """
        def f(A: "N, M"):
            for row in A:
                row -= row.mean()
                row /= np.sqrt(np.sum(row * row) + 0.1)
                for j, v in enumerate(row):
                    if v < 0:
                        row[j] = 0.1 * v
                        if j > 1:
                            break
            return A[:, 0] @ A[:, -1]
        """,
        A=normal((3, 4)),
    ),
    case(
        "textbook: masks in a row",
        """
        def f(x: "N", lo: float, hi: float):
            x[(x < lo) | (x > hi)] *= lo * hi
            x[~(x > 0)] = -x[~(x > 0)] + hi
            keep = np.abs(x) < 1
            x[keep] /= x[keep].sum() + 5
            return x
        """,
        x=normal(6),
        lo=-0.5,
        hi=0.7,
    ),
    case(
        "textbook: two lists as stacks",
        """
        def f(x: "N"):
            stack = [x[0], x[1]]
            out = []
            for v in x[2:]:
                a = stack.pop()
                stack.append(a * v)
                stack.append(v)
                if len(stack) > 3:
                    out.append(stack.pop(0))
            stack[0] += stack[-1]
            return sum(stack) * (sum(out) if out else 1.0)
        """,
        x=normal(6),
    ),
    case(
        "textbook: a factorization with pivots, in place",
        """
        def f(A: "N, N"):
            n = len(A)
            sign = 1.0
            for k in range(n):
                p = k + int(np.argmax(np.abs(A[k:, k])))
                if p != k:
                    A[[k, p]] = A[[p, k]]
                    sign = -sign
                for i in range(k + 1, n):
                    A[i, k] /= A[k, k]
                    A[i, k + 1 :] -= A[i, k] * A[k, k + 1 :]
            return sign * np.sum(np.log(np.abs(np.diag(A)))), A
        """,
        A=normal((3, 3)),
    ),
    case(
        "textbook: advection with snapshots",
        """
        def f(u: "N", a: float, T: int, every: int):
            n = len(u)
            snaps = []
            t = 0.0
            k = 0
            while t < 1.0 and k < T:
                dt = min(0.4 / (abs(a) + 0.1 * np.max(np.abs(u))), 1.0 - t)
                flux = np.empty(n + 1)
                flux[1:-1] = 0.5 * a * (u[1:] + u[:-1]) - 0.5 * abs(a) * (u[1:] - u[:-1])
                flux[0] = flux[-1] = a * u[-1]
                u -= dt * np.diff(flux)
                if k % every == 0:
                    snaps.append(u.copy())
                t += dt
                k += 1
            return np.stack(snaps), u
        """,
        u=normal(5),
        a=0.7,
        T=3,
        every=2,
    ),
    case(
        "textbook: powers and deflation",
        """
        def f(X: "N, D", k: int, iters: int):
            n, d = X.shape
            C = X.T @ X / n
            V = np.zeros((k, d))
            lam = np.zeros(k)
            for j in range(k):
                v = np.ones(d) / np.sqrt(d) + 0.01 * np.arange(d)
                for it in range(iters):
                    w = C @ v
                    for i in range(j):
                        w -= (V[i] @ w) * V[i]
                    nrm = np.linalg.norm(w)
                    if nrm < 1e-12:
                        break
                    v = w / nrm
                V[j] = v
                lam[j] = v @ C @ v
                C -= lam[j] * np.outer(v, v)
            return lam, V
        """,
        X=normal((6, 3)),
        k=2,
        iters=3,
    ),
    case(
        "textbook: a filter, and a smoother over its lists",
        """
        def f(y: "T", F: "2, 2", H: "2", q: float, r: float):
            x = np.zeros(2)
            P = np.eye(2)
            xs, Ps, xps, Pps = [], [], [], []
            ll = 0.0
            for obs in y:
                x = F @ x
                P = F @ P @ F.T + q * np.eye(2)
                xps.append(x)
                Pps.append(P)
                if obs > -90.0:
                    s = H @ P @ H + r
                    e = obs - H @ x
                    K = P @ H / s
                    x = x + K * e
                    P = P - np.outer(K, H @ P)
                    ll -= 0.5 * (np.log(s) + e * e / s)
                xs.append(x)
                Ps.append(P)
            for t in range(len(y) - 2, -1, -1):
                G = Ps[t] @ F.T @ np.linalg.inv(Pps[t + 1])
                xs[t] = xs[t] + G @ (xs[t + 1] - xps[t + 1])
            return ll, np.array(xs)
        """,
        y=np.array([0.3, -99.0, 0.7, 1.1]),
        F=np.array([[1.0, 0.5], [0.1, 0.9]]),
        H=np.array([1.0, 0.2]),
        q=0.1,
        r=0.3,
    ),
    case(
        "textbook: a chain of springs whose ends meet",
        """
        def f(q: "N", v: "N", k: "N", m: float, dt: float, steps: int):
            n = len(q)
            f_ = np.zeros(n)
            for s in range(steps):
                f_[:] = 0.0
                for i in range(n - 1):
                    stretch = q[i + 1] - q[i] - 1.0
                    fi = k[i] * stretch
                    f_[i] += fi
                    f_[i + 1] -= fi
                f_[0] = f_[-1] = 0.0
                v += dt / m * f_
                q += dt * v
                if np.abs(q).max() > 50:
                    return -1.0, q
                for i in range(1, n):
                    if q[i] < q[i - 1]:
                        q[i], q[i - 1] = q[i - 1], q[i]
                        v[i], v[i - 1] = 0.5 * v[i - 1], 0.5 * v[i]
            return 0.5 * m * (v @ v), q
        """,
        q=np.arange(4.0) + 0.3 * normal(4),
        v=normal(4),
        k=1 + uniform(4),
        m=1.3,
        dt=0.1,
        steps=3,
    ),
    case(
        "textbook: projected relaxation",
        """
        def f(A: "N, N", b: "N", x: "N", lo: float, hi: float, sweeps: int):
            res = []
            for sweep in range(sweeps):
                r = 0.0
                for i in range(len(b)):
                    old = x[i]
                    s = b[i] - A[i] @ x + A[i, i] * x[i]
                    x[i] = s / A[i, i]
                    if x[i] < lo:
                        x[i] = lo
                    elif x[i] > hi:
                        x[i] = hi
                    r += (x[i] - old) ** 2
                res.append(r)
                if r < 1e-6:
                    break
            return x, sum(res)
        """,
        A=4 * np.eye(3) + normal((3, 3)),
        b=3 * normal(3),
        x=normal(3),
        lo=-0.5,
        hi=0.6,
        sweeps=3,
    ),
    case(
        "textbook: borders of a filter by match",
        """
        def f(x: "T", h: "K", mode: int):
            T, K = len(x), len(h)
            y = np.zeros(T)
            for t in range(T):
                for k in range(K):
                    i = t - k
                    if i < 0:
                        match mode:
                            case 0:
                                continue
                            case 1:
                                i = -i
                            case 2:
                                i = 0
                    if i >= T:
                        break
                    y[t] += h[k] * x[i]
            return y[::2] * (1 + len(y[::2]))
        """,
        x=normal(5),
        h=normal(3),
        mode=0,
    ),
    case(
        "textbook: a chain of links that reaches",
        """
        def f(theta: "N", links: "N", target: "2", iters: int):
            n = len(theta)
            for it in range(iters):
                for j in reversed(range(n)):
                    x = y = a = 0.0
                    px, py = 0.0, 0.0
                    for i in range(n):
                        if i == j:
                            px, py = x, y
                        a += theta[i]
                        x += links[i] * math.cos(a)
                        y += links[i] * math.sin(a)
                    th1 = math.atan2(y - py, x - px)
                    th2 = math.atan2(target[1] - py, target[0] - px)
                    theta[j] += 0.5 * (th2 - th1)
            return (x - target[0]) ** 2 + (y - target[1]) ** 2
        """,
        theta=normal(3),
        links=1 + uniform(3),
        target=np.array([1.0, 1.5]),
        iters=2,
    ),
    case(
        "textbook: prefix sums in place",
        """
        def f(x: "N"):
            y = x.copy()
            d = 1
            while d < len(y):
                y[d:] = y[d:] + y[:-d]
                d *= 2
            z = x.copy()
            d = 1
            while 2 * d <= len(z):
                z[2 * d - 1 :: 2 * d] *= z[d - 1 :: 2 * d]
                d *= 2
            return y * z
        """,
        x=normal(8),
    ),
    case(
        "textbook: a ring of numbers",
        """
        def f(x: "N", steps: "M int"):
            ring = [0.0] * 4
            head = 0
            acc = 0.0
            for n, s in enumerate(steps):
                ring[head] = x[n % len(x)] * (1.0 + ring[(head - s) % 4])
                head = (head + 1) % 4
                if n >= 3:
                    acc += ring[head] - 0.5 * ring[head - 1]
            return acc + max(ring) - min(ring)
        """,
        x=normal(3),
        steps=np.array([1, 2, 1, 3, 1, 1]),
    ),
    case(
        "textbook: steps of which none is a division by zero",
        """
        def f(u: float, T: float, n: int):
            dt = T / n
            for k in range(n):
                u = u + dt * u * u
            return u
        """,
        u=0.4,
        T=1.5,
        n=3,
    ),
)
