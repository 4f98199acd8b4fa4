import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow'

/** Code and sentence of a failed activity; null for anything else, which is not ours to handle. */
export function failureOf(error: unknown): { code: string; sentence: string } | null {
  if (!(error instanceof ActivityFailure)) return null
  const { cause } = error
  if (cause instanceof ApplicationFailure) {
    return { code: cause.type ?? 'INTERNAL', sentence: cause.message }
  }
  return { code: 'INTERNAL', sentence: cause?.message ?? error.message }
}
