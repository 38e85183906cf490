/**
 * Noise of the discrete Laplace distribution, P(x) ∝ exp(−|x| / scale) on whole numbers, exactly: whole numbers and fair bits only,
 * since the low bits of floats give away what noise shall hide (Mironov, CCS 2012). After Canonne, Kamath and Steinke, The Discrete
 * Gaussian for Differential Privacy (2020), algorithms 1 and 2.
 */

/** So many fair bits, as a whole number below 2^count. */
export type Bits = (count: number) => bigint

/** `num / den`; the denominator is above 0. */
export interface Rational {
  readonly num: bigint
  readonly den: bigint
}

/** The decimal number as it is written, exactly: 0.1 is one tenth. */
export function rational(decimal: number): Rational {
  const [, whole = '0', fraction = '', exponent = '0'] =
    /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(String(decimal)) ?? []
  const shift = Number(exponent) - fraction.length
  const digits = BigInt(whole + fraction)
  return shift >= 0 ? { num: digits * 10n ** BigInt(shift), den: 1n } : { num: digits, den: 10n ** BigInt(-shift) }
}

export const zero: Rational = { num: 0n, den: 1n }

/** In lowest terms. */
export function plus(a: Rational, b: Rational): Rational {
  const [num, den] = [a.num * b.den + b.num * a.den, a.den * b.den]
  const divisor = gcd(num, den)
  return { num: num / divisor, den: den / divisor }
}

export function times({ num, den }: Rational, count: number): Rational {
  return { num: num * BigInt(count), den }
}

export function isAtMost(a: Rational, b: Rational): boolean {
  return a.num * b.den <= b.num * a.den
}

/** A source of fair bits from one of bytes nobody can guess. */
export function bitsFrom(bytes: (count: number) => Uint8Array): Bits {
  let pool = 0n
  let left = 0
  return (count) => {
    while (left < count) {
      for (const byte of bytes(64)) pool = (pool << 8n) | BigInt(byte)
      left += 512
    }
    left -= count
    const taken = pool >> BigInt(left)
    pool &= (1n << BigInt(left)) - 1n
    return taken
  }
}

export function discreteLaplace(scale: Rational, bits: Bits): bigint {
  const divisor = gcd(scale.num, scale.den)
  const [t, s] = [scale.num / divisor, scale.den / divisor]
  for (;;) {
    const u = below(t, bits)
    if (!bernoulliExp(u, t, bits)) continue
    let v = 0n
    while (bernoulliExp(1n, 1n, bits)) v++
    const y = (u + t * v) / s
    const isNegative = bits(1) === 1n
    if (isNegative && y === 0n) continue // or zero would come twice as often
    return isNegative ? -y : y
  }
}

/** True with probability exp(−num/den), for 0 ≤ num ≤ den. */
function bernoulliExp(num: bigint, den: bigint, bits: Bits): boolean {
  let k = 1n
  while (below(den * k, bits) < num) k++
  return k % 2n === 1n
}

/** Each whole number from 0 to `bound` − 1 as often as any other. */
function below(bound: bigint, bits: Bits): bigint {
  const width = (bound - 1n).toString(2).length
  for (;;) {
    const drawn = bound === 1n ? 0n : bits(width)
    if (drawn < bound) return drawn
  }
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b)
}
