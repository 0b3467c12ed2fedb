/**
 * A network namespace of its own in which nft runs. It lasts as long as its keeper, a child that waits for the end of its
 * input: whichever way the test ends, the namespace goes with it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

export interface NftRoom {
  /** What nft prints. Throws what it says against the rules. */
  nft(args: readonly string[], input?: string): string
  close(): Promise<void>
}

/** Why there can be none here, or null. */
export function whyNoRoom(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are of Linux'
  const missing = ['nft', 'unshare', 'nsenter'].find(
    tool => spawnSync(tool, ['--version']).error !== undefined,
  )
  if (missing !== undefined) return `${missing} is not installed`
  return spawnSync('unshare', ['--net', 'nft', 'list', 'ruleset']).status === 0
    ? null
    : 'only root may make network namespaces'
}

export async function openRoom(): Promise<NftRoom> {
  // The first line says that the namespace is there; then it waits.
  const keeper = spawn('unshare', ['--net', 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
  keeper.stdin.write('ready\n')
  await once(keeper.stdout, 'data')
  const inside = ['--net', '--target', String(keeper.pid), 'nft']
  return {
    nft(args, input = '') {
      const run = spawnSync('nsenter', [...inside, ...args], {
        input,
        encoding: 'utf8',
        maxBuffer: 1 << 28,
        timeout: 60_000,
        env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
      })
      if (run.error !== undefined) throw run.error
      if (run.status !== 0)
        throw new NftRefusal(run.stderr.trim() || `nft ended by ${run.signal ?? run.status}`)
      return run.stdout
    },
    close: () => end(keeper),
  }
}

export class NftRefusal extends Error {
  override readonly name = 'NftRefusal'
}

async function end(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return
  const closed = once(keeper, 'close')
  keeper.stdin!.end()
  await closed
}
