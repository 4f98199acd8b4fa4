import { domainClassifier } from './domain-classifier.ts'
import { embeddingDistance } from './embedding-distance.ts'
import { energyRows } from './energy-rows.ts'
import { mmd } from './mmd.ts'
import { pcaReconstruction } from './pca-reconstruction.ts'
import type { RowDetector } from './row-detector.ts'

export { compareRows, defineRowDetector, type RowDetector, type RowScore } from './row-detector.ts'
export { type RowColumn, type RowTable, rowTableOf } from './row-table.ts'

/** Every detector that reads rows of several features at once: one line each. */
export const rowDetectors = {
  'domain-classifier': domainClassifier,
  mmd,
  'energy-rows': energyRows,
  'pca-reconstruction': pcaReconstruction,
  'embedding-distance': embeddingDistance,
} as const satisfies Record<string, RowDetector>
