import { parentPort, workerData } from 'node:worker_threads'
import { scoreSamples } from '../detectors/score-rows.ts'
import type { RowTask } from './joint-scores.ts'

const { names, sides } = workerData as RowTask
parentPort?.postMessage(scoreSamples(names, sides))
