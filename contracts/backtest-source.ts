import { z } from 'zod'
import { binningSchema } from './binning.ts'
import { incidentSchema } from './incident.ts'
import type { ReadingDefinition } from './reading.ts'
import { absorbedOrigin } from './reference-upload.ts'
import { verdictName, windowSchema } from './report.ts'
import { unmatchedSchema } from './unmatched-halves.ts'

/*
 * What a backtest over stored windows asks of the gateway. It is answered in pages, each of bounded work: whoever
 * replays asks for the next one, and judges meanwhile.
 */
const instant = z.iso.datetime({ offset: true })
const span = z.object({ from: instant, to: instant })

/** `past`: what later windows learn from a verdict, instead of what it is held against. */
export const backtestWindowsQuery = span.extend({ past: z.stringbool().default(false) })
export const backtestReferencesQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  samples: z.stringbool().default(false),
})
export const backtestPartsQuery = span.extend({
  reading: z.string(),
  samples: z.stringbool().default(false),
})

const offsets = z.record(z.string(), z.string())
const began = z.object({ windowsFrom: z.string(), offsets })

export const backtestSource = z.object({
  schema: z.literal('driftgate-backtest-source/1'),
  readings: z.array(
    z.object({
      id: z.string(),
      definition: z.custom<ReadingDefinition>((value) => typeof value === 'object'),
      /** Digest. */
      binning: z.string(),
      /** The first and the last bucket with rows; null: there is none. */
      buckets: z.object({ first: z.string(), last: z.string() }).nullable(),
    }),
  ),
  /** By digest. */
  binnings: z.record(z.string(), binningSchema),
  incidents: z.array(incidentSchema),
})
export type BacktestSource = z.infer<typeof backtestSource>

export const backtestStoredWindow = z.object({
  window: windowSchema,
  /** When its cut was taken. */
  plannedAt: z.string(),
  reading: z.string(),
  /** Per partition; -1: joins of requests and responses. */
  cut: offsets,
  repairs: z.number().int(),
  began: began.nullable(),
  /** The reading that was counted beside; null: there was none. */
  beside: z
    .object({ reading: z.string(), repairs: z.number().int(), began: began.optional() })
    .nullable(),
  /** Since when what it was judged from is not kept; null: it is. */
  notKeptSince: z.string().nullable(),
  /** Since when a sample that its verdict rests on lacks a row that was erased; null: none does. */
  erasedSince: z.string().nullable().default(null),
  /** Null: it was never judged. */
  verdict: z
    .object({
      verdict: verdictName,
      judgedAt: z.string(),
      rows: z.object({
        good: z.number(),
        bad: z.number(),
        lost: z.number(),
        unmatched: unmatchedSchema.optional(),
      }),
      /** Digests of what it says, of the settings and of the binning that it was reached by. */
      core: z.string().nullable(),
      settings: z.string(),
      binning: z.string(),
      /** What later windows learn from it, by reference; null unless asked for. */
      looks: z
        .record(z.string(), z.record(z.string(), z.record(z.string(), z.number())))
        .nullable(),
    })
    .nullable(),
})
export type BacktestStoredWindow = z.infer<typeof backtestStoredWindow>

export const backtestWindowsPage = z.object({
  schema: z.literal('driftgate-backtest-windows/1'),
  windows: z.array(backtestStoredWindow),
  /** Ask again from here; null: that was all. */
  next: z.string().nullable(),
})

export const backtestReferencesPage = z.object({
  schema: z.literal('driftgate-backtest-references/1'),
  references: z.array(
    z.object({
      id: z.number().int(),
      name: z.string(),
      version: z.string(),
      /** '': all rows. */
      segment: z.string(),
      since: z.string(),
      /** Start of the first window that is held against it; null: every window of its version. */
      windowsFrom: z.string().nullable(),
      /** Null: it was not absorbed from the log. */
      absorbed: absorbedOrigin.nullable(),
      digest: z.string(),
      binning: z.string(),
      /** Base64. */
      profile: z.base64(),
      sample: z.base64().nullable(),
    }),
  ),
  next: z.number().int().nullable(),
})
export type BacktestReference = z.infer<typeof backtestReferencesPage>['references'][number]

export const backtestPartsPage = z.object({
  schema: z.literal('driftgate-backtest-parts/1'),
  /** All parts of the buckets up to `until`. */
  parts: z.array(
    z.object({
      version: z.string(),
      segment: z.string(),
      bucket: z.string(),
      rows: z.number(),
      /** Base64. */
      profile: z.base64(),
      /** Null: none is kept, or it was not asked for. */
      sample: z.base64().nullable(),
      /** Partition, first offset, and the one behind the last. */
      reach: z.array(z.tuple([z.number().int(), z.string(), z.string()])),
      repair: z.number().int(),
      /** The end of its event time where buckets of a whole window were rolled up into it; null: of its bucket. */
      until: z.string().nullable().default(null),
    }),
  ),
  /** Event time in these buckets whose counts are not kept any more: from, and to. */
  gone: z.array(z.tuple([z.string(), z.string()])).default([]),
  until: z.string(),
})
export type BacktestPart = z.infer<typeof backtestPartsPage>['parts'][number]
