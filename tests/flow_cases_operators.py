"""Operators between objects, and what is read of their results."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3, 1.1, -0.4, 0.9, 0.6])
M = np.outer(X, X[::-1]) + np.arange(64).reshape(8, 8) % 7 * 0.2

OPERATORS = (
    case(
        "vectors of a class",
        """
        class Vec3:
            def __init__(self, x, y, z):
                self.x, self.y, self.z = x, y, z
            def __add__(self, o):
                return Vec3(self.x + o.x, self.y + o.y, self.z + o.z)
            def __sub__(self, o):
                return Vec3(self.x - o.x, self.y - o.y, self.z - o.z)
            def __mul__(self, k):
                return Vec3(self.x * k, self.y * k, self.z * k)
            __rmul__ = __mul__
            def __neg__(self):
                return Vec3(-self.x, -self.y, -self.z)
            def __truediv__(self, k):
                return Vec3(self.x / k, self.y / k, self.z / k)
            def dot(self, o):
                return self.x * o.x + self.y * o.y + self.z * o.z
            def norm(self):
                return math.sqrt(self.dot(self))
            def normalized(self):
                return self / self.norm()
        def f(p: "6"):
            a = Vec3(p[0], p[1], p[2])
            b = Vec3(p[3], p[4], p[5])
            c = (a + b * 2.0 - -a).normalized()
            d = 3.0 * c
            return d.dot(a) + (a - b).norm()
        """,
        p=X[:6],
    ),
    case(
        "dual numbers of a class",
        """
        class Dual:
            def __init__(self, v, d=0.0):
                self.v, self.d = v, d
            def __add__(self, o):
                o = o if isinstance(o, Dual) else Dual(o)
                return Dual(self.v + o.v, self.d + o.d)
            __radd__ = __add__
            def __mul__(self, o):
                o = o if isinstance(o, Dual) else Dual(o)
                return Dual(self.v * o.v, self.v * o.d + self.d * o.v)
            __rmul__ = __mul__
        def f(x: float):
            a = Dual(x, 1.0)
            return (2 * a * a * a + 1).d
        """,
        x=1.2,
    ),
    case(
        "a comparison of objects",
        """
        class V:
            def __init__(self, x):
                self.x = x
            def __lt__(self, o):
                return self.x < o.x
        def f(x: float, y: float):
            a, b = V(x), V(y)
            return b.x if a < b else a.x ** 2
        """,
        x=1.2,
        y=0.5,
    ),
    case(
        "complex numbers of a dataclass",
        """
        from dataclasses import dataclass


        @dataclass
        class Complex:
            re: float
            im: float
            def __add__(self, o: "Complex") -> "Complex":
                return Complex(self.re + o.re, self.im + o.im)
            def __mul__(self, o: "Complex") -> "Complex":
                re = self.re * o.re - self.im * o.im
                return Complex(re, self.re * o.im + self.im * o.re)
            def abs2(self):
                return self.re ** 2 + self.im ** 2
        def f(x: float, y: float):
            c = Complex(x, y)
            z = Complex(0.0, 0.0)
            for _ in range(3):
                z = z * z + c
            return z.abs2()
        """,
        x=0.3,
        y=0.5,
    ),
    case(
        "items, length and size of objects",
        """
        class V:
            def __init__(self, x, y):
                self.x = x
                self.y = y
            def __mul__(self, o):
                if isinstance(o, V):
                    return self.x * o.x + self.y * o.y
                return V(self.x * o, self.y * o)
            def __matmul__(self, o):
                return self.x * o.x + self.y * o.y
            def __getitem__(self, i):
                return self.x if i == 0 else self.y
            def __len__(self):
                return 2
            def __abs__(self):
                return math.hypot(self.x, self.y)
            def __pow__(self, k):
                return V(self.x ** k, self.y ** k)
        def f(x: float, y: float):
            a = V(x, y)
            b = a * 2.0
            return a * b + (a @ b) * abs(b) + a[0] * a[1] * len(a) + (a ** 2).x
        """,
        x=1.2,
        y=0.4,
    ),
    case(
        "objects that are added up in a loop",
        """
        class V:
            def __init__(self, x, y):
                self.x = x
                self.y = y
            def __add__(self, o):
                return V(self.x + o.x, self.y + o.y)
            def __mul__(self, k):
                return V(self.x * k, self.y * k)
        def f(x: float, y: float):
            s = V(0.0, 0.0)
            a = V(x, y)
            for k in range(3):
                s += a * (k + 1.0)
                a = a * x
            return s.x * s.y
        """,
        x=1.2,
        y=0.4,
    ),
    case(
        "rays and spheres",
        """
        from typing import NamedTuple


        class Vec(NamedTuple):
            x: float
            y: float
            z: float
            def plus(self, o):
                return Vec(self.x + o.x, self.y + o.y, self.z + o.z)
            def scale(self, k):
                return Vec(self.x * k, self.y * k, self.z * k)
            def dot(self, o):
                return self.x * o.x + self.y * o.y + self.z * o.z
        class Sphere:
            def __init__(self, c, r):
                self.c, self.r = c, r
            def hit(self, o, d):
                oc = o.plus(self.c.scale(-1.0))
                b = oc.dot(d)
                return -b - math.sqrt(max(b * b - oc.dot(oc) + self.r ** 2, 1e-3))
        def f(c: "3"):
            near, far = Vec(c[0], c[1], 5.0), Vec(c[1], c[2], 8.0)
            spheres = [Sphere(near, 1.0), Sphere(far, 2.0)]
            o, d = Vec(0.0, 0.0, 0.0), Vec(0.1, 0.2, 0.97)
            best = 1e9
            for s in spheres:
                best = min(best, s.hit(o, d))
            p = o.plus(d.scale(best))
            return p.dot(p)
        """,
        c=X[:3],
    ),
    case(
        "matrices of a class",
        """
        class Mat:
            def __init__(self, a):
                self.a = a
            def __matmul__(self, o):
                return Mat(self.a @ o.a)
            def __add__(self, o):
                return Mat(self.a + o.a)
            def __rmul__(self, k):
                return Mat(k * self.a)
            @property
            def T(self):
                return Mat(self.a.T)
            def trace(self):
                return np.trace(self.a)
        def f(A: "2, 2", B: "2, 2"):
            a, b = Mat(A), Mat(B)
            return (a @ b.T + 2.0 * (b @ a)).trace()
        """,
        A=M[:2, :2],
        B=M[:2, :2],
    ),
    case(
        "polynomials of a class",
        """
        class Poly:
            def __init__(self, c):
                self.c = c
            def __call__(self, x):
                s = 0.0
                for v in self.c[::-1]:
                    s = s * x + v
                return s
            def __mul__(self, o):
                return Poly(np.convolve(self.c, o.c))
            def deriv(self):
                return Poly(self.c[1:] * np.arange(1, len(self.c)))
        def f(x: float, c: "4"):
            p = Poly(c)
            q = p * p.deriv()
            return q(x)
        """,
        x=1.5,
        c=X[:4],
    ),
    case(
        "functions that take and give objects",
        """
        class V:
            def __init__(self, x, y):
                self.x, self.y = x, y
            def __add__(self, o):
                return V(self.x + o.x, self.y + o.y)
            def __mul__(self, k):
                return V(self.x * k, self.y * k)
            __rmul__ = __mul__
        def deriv(s):
            return V(s.y, -math.sin(s.x))
        def rk4(s, h):
            k1 = deriv(s)
            k2 = deriv(s + 0.5 * h * k1)
            k3 = deriv(s + 0.5 * h * k2)
            k4 = deriv(s + h * k3)
            return s + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        def f(x: float, y: float):
            s = V(x, y)
            for _ in range(5):
                s = rk4(s, 0.1)
            return s.x * s.y
        """,
        x=1.5,
        y=0.3,
    ),
    case(
        "a sum of objects in a list",
        """
        class V:
            def __init__(self, x):
                self.x = x
            def __add__(self, o):
                return V(self.x + o.x)
        def f(x: float, y: float):
            vs = [V(x), V(y), V(x * y)]
            t = V(0.0)
            for v in vs:
                t = t + v
            return t.x ** 2
        """,
        x=1.5,
        y=0.3,
    ),
    case(
        "methods of classes, and objects that they give",
        """
        class A:
            scale = 2.0
            @staticmethod
            def sq(x):
                return x * x
            @classmethod
            def make(cls, w):
                return cls(w)
            def __init__(self, w):
                self.w = w
            @property
            def double(self):
                return self.w * self.scale
            def run(self, x):
                return self.sq(x) * self.double + A.sq(x) + A.scale
        class B(A):
            def __init__(self, w, c):
                super().__init__(w)
                self.c = c
            def run(self, x):
                return super().run(x) + self.c
        def f(x: float):
            return B(x, 1.5).run(x) + A.make(x).run(2.0)
        """,
        x=1.2,
    ),
    case(
        "values that take numbers, too",
        """
        class Value:
            def __init__(self, data):
                self.data = data
            def __add__(self, other):
                other = other if isinstance(other, Value) else Value(other)
                return Value(self.data + other.data)
            def __mul__(self, other):
                other = other if isinstance(other, Value) else Value(other)
                return Value(self.data * other.data)
            def __pow__(self, k):
                return Value(self.data ** k)
            def __radd__(self, other):
                return self + other
            def __sub__(self, other):
                return self + (-other)
            def __neg__(self):
                return self * -1
            def relu(self):
                return Value(max(0.0, self.data))
            def tanh(self):
                return Value(math.tanh(self.data))
        def f(x: float, y: float):
            a, b = Value(x), Value(y)
            c = a * b + b ** 3
            c = c + c + 1
            c = 1 + c - a
            return (c * 2 + (b - a).relu()).tanh().data
        """,
        x=1.2,
        y=0.3,
    ),
    case(
        "a state that methods change by elements",
        """
        class Sim:
            def __init__(self, x, k):
                self.x = np.array(x)
                self.k = k
                self.history = []
            def run(self, n):
                for _ in range(n):
                    self.step()
            def step(self):
                self.x[0] += 0.1 * self.x[1]
                self.x[1] -= 0.1 * self.force(self.x[0])
                self.history.append(self.x.copy())
            def force(self, y):
                return self.k * y


        def f(x: "2", k: float, n: int):
            sim = Sim(x, k)
            sim.run(n)
            sim.x[:1] *= k
            return np.sum(np.array(sim.history) ** 2) + sim.x[0]
        """,
        x=np.array([1.0, 0.6]),
        k=0.7,
        n=3,
    ),
)
