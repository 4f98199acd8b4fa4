import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DriftgateError } from '../../contracts/errors.ts'
import { cached } from './cache.ts'
import { onPath, runCommand } from './command.ts'

/**
 * Prometheus's promtool: the one on PATH, else that of Debian's package, taken out of it into the cache; nothing is
 * installed. Throws PREREQUISITE_MISSING where neither can be had.
 */
export async function promtool(): Promise<string> {
  const found = onPath('promtool')
  if (found !== null) return found
  try {
    return join(await cached('promtool', takeFromPackage), 'promtool')
  } catch (cause) {
    const what = 'promtool, which checks alert rules'
    const fix =
      'put it on PATH; it is in the package "prometheus" and in every release of Prometheus'
    throw new DriftgateError('PREREQUISITE_MISSING', { what, fix }, { cause })
  }
}

async function takeFromPackage(work: string): Promise<void> {
  const place = join(work, 'package')
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place)
  const ask = (args: readonly string[]) => runCommand('apt-get', args, { cwd: place })
  await ask(['download', 'prometheus']).catch(async () => {
    // The machine may have no lists of packages, or old ones, and changing those is not for us.
    const lists = join(place, 'lists')
    mkdirSync(join(lists, 'partial'), { recursive: true })
    const own = ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${place}`]
    await ask([...own, 'update'])
    await ask([...own, 'download', 'prometheus'])
  })
  const file = readdirSync(place).find((name) => name.endsWith('.deb'))
  if (file === undefined) throw new Error('apt-get brought no package')
  await runCommand('dpkg-deb', ['-x', file, 'content'], { cwd: place })
  copyFileSync(join(place, 'content/usr/bin/promtool'), join(work, 'promtool'))
  rmSync(place, { recursive: true })
}
