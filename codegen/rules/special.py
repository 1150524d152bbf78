"""Rules of scipy.special's elementwise functions that `math` and NumPy have not.

One line each, as in `elementwise.py`. An operand without a local gradient, as the order
of a Bessel function, has to be a constant. Formulas: NIST Digital Library of
Mathematical Functions, chapters 5 (gamma), 6 and 7 (integrals, error functions), 10
(Bessel functions) and 13 (hypergeometric functions).
"""

from __future__ import annotations

from .rule import Rule, constant, special

RULES: tuple[Rule, ...] = (
    # logistic functions and logarithms
    special("expit(x)", x="(1 - out) * out"),
    special("logit(x)", x="1 / (x * (1 - x))"),
    special("log_expit(x)", x="expit(-x)"),
    special("softplus(x)", x="expit(x)"),
    special("exp10(x)", x="out * log(10)"),
    special("cosm1(x)", x="-sin(x)"),
    special("exprel(x)", x="hyp1f1(2, 3, x) / 2"),
    special("powm1(x, y)", x="y * x ** (y - 1)", y="(out + 1) * log(x)"),
    special("xlogy(x, y)", x="log(y)", y="x / where(x == 0, 1, y)"),
    special("xlog1py(x, y)", x="log1p(y)", y="x / where(x == 0, 1, 1 + y)"),
    special("entr(x)", x="-log(x) - 1"),
    special("rel_entr(x, y)", x="log(x / y) + 1", y="-x / y"),
    special("kl_div(x, y)", x="log(x / y)", y="1 - x / y"),
    # angles in degrees
    special("sindg(x)", x="pi / 180 * cosdg(x)"),
    special("cosdg(x)", x="-pi / 180 * sindg(x)"),
    special("tandg(x)", x="pi / 180 * (1 + out**2)"),
    special("cotdg(x)", x="-pi / 180 * (1 + out**2)"),
    special("radian(d, m, s)", d="pi / 180", m="pi / 10800", s="pi / 648000"),
    # robust losses
    special(
        "huber(delta, r)",
        delta="maximum(absolute(r) - delta, 0)",
        r="clip(r, -delta, delta)",
    ),
    special(
        "pseudo_huber(delta, r)",
        delta="out**2 / (delta**3 * hypot(1, r / delta))",
        r="r / hypot(1, r / delta)",
    ),
    # powers after Box and Cox
    special(
        "boxcox(x, y)",
        x="x ** (y - 1)",
        y="log(x) ** 2 * hyp1f1(2, 3, y * log(x)) / 2",
    ),
    special(
        "boxcox1p(x, y)",
        x="(1 + x) ** (y - 1)",
        y="log1p(x) ** 2 * hyp1f1(2, 3, y * log1p(x)) / 2",
    ),
    special("inv_boxcox(x, y)", x="out ** (1 - y)"),
    special("inv_boxcox1p(x, y)", x="(1 + out) ** (1 - y)"),
    # the error function and the normal distribution
    special("erfcx(x)", x="2 * x * out - 2 / sqrt(pi)"),
    special("erfi(x)", x="2 / sqrt(pi) * exp(x**2)"),
    special("erfinv(x)", x="sqrt(pi) / 2 * exp(out**2)"),
    special("erfcinv(x)", x="-sqrt(pi) / 2 * exp(out**2)"),
    special("dawsn(x)", x="1 - 2 * x * out"),
    special("ndtr(x)", x="exp(-(x**2) / 2) / sqrt(2 * pi)"),
    special("log_ndtr(x)", x="sqrt(2 / pi) / erfcx(-x / sqrt(2))"),
    special("ndtri(x)", x="sqrt(2 * pi) * exp(out**2 / 2)"),
    # integrals
    special("expi(x)", x="exp(x) / x"),
    special("exp1(x)", x="-exp(-x) / x"),
    special("spence(x)", x="where(x == 1, -1, log(x) / where(x == 1, 1, 1 - x))"),
    # the gamma function
    special("loggamma(x)", x="digamma(x)"),
    special("rgamma(x)", x="-out * digamma(x)"),
    special(
        "digamma(x)",
        spell="scipy.special.digamma scipy.special.psi",
        x="zeta(2, x)",
    ),
    special("polygamma(n, x)", x="polygamma(n + 1, x)"),
    special("zeta(s, x)", x="-s * zeta(s + 1, x)"),
    special(
        "beta(x, y)",
        x="out * (digamma(x) - digamma(x + y))",
        y="out * (digamma(y) - digamma(x + y))",
    ),
    special(
        "betaln(x, y)",
        x="digamma(x) - digamma(x + y)",
        y="digamma(y) - digamma(x + y)",
    ),
    special(
        "poch(x, m)",
        x="out * (digamma(x + m) - digamma(x))",
        m="out * digamma(x + m)",
    ),
    *(
        special(
            f"{name}(n, k)",
            n="out * (digamma(n + 1) - digamma(n - k + 1))",
            k="out * (digamma(n - k + 1) - digamma(k + 1))",
        )
        for name in ("binom", "comb")
    ),
    special("factorial(n)", n="out * digamma(n + 1)"),
    special("gammainc(a, x)", x="exp(xlogy(a - 1, x) - x - weak(gammaln(a)))"),
    special("gammaincc(a, x)", x="-exp(xlogy(a - 1, x) - x - weak(gammaln(a)))"),
    special(
        "betainc(a, b, x)",
        x="exp((a - 1) * log(x) + (b - 1) * log1p(-x) - weak(betaln(a, b)))",
    ),
    # Bessel functions
    special("j0(x)", x="-j1(x)"),
    special("j1(x)", x="(j0(x) - jv(2, x)) / 2"),
    special("y0(x)", x="-y1(x)"),
    special("y1(x)", x="y0(x) - out / x"),
    special(
        "jv(n, x)",
        spell="scipy.special.jv scipy.special.jn",
        x="(jv(n - 1, x) - jv(n + 1, x)) / 2",
    ),
    special(
        "yv(n, x)",
        spell="scipy.special.yv scipy.special.yn",
        x="(yv(n - 1, x) - yv(n + 1, x)) / 2",
    ),
    special("i0(x)", spell="scipy.special.i0 numpy.i0", x="i1(x)"),
    special("i1(x)", x="(i0(x) + iv(2, x)) / 2"),
    special("i0e(x)", x="i1e(x) - sign(x) * out"),
    special("i1e(x)", x="(i0e(x) + ive(2, x)) / 2 - sign(x) * out"),
    special("iv(n, x)", x="(iv(n - 1, x) + iv(n + 1, x)) / 2"),
    special("ive(n, x)", x="(ive(n - 1, x) + ive(n + 1, x)) / 2 - sign(x) * out"),
    special("k0(x)", x="-k1(x)"),
    special("k1(x)", x="-k0(x) - out / x"),
    special("k0e(x)", x="out - k1e(x)"),
    special("k1e(x)", x="out * (1 - 1 / x) - k0e(x)"),
    special(
        "kv(n, x)",
        spell="scipy.special.kv scipy.special.kn",
        x="-(kv(n - 1, x) + kv(n + 1, x)) / 2",
    ),
    # complete elliptic integrals; section 19.4
    special("ellipk(m)", m="(ellipe(m) / (1 - m) - out) / (2 * m)"),
    special("ellipe(m)", m="(out - ellipk(m)) / (2 * m)"),
    # hypergeometric functions
    special("hyp0f1(b, x)", x="hyp0f1(b + 1, x) / b"),
    special("hyp1f1(a, b, x)", x="a / b * hyp1f1(a + 1, b + 1, x)"),
    special("hyp2f1(a, b, c, x)", x="a * b / c * hyp2f1(a + 1, b + 1, c + 1, x)"),
    # piecewise constant
    constant("round(x)", spell="scipy.special.round"),
    constant("gammasgn(x)", spell="scipy.special.gammasgn"),
)
