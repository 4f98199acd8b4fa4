import { controllerOperations } from './controller-operations.ts'
import { drillOperations } from './drill-operations.ts'
import { gateOperations } from './gate-operations.ts'
import { modelOperations } from './model-operations.ts'
import type { Operation } from './operation.ts'
import { pageOperations } from './page-operations.ts'
import { peopleOperations } from './people-operations.ts'
import { workOperations } from './work-operations.ts'

export { openapiDocument } from './document.ts'
export { guardOperations } from './guard-operations.ts'
export type { Operation } from './operation.ts'

/** Every route of the gateway; a test holds them against those that are registered. */
export const operations: readonly Operation[] = [
  ...modelOperations,
  ...workOperations,
  ...drillOperations,
  ...peopleOperations,
  ...pageOperations,
  ...gateOperations,
  ...controllerOperations,
]
