import { parentPort, workerData } from 'node:worker_threads'
import { fitEstimator } from '../judging/performance/fit-estimator.ts'
import type { FitTask } from './fit-estimators.ts'

const { reference, labels } = workerData as FitTask
parentPort?.postMessage(fitEstimator(reference, labels))
