import { DriftgateError } from '../../contracts/errors.ts'
import { MlflowRefusal } from './client.ts'

/** Runs one step against MLflow; its refusal becomes REGISTRY_REJECTED with the step's name. */
export async function orRejected<Result>(
  action: string,
  step: () => Promise<Result>,
): Promise<Result> {
  try {
    return await step()
  } catch (error) {
    if (!(error instanceof MlflowRefusal)) throw error
    const reason = `${error.errorCode}: ${error.message}`
    throw new DriftgateError('REGISTRY_REJECTED', { action, reason }, { cause: error })
  }
}

/** Runs one step and answers null where MLflow refuses with one of the codes. */
export async function orNull<Result>(
  codes: readonly string[],
  step: () => Promise<Result>,
): Promise<Result | null> {
  try {
    return await step()
  } catch (error) {
    if (error instanceof MlflowRefusal && codes.includes(error.errorCode)) return null
    throw error
  }
}
