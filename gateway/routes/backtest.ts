import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import {
  backtestReadings,
  bucketSizes,
  goneStretches,
  partsOfBuckets,
  plannedWindows,
  referencesAfter,
} from '../../adapters/postgres/backtest-source.ts'
import { binningOf } from '../../adapters/postgres/binnings.ts'
import { listIncidents } from '../../adapters/postgres/incidents.ts'
import { findReading } from '../../adapters/postgres/readings.ts'
import { modelParams } from '../../contracts/api.ts'
import {
  type BacktestSource,
  type backtestPartsPage,
  backtestPartsQuery,
  type backtestReferencesPage,
  backtestReferencesQuery,
  type backtestWindowsPage,
  backtestWindowsQuery,
} from '../../contracts/backtest-source.ts'
import { absorbed, referenceOrigin } from '../../contracts/reference-upload.ts'
import { appliedModel } from '../applied.ts'
import { endOfPage, justAfter, pageLimits } from '../backtest-page.ts'
import { storedWindow } from '../backtest-window.ts'
import type { GatewayDeps } from '../deps.ts'
import { mustHave, requirePerson } from '../people.ts'

/** Windows of one answer: their reports are read for it. */
const mostWindows = 200

/**
 * What a backtest replays, page by page: no request works long, and the gateway judges nothing. Profiles are for everyone
 * with a role, as reports are; sampled rows are records, and for operators.
 */
export function backtestRoutes(app: FastifyInstance, { db, identity }: GatewayDeps): void {
  app.get('/models/:model/backtest', async (request): Promise<BacktestSource> => {
    await requirePerson(identity, request, 'viewer', 'replay windows')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const readings = await backtestReadings(db, model)
    const digests = new Set(readings.map(({ binning }) => binning))
    const binnings = [...digests].map(async (each) => [each, await binningOf(db, each)] as const)
    return {
      schema: 'driftgate-backtest-source/1',
      readings: readings.map(({ first, last, ...reading }) => ({
        ...reading,
        buckets: first && last && { first: first.toISOString(), last: last.toISOString() },
      })),
      binnings: Object.fromEntries(await Promise.all(binnings)),
      incidents: await listIncidents(db, model),
    }
  })

  app.get('/models/:model/backtest/windows', async (request) => {
    await requirePerson(identity, request, 'viewer', 'replay windows')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const { from, to, past } = backtestWindowsQuery.parse(request.query)
    const asked = { from: new Date(from), to: new Date(to), looks: past, limit: mostWindows }
    const found = await plannedWindows(db, model, asked)
    const last = found.at(-1)
    const page: z.infer<typeof backtestWindowsPage> = {
      schema: 'driftgate-backtest-windows/1',
      windows: found.map((each) => storedWindow(each, past)),
      next: last && found.length === mostWindows ? justAfter(last.start).toISOString() : null,
    }
    return page
  })

  app.get('/models/:model/backtest/references', async (request) => {
    const person = await requirePerson(identity, request, 'viewer', 'replay windows')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const { after, samples } = backtestReferencesQuery.parse(request.query)
    if (samples) mustHave(person, 'operator', 'read sampled rows')
    const found = await referencesAfter(db, model, { after, samples, bytes: pageLimits.bytes })
    const page: z.infer<typeof backtestReferencesPage> = {
      schema: 'driftgate-backtest-references/1',
      references: found.map(
        ({ id, since, windowsFrom, origin, profile, sample, ...reference }) => ({
          ...{ ...reference, id: Number(id), since: since.toISOString() },
          windowsFrom: windowsFrom?.toISOString() ?? null,
          absorbed: absorbed(referenceOrigin.nullable().parse(origin)),
          ...{ profile: profile.toString('base64'), sample: sample?.toString('base64') ?? null },
        }),
      ),
      next: found.length === 0 ? null : Number(found.at(-1)?.id),
    }
    return page
  })

  app.get('/models/:model/backtest/parts', async (request) => {
    const person = await requirePerson(identity, request, 'viewer', 'replay windows')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const { reading, from, to, samples } = backtestPartsQuery.parse(request.query)
    if (samples) mustHave(person, 'operator', 'read sampled rows')
    const known = (await findReading(db, reading))?.model === model
    const asked = { from: new Date(from), to: new Date(to), samples }
    const sizes = known
      ? await bucketSizes(db, reading, { ...asked, limit: pageLimits.buckets })
      : []
    const until = endOfPage(sizes, asked.to)
    const found = known ? await partsOfBuckets(db, reading, { ...asked, to: until }) : []
    const gone = known ? await goneStretches(db, reading, { ...asked, to: until }) : []
    const page: z.infer<typeof backtestPartsPage> = {
      schema: 'driftgate-backtest-parts/1',
      gone: gone.map(({ start, end }) => [start.toISOString(), end.toISOString()]),
      parts: found.map(
        ({
          bucket,
          rows,
          profile,
          sample,
          partitions,
          froms,
          tos,
          repair,
          until: end,
          ...part
        }) => ({
          ...{ ...part, bucket: bucket.toISOString(), rows: Number(rows), repair: Number(repair) },
          ...{ profile: profile.toString('base64'), sample: sample?.toString('base64') ?? null },
          until: end?.toISOString() ?? null,
          reach: partitions.map((partition, i) => [partition, froms[i] ?? '', tos[i] ?? '']),
        }),
      ),
      until: until.toISOString(),
    }
    return page
  })
}
