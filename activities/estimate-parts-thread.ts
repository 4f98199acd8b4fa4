import { parentPort, workerData } from 'node:worker_threads'
import { type EstimateTask, estimatedHere } from './estimated-apart.ts'

parentPort?.postMessage(estimatedHere(workerData as EstimateTask))
