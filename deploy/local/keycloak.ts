import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from './cache.ts'
import { runCommand } from './command.ts'
import { httpAnswers } from './health.ts'
import { java, maven } from './prerequisites.ts'
import { startProgram } from './program.ts'
import { versions } from './versions.ts'

/** The part of a realm that this file looks at; the rest is Keycloak's own. */
export interface KeycloakRealm {
  readonly realm: string
  readonly [key: string]: unknown
}

/**
 * Keycloak with one realm, all in memory. No part of what `up` starts: an identity server of our own is there in a second,
 * this one takes half a minute. 170 MB from Maven Central.
 * @returns its root, without /realms.
 */
export async function startKeycloak(
  folder: string,
  port: number,
  realm: KeycloakRealm,
): Promise<string> {
  const program = await java()
  const from = await distribution(program)
  // It writes into its own folder, so each start has one.
  const home = join(folder, 'keycloak')
  rmSync(home, { recursive: true, force: true })
  cpSync(from, home, { recursive: true })
  const imports = join(home, 'data/import')
  mkdirSync(imports, { recursive: true })
  writeFileSync(join(imports, 'realm.json'), JSON.stringify(realm))
  const address = `http://127.0.0.1:${port}`
  await startProgram(folder, {
    name: 'keycloak',
    command: 'bash',
    args: [
      ...['bin/kc.sh', 'start', '--optimized', '--import-realm'],
      ...['--http-enabled=true', '--http-host=127.0.0.1', `--http-port=${port}`],
      ...['--hostname-strict=false'],
    ],
    cwd: home,
    env: { JAVA: program, JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1 -Xmx512m' },
    startTimeoutMs: 400_000,
    healthy: () => httpAnswers(`${address}/realms/${realm.realm}/.well-known/openid-configuration`),
  })
  return address
}

/** Unpacked and built for tables in memory, which would otherwise take half of every start. */
async function distribution(program: string): Promise<string> {
  const folder = await cached(`keycloak/${versions.keycloak}-memory`, async (work) => {
    await runCommand(
      maven(),
      [
        ...['-B', '-q'],
        `org.apache.maven.plugins:maven-dependency-plugin:${versions.mavenDependencyPlugin}:copy`,
        `-Dartifact=org.keycloak:keycloak-quarkus-dist:${versions.keycloak}:tar.gz`,
        '-DoutputDirectory=.',
      ],
      { cwd: work },
    )
    const archive = readdirSync(work).find((file) => file.endsWith('.tar.gz')) ?? ''
    await runCommand('tar', ['-xzf', archive], { cwd: work })
    rmSync(join(work, archive))
    await runCommand('bash', ['bin/kc.sh', 'build', '--db=dev-mem', '--cache=local'], {
      cwd: join(work, `keycloak-${versions.keycloak}`),
      env: { ...process.env, JAVA: program },
    })
  })
  return join(folder, `keycloak-${versions.keycloak}`)
}
