import { parentPort } from 'node:worker_threads'
import { type Detector, detectors } from '../../detectors/index.ts'
import { grid } from './grid.ts'
import { countPart, permutedPart, type Run } from './work.ts'

/** A piece of work for one thread; cells and detectors by name, because functions do not cross. */
export type Job = { readonly cell: string; readonly run: Run } & (
  | {
      readonly kind: 'count'
      readonly part: { readonly index: number; readonly full: number; readonly all: number }
      readonly detectors: readonly string[]
      readonly drawn: readonly string[]
    }
  | {
      readonly kind: 'permuted'
      readonly part: number
      readonly detector: string
      readonly level: number
    }
)

const detectorOf = (name: string) => (detectors as Record<string, Detector>)[name] as Detector

parentPort?.on('message', (job: Job) => {
  const cell = grid.find(({ name }) => name === job.cell)
  if (cell === undefined) throw new Error(`no cell is named ${job.cell}`)
  parentPort?.postMessage(
    job.kind === 'count'
      ? countPart(cell, job.part, job.detectors.map(detectorOf), job.run, job.drawn)
      : permutedPart(cell, job.part, detectorOf(job.detector), job.level, job.run),
  )
})
