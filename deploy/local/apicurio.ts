import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from './cache.ts'
import { runCommand } from './command.ts'
import { httpAnswers } from './health.ts'
import { java, maven } from './prerequisites.ts'
import { startProgram } from './program.ts'
import { versions } from './versions.ts'

/**
 * A schema registry that keeps everything in memory: Apicurio, whose interface `/apis/ccompat/v7` is Confluent's. No
 * part of what `up` starts, since few logs need one. 142 MB from Maven Central.
 * @returns the root of that interface.
 */
export async function startApicurio(folder: string, port: number): Promise<string> {
  const program = await java()
  const home = await cached(`apicurio/${versions.apicurio}`, async (work) => {
    await runCommand(
      maven(),
      [
        ...['-B', '-q'],
        `org.apache.maven.plugins:maven-dependency-plugin:${versions.mavenDependencyPlugin}:copy`,
        `-Dartifact=io.apicurio:apicurio-registry-app:${versions.apicurio}:tar.gz:all`,
        '-DoutputDirectory=.',
      ],
      { cwd: work },
    )
    const archive = readdirSync(work).find((file) => file.endsWith('.tar.gz')) ?? ''
    await runCommand('tar', ['-xzf', archive], { cwd: work })
    rmSync(join(work, archive))
  })
  const runner = readdirSync(home).find((file) => file.endsWith('-runner.jar')) ?? ''
  const address = `http://127.0.0.1:${port}/apis/ccompat/v7`
  await startProgram(folder, {
    name: 'apicurio',
    command: program,
    args: [
      ...['-XX:TieredStopAtLevel=1', '-Xmx256m'],
      ...['-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${port}`],
      ...['-jar', join(home, runner)],
    ],
    healthy: () => httpAnswers(`${address}/subjects`),
  })
  return address
}
