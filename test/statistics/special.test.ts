import assert from 'node:assert/strict'
import { test } from 'node:test'
import { betaRegularised, binomialSf, studentSf } from '../../statistics/beta.ts'
import {
  chiSquareSf,
  erfc,
  gammaP,
  gammaQ,
  logChiSquareSf,
  logGamma,
  logNormalSf,
  normalQuantile,
  normalSf,
} from '../../statistics/special.ts'
import { close } from '../support/close.ts'

/** Reference numbers: mpmath 1.4.1, 40 digits. */
const cases: [name: string, actual: number, expected: number][] = [
  ['chi-square, 10,000 degrees, far tail', chiSquareSf(12_000, 10_000), 1.1470065524601248e-40],
  ['chi-square, 10,000 degrees, middle', chiSquareSf(9_980, 10_000), 0.5544059112103388],
  ['chi-square, log of a tail of 1e-2158', logChiSquareSf(10_000, 10), -4969.108480904704],
  ['upper gamma next to 0', gammaQ(0.5, 0.0005), 0.9747728793699604],
  ['lower gamma, tiny', gammaP(50, 0.5), 1.7887765104351365e-80],
  ['lower gamma, 5,000', gammaP(5_000, 4_000), 1.559862181218969e-52],
  ['normal, log of a tail of 1e-2174', logNormalSf(100), -5005.524208694205],
  ['erfc far out', erfc(26), 5.663192408856143e-296],
  ['erfc of a negative number', erfc(-0.3), 1.3286267594591274],
  ['normal quantile of 1e-300', normalQuantile(1e-300), -37.0470962993612],
  ['log gamma next to its zero at 1', logGamma(1.0001), -5.771334222047127e-5],
  ['log gamma next to its zero at 2', logGamma(2.001), 0.000423106734800117],
  ['log gamma below one half', logGamma(0.3), 1.0957979948180756],
  ['log gamma between', logGamma(7.5), 7.534364236758733],
  ['Student, 10,000 degrees, far tail', studentSf(30, 10_000), 1.0221635237127853e-189],
  ['beta, thousands', betaRegularised(3_000, 7_000, 0.25), 5.73675583162472e-30],
  ['binomial, ten thousand trials', binomialSf(200, 10_000, 0.01), 5.630085407570411e-19],
]

for (const [name, actual, expected] of cases) {
  test(`${name} agrees with 40-digit arithmetic to 1e-12`, () => close(actual, expected, 1e-12))
}

test('the two incomplete gamma functions add up to one, and the quantile undoes the tail', () => {
  for (const [a, x] of [
    [0.5, 0.2],
    [3, 8],
    [1e4, 1.001e4],
    [5e6, 5.001e6],
  ] as const) {
    close(gammaP(a, x) + gammaQ(a, x), 1, 1e-12)
  }
  for (const z of [-3, -0.001, 0.4, 2, 8, 30]) close(normalQuantile(normalSf(z)), -z, 1e-11)
})

test('what lies outside a domain is refused, never answered with NaN', () => {
  for (const wrong of [
    () => logGamma(0),
    () => gammaQ(0, 1),
    () => gammaP(1, Number.NaN),
    () => normalQuantile(0),
    () => betaRegularised(1, 1, 1.5),
    () => betaRegularised(-1, 1, 0.5),
  ]) {
    assert.throws(wrong, RangeError)
  }
})
