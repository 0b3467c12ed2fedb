/** Runs npm, and the Nodes of other versions that it brings, for the tests of the package and of the set-up. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { nodePackage } from '../scripts/setup/packages.mjs'
import { root } from './project.ts'

export interface Done {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

export function run(command: string, args: readonly string[], cwd: string, env = process.env): Done {
  const done = spawnSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  if (done.error) throw done.error
  return { status: done.status, out: done.stdout, err: done.stderr }
}

/** The reason of a skip; `allowed-absences.json` knows it. */
export const UNREACHABLE = 'the npm registry is not reachable'

export class RegistryUnreachable extends Error {
  override readonly name = 'RegistryUnreachable'
}

/** Runs npm; throws `RegistryUnreachable` where the network is to blame. */
export function npm(args: readonly string[], cwd: string, env = machineEnvironment()): Done {
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error']
  const done = run('npm', [...args, ...quietly], cwd, env)
  if (/\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT)\b/.test(done.err))
    throw new RegistryUnreachable(done.err)
  if (done.status !== 0)
    throw new Error(`npm ${args.join(' ')} exited with ${done.status}:\n${done.out}${done.err}`)
  return done
}

/** A Node of this major version, from the registry; kept beside the installed packages for the next run. */
export function nodeOf(major: number): string {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  const name = nodePackage(process.platform, process.arch)
  const folder = join(root, 'node_modules', '.cache', 'portolan', `node-${major}`)
  const binary = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(binary)) {
    npm(
      [
        'install',
        '--prefix',
        folder,
        '--no-save',
        '--no-package-lock',
        '--ignore-scripts',
        `${name}@${major}`,
      ],
      root,
    )
  }
  return binary
}

/** The environment without our own folders on the PATH: as a fresh clone finds it. */
export function machineEnvironment(): NodeJS.ProcessEnv {
  const env = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|NODE_TEST_|NODE_OPTIONS$|PATH$)/i.test(name),
  )
  const path = (process.env.PATH ?? '').split(delimiter).filter(folder => !folder.includes('node_modules'))
  return { ...Object.fromEntries(env), PATH: path.join(delimiter) }
}
