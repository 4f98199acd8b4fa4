import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow'

/** Code and sentence of a failed activity; null for anything else, which is not ours to handle. */
export function failureOf(error: unknown): { code: string; sentence: string } | null {
  if (!(error instanceof ActivityFailure)) return null
  // Of attempts that went on for too long, what the last one said.
  const last = error.cause instanceof TimeoutFailure ? error.cause.cause : undefined
  const cause = last instanceof ApplicationFailure ? last : error.cause
  if (cause instanceof ApplicationFailure) {
    return { code: cause.type ?? 'INTERNAL', sentence: cause.message }
  }
  return { code: 'INTERNAL', sentence: cause?.message ?? error.message }
}
