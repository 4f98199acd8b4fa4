import type { Report } from '../../contracts/report.ts'
import { type FlightData, fiveHoursLate } from './data.ts'
import type { DemoView } from './view.ts'
import { playWindow } from './windows.ts'
import type { DemoWorld } from './world.ts'

const model = 'flight-delay'

/** Weeks of a mild season, and then one whose hours come from a feed that changed its time zone. */
export async function flightsSeason(
  world: DemoWorld,
  { stretches }: FlightData,
  view: DemoView,
  signal: AbortSignal,
): Promise<Report[]> {
  const reports: Report[] = []
  for (const [index, week] of stretches.entries()) {
    const last = index === stretches.length - 1
    if (last) view.say('the next week arrives with every hour five later, modulo 24')
    const began = performance.now()
    const before = stretches[index - 1]?.rows ?? []
    const stretch = last ? fiveHoursLate(week) : week
    const report = await playWindow(world, model, stretch, before, signal)
    view.verdict(report, (performance.now() - began) / 1000)
    reports.push(report)
  }
  const broken = reports.at(-1)
  if (broken !== undefined) view.report(broken)
  return reports
}
