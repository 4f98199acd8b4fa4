import { z } from 'zod'
import { incidentSchema } from './incident.ts'
import { verdictName, windowSchema } from './report.ts'

/** Why a stored window is left out, or is not what its scan would have found. */
export const backtestReason = z.enum([
  /** Left out: nothing of it was read in a way that fits. */
  'NOT_READ',
  /** Left out: retention does not keep what its verdict was reached from. */
  'NOT_KEPT',
  /** Left out: some of its rows are not kept, or only together with those of a neighbour. */
  'ROWS_GONE',
  /** No scan fixed what it holds: all that was read counts, and what could not be read or matched is not known. */
  'NO_CUT',
  /** Sampled rows are for operators: what they would have told of it is missing. */
  'SAMPLES_REFUSED',
  /** Its sampled rows are not kept any more. */
  'SAMPLES_NOT_KEPT',
  /** A sampled row that its verdict rests on was erased. */
  'ROWS_ERASED',
  /** Of the time that its references or longer spans may look back at, some counts are not kept any more. */
  'EARLIER_NOT_KEPT',
])
export type BacktestReason = z.infer<typeof backtestReason>

/** One window as a configuration would have judged it. */
export const backtestWindow = z.object({
  window: windowSchema,
  verdict: verdictName,
  headline: z.string(),
  rows: z.number().int(),
  /** Features that drifted, the one that stands for most of it first. */
  drifted: z.array(z.string()),
  /** The verdict on record, where the window was judged; absent: there is none. */
  recorded: verdictName.optional(),
  /** Of one that was judged by the same settings: all that the verdict says is the same, to the byte. */
  same: z.boolean().optional(),
  /** Why it may not be what its scan found; absent: nothing is missing. */
  reasons: z.array(backtestReason).optional(),
})
export type BacktestWindow = z.infer<typeof backtestWindow>

/** A change that somebody knows of, and when a configuration would have told of it. */
export const backtestChange = z.object({
  at: z.string(),
  name: z.string(),
  /** Null: not seen before the next known change, or at all. */
  seen: z
    .object({
      verdict: verdictName,
      window: windowSchema,
      headline: z.string(),
      /** 1: in the first window that ended after the change. */
      windows: z.number().int(),
      /** From the change until the verdict would have been there, the window's lateness included. */
      hours: z.number(),
      /** An incident was open when the change came: it would have been noticed as going on, not as new. */
      incidentOpen: z.boolean(),
    })
    .nullable(),
})
export type BacktestChange = z.infer<typeof backtestChange>

export const backtestConfiguration = z.object({
  /** The file as it was given, or `applied`. */
  name: z.string(),
  windowMs: z.number(),
  windows: z.array(backtestWindow),
  incidents: z.array(incidentSchema),
  retrainings: z.array(
    z.object({
      at: z.string(),
      incident: z.string().nullable(),
      from: z.string(),
      reason: z.string(),
    }),
  ),
  /** What the governor said instead of retraining, whenever it said something else. */
  notRetrained: z.array(z.object({ at: z.string(), incident: z.string(), reason: z.string() })),
  changes: z.array(backtestChange),
  /** Incidents that opened, and windows that alarmed, before the first known change; null: none is known. */
  falseAlarms: z
    .object({
      incidents: z.number().int(),
      windows: z.number().int(),
      judged: z.number().int(),
      days: z.number(),
    })
    .nullable(),
  /** Verdicts held against those on record: `same` to the byte, evidence apart. Null: there is no record. */
  record: z.object({ judged: z.number().int(), same: z.number().int() }).nullable(),
  /** Windows of the span that were not replayed, each with why. */
  leftOut: z.array(z.object({ window: windowSchema, reason: backtestReason })).default([]),
})
export type BacktestConfiguration = z.infer<typeof backtestConfiguration>

/** What `driftgate backtest --output json` prints. */
export const backtestResult = z.object({
  schema: z.literal('driftgate-backtest/1'),
  model: z.string(),
  /** Where the windows come from: the file, or the address of the gateway. */
  source: z.object({ kind: z.enum(['gateway', 'log']), name: z.string() }),
  window: windowSchema,
  reference: z.string(),
  /** What was taken for granted, one sentence each. */
  assumptions: z.array(z.string()),
  configurations: z.array(backtestConfiguration).min(1).max(2),
})
export type BacktestResult = z.infer<typeof backtestResult>
