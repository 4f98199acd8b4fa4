import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from './cache.ts'
import { runCommand } from './command.ts'
import { maven } from './prerequisites.ts'
import { versions } from './versions.ts'

/** Jars of these artefacts (`group:artifact:version`), with or without what they depend on, as full paths. */
export async function mavenJars(
  name: string,
  artefacts: readonly string[],
  options: { transitive: boolean; onWait?: () => void },
): Promise<string[]> {
  const folder = await cached(
    name,
    async (work) => {
      writeFileSync(join(work, 'pom.xml'), pomOf(artefacts, options.transitive))
      await runCommand(
        maven(),
        [
          '-B',
          '-q',
          `org.apache.maven.plugins:maven-dependency-plugin:${versions.mavenDependencyPlugin}:copy-dependencies`,
          '-DincludeScope=runtime',
          '-DoutputDirectory=jars',
        ],
        { cwd: work, log: join(work, 'maven.log') },
      )
      rmSync(join(work, 'maven.log'), { force: true })
    },
    options.onWait === undefined ? {} : { onWait: options.onWait },
  )
  return readdirSync(join(folder, 'jars'))
    .filter((file) => file.endsWith('.jar'))
    .sort()
    .map((file) => join(folder, 'jars', file))
}

function pomOf(artefacts: readonly string[], transitive: boolean): string {
  const exclusions = transitive
    ? ''
    : '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>'
  const dependencies = artefacts.map((artefact) => {
    const [group, artifact, version] = artefact.split(':')
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>${exclusions}</dependency>`
  })
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>driftgate</groupId><artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependencies.join('\n')}</dependencies></project>\n`
}
