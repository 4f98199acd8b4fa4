import { generator } from '../false-alarms/generator.ts'
import {
  type Base,
  categoricalChanges,
  drawBase,
  numericChanges,
  sizesBetween,
  unitOf,
} from './changes.ts'
import { ourTests, peerDefaults, scipyStatistics } from './contenders.ts'
import { categoricalSample, numericSample, prepare, type Sample } from './samples.ts'

/** Repetitions `first` to `last` - 1 of one pair of sizes. */
export interface Job {
  readonly kind: 'numeric' | 'categorical'
  readonly reference: number
  readonly current: number
  readonly first: number
  readonly last: number
  /** From this repetition on only windows without any change are drawn. */
  readonly changedBelow: number
  readonly seed: number
  /** Ratio of neighbouring sizes. */
  readonly ratio: number
}

/** contender -> its evidence in each repetition. */
export type Evidences = Readonly<Record<string, number[]>>

export interface Simulated {
  readonly unchanged: Evidences
  /** change -> size -> evidence. */
  readonly changed: Readonly<
    Record<string, readonly { readonly size: number; readonly evidence: Evidences }[]>
  >
}

export const changesOf = (kind: Job['kind']): readonly string[] =>
  Object.keys(kind === 'numeric' ? numericChanges : categoricalChanges)

/** Sizes of a change that are looked at: they hold the shifts that weak and strong tests find with 80 %. */
export function sizesOf({ kind, reference, current, ratio }: Job, change: string): number[] {
  const unit = unitOf(reference, current)
  if (kind === 'numeric') {
    const { from, to } = numericChanges[change] as (typeof numericChanges)[string]
    const most = change === 'tail' ? 0.95 : Number.POSITIVE_INFINITY
    return sizesBetween(from * unit, to * unit, ratio).filter((size) => size <= most)
  }
  const { from, to, most } = (
    categoricalChanges[change] as (typeof categoricalChanges)[string]
  ).sizes(current, unit)
  return sizesBetween(from, to, ratio).filter((size) => size <= most)
}

/** Every contender over the same samples: without a change, and with changes of each size. */
export function simulate(job: Job): Simulated {
  const { kind, reference, current, seed } = job
  const contenders = contendersOf(job)
  const unchanged = emptyOf(contenders)
  const changed = Object.fromEntries(
    changesOf(kind).map((change) => [
      change,
      sizesOf(job, change).map((size) => ({ size, evidence: emptyOf(contenders) })),
    ]),
  )
  const add = (evidences: Record<string, number[]>, sample: Sample) => {
    for (const [name, evidence] of Object.entries(contenders)) {
      evidences[name]?.push(evidence(sample))
    }
  }
  for (let i = job.first; i < job.last; i++) {
    const make = sampler(kind, reference, current, seed, i)
    add(unchanged, make(null, 0))
    if (i >= job.changedBelow) continue
    for (const [change, sizes] of Object.entries(changed)) {
      for (const { size, evidence } of sizes) add(evidence, make(change, size))
    }
  }
  return { unchanged, changed }
}

/** All contenders of one kind under names that say whose they are. */
export function contendersOf({ kind, reference }: Pick<Job, 'kind' | 'reference'>) {
  const ours = ourTests(kind)
  const named = (prefix: string, of: Readonly<Record<string, (sample: Sample) => number>>) =>
    Object.entries(of).map(([name, evidence]) => [`${prefix} ${name}`, evidence] as const)
  const scipy = Object.fromEntries(
    Object.entries(scipyStatistics)
      .filter(([name]) => name in ours)
      .map(([name, { evidence }]) => [name, evidence]),
  )
  return Object.fromEntries([
    ...named('ours', ours),
    ...named('scipy', scipy),
    ...named(
      'peer',
      Object.fromEntries(
        Object.entries(peerDefaults[kind])
          .filter(([, { isDefault }]) => isDefault(reference))
          .map(([name, { evidence }]) => [name, evidence]),
      ),
    ),
  ])
}

const emptyOf = (contenders: object): Record<string, number[]> =>
  Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))

/** One reference, and windows against it: changed by any size they are the same draws. */
function sampler(
  kind: Job['kind'],
  reference: number,
  current: number,
  seed: number,
  repetition: number,
): (change: string | null, size: number) => Sample {
  const next = generator(seed, reference + current, repetition)
  if (kind === 'numeric') {
    const prepared = prepare(drawBase(reference, next).z)
    const base: Base = drawBase(current, next)
    return (change, size) =>
      numericSample(
        prepared,
        change === null
          ? base.z.slice()
          : (numericChanges[change] as (typeof numericChanges)[string]).apply(base, size),
      )
  }
  const draw = (change: string, rows: number, size: number, stream: number) =>
    (categoricalChanges[change] as (typeof categoricalChanges)[string]).draw(
      rows,
      size,
      generator(seed + stream, reference + current, repetition),
    )
  const [any] = changesOf(kind) as [string]
  const before = draw(any, reference, 0, 1)
  return (change, size) =>
    categoricalSample(before, draw(change ?? any, current, change === null ? 0 : size, 2))
}
