import { andersonDarlingNormalised, andersonDarlingScipyP } from '../anderson-darling.ts'
import { eppsSingleton } from '../epps-singleton.ts'
import { fisherTest } from '../fisher.ts'
import { bhattacharyyaCoefficient, jensenShannonNats, shares } from '../histogram-distances.ts'
import {
  kolmogorovSmirnov,
  kolmogorovSmirnovExactP,
  kolmogorovSmirnovFiniteP,
} from '../kolmogorov-smirnov.ts'
import { mannWhitney, mannWhitneyP } from '../mann-whitney.ts'
import { orderedCells } from '../ordered-cells.ts'
import { scaledMoments } from '../scaled-moments.ts'
import { chiSquareSf, normalSf } from '../special.ts'
import { sampleMoments, studentTest } from '../t-test.ts'
import { energyDistance, wasserstein1 } from '../transport.ts'
import { distinctCells, filledShares, type Sides, sharedCells } from './evidently-cells.ts'
import { cramervonmises2samp } from './scipy-ranks.ts'
import { valueCounts } from './value-counts.ts'

export interface StatTest {
  readonly threshold: number
  readonly drifted: (score: number, threshold: number) => boolean
  /** null where Evidently gives NaN. */
  readonly score: (sides: Sides) => number | null
}

const below = (score: number, threshold: number) => score < threshold
const atMost = (score: number, threshold: number) => score <= threshold
const atLeast = (score: number, threshold: number) => score >= threshold
const above = (score: number, threshold: number) => score > threshold

const cellsOf = (sides: Sides) =>
  orderedCells(sides.reference.map(Number), sides.current.map(Number))

/** The tests of Evidently 0.7.23 by their keys there, flaws included. */
export const evidentlyTests: Readonly<Record<string, StatTest>> = {
  ks: { threshold: 0.05, drifted: atMost, score: ks },
  chisquare: { threshold: 0.05, drifted: below, score: chisquare },
  z: { threshold: 0.05, drifted: below, score: z },
  g_test: { threshold: 0.1, drifted: below, score: gTest },
  anderson: { threshold: 0.1, drifted: below, score: anderson },
  cramer_von_mises: { threshold: 0.1, drifted: below, score: cramerVonMises },
  es: { threshold: 0.05, drifted: below, score: es },
  fisher_exact: { threshold: 0.1, drifted: below, score: fisherExact },
  t_test: { threshold: 0.05, drifted: below, score: tTest },
  mannw: { threshold: 0.05, drifted: below, score: mannw },
  wasserstein: { threshold: 0.1, drifted: atLeast, score: wasserstein },
  ed: { threshold: 0.1, drifted: above, score: (sides) => energyDistance(cellsOf(sides)) },
  jensenshannon: { threshold: 0.1, drifted: atLeast, score: jensenShannon },
  psi: { threshold: 0.1, drifted: atLeast, score: psi },
  kl_div: { threshold: 0.1, drifted: atLeast, score: klDivergence },
  hellinger: { threshold: 0.1, drifted: atLeast, score: hellinger },
}

/** scipy's choice: exact up to 10,000 rows a side, else the one-sample law of nm / (n + m) rows. */
function ks(sides: Sides): number {
  const cells = cellsOf(sides)
  const { distance, n, m } = kolmogorovSmirnov(cells.reference, cells.current)
  return Math.max(n, m) <= 10_000
    ? kolmogorovSmirnovExactP(distance, n, m)
    : kolmogorovSmirnovFiniteP(distance, n, m)
}

/** Clipped to [0.001, 0.25]. */
function anderson(sides: Sides): number {
  const { reference, current } = cellsOf(sides)
  return andersonDarlingScipyP(andersonDarlingNormalised([reference, current], 'midrank'), 2)
}

/** scipy's choice: exact up to 20 rows a side. */
function cramerVonMises({ reference, current }: Sides): number {
  return cramervonmises2samp(reference.map(Number), current.map(Number)).pvalue
}

function es({ reference, current }: Sides): number {
  return eppsSingleton(reference.map(Number), current.map(Number)).p
}

/** Takes the reference for the exact truth, which rejects too often; a new category gives 0. */
function chisquare({ reference, current }: Sides): number | null {
  const counts = valueCounts(reference, current)
  const factor = current.length / reference.length
  const statistic = counts.reference.reduce((sum, count, i) => {
    const expected = count * factor
    return sum + ((counts.current[i] as number) - expected) ** 2 / expected
  }, 0)
  return tail(statistic, counts.values.length - 1)
}

function gTest({ reference, current }: Sides): number | null {
  if (reference.length !== current.length) {
    throw new RangeError('g_test of Evidently takes sides of equal length only')
  }
  const counts = valueCounts(reference, current)
  const statistic = counts.current.reduce(
    (sum, now, i) => (now > 0 ? sum + now * Math.log(now / (counts.reference[i] as number)) : sum),
    0,
  )
  return tail(2 * statistic, counts.values.length - 1)
}

function tail(statistic: number, degrees: number): number | null {
  if (degrees === 0) return null
  return statistic === Number.POSITIVE_INFINITY ? 0 : chiSquareSf(statistic, degrees)
}

/** The share of the first value against all others; 2 (1 - cdf), which has no digits left below 1e-16. */
function z({ reference, current }: Sides): number {
  const counts = valueCounts(reference, current)
  if (counts.values.length === 1) return 1
  const [n, m] = [reference.length, current.length]
  const p = (n - (counts.reference[0] as number)) / n
  const q = (m - (counts.current[0] as number)) / m
  const pooled = (p * n + q * m) / (n + m)
  const score = (p - q) / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
  return 2 * (1 - (1 - normalSf(Math.abs(score))))
}

function fisherExact({ reference, current }: Sides): number {
  const counts = valueCounts(reference, current)
  if (reference.length !== current.length || counts.values.length > 2) {
    throw new RangeError('fisher_exact of Evidently takes two values and sides of equal length')
  }
  const [a = 0, b = 0] = counts.current
  const [c = 0, d = 0] = counts.reference
  return fisherTest(a, b, c, d).twoSided
}

function tTest({ reference, current }: Sides): number | null {
  const [x, y] = [sampleMoments(reference.map(Number)), sampleMoments(current.map(Number))]
  return studentTest(x, y)?.p ?? null
}

/** Looks in one direction only: a window with lower values is never seen. */
function mannw(sides: Sides): number {
  const cells = cellsOf(sides)
  const few = Math.min(sides.reference.length, sides.current.length) <= 8
  if (few && cells.values.length === sides.reference.length + sides.current.length) {
    throw new RangeError('mannw of Evidently is exact here, which is not reproduced')
  }
  return mannWhitneyP(mannWhitney(cells.reference, cells.current), 'less')
}

function wasserstein(sides: Sides): number {
  const { sd } = scaledMoments(sides.reference.map(Number))
  return wasserstein1(cellsOf(sides)) / Math.max(sd, 0.001)
}

/** Natural logarithm, so that it ends at 0.8326 and not at 1. */
function jensenShannon(sides: Sides): number {
  const { reference, current } = sharedCells(sides)
  return Math.sqrt(jensenShannonNats(reference, current))
}

function psi(sides: Sides): number {
  const cells = sharedCells(sides)
  const [p, q] = [filledShares(cells.reference), filledShares(cells.current)]
  return p.reduce((sum, a, i) => sum + (a - (q[i] as number)) * Math.log(a / (q[i] as number)), 0)
}

function klDivergence(sides: Sides): number {
  const cells = sharedCells(sides)
  const [p, q] = [shares(filledShares(cells.reference)), shares(filledShares(cells.current))]
  return p.reduce((sum, a, i) => sum + a * Math.log(a / (q[i] as number)), 0)
}

function hellinger(sides: Sides): number {
  const { reference, current } = distinctCells(sides)
  return Math.sqrt(1 - Math.min(1, bhattacharyyaCoefficient(reference, current)))
}
