/** `ports --host ssh://ops@web ls`: the command that follows, on another machine, reached by ssh. */
import { fault } from '../../model/fault.ts'
import type { CliContext, HostNames } from './context.ts'
import type { ExitStatus } from './exit.ts'
import { openRemotes } from './open-remotes.ts'

type Run = (argv: readonly string[], context: CliContext) => Promise<ExitStatus>

export interface OnRemote {
  readonly url: string
  /** The command and what follows it. */
  readonly words: readonly string[]
}

/** Throws the `E_REMOTE_` faults. */
export async function onRemote({ url, words }: OnRemote, context: CliContext, run: Run): Promise<ExitStatus> {
  const [opened] = await openRemotes(context, [url])
  const { os } = opened!
  try {
    return await run(words, contextOn(context, os))
  } finally {
    await os.close()
  }
}

/** The same outputs and files; the host, its clock and who we are there are the other machine's. */
function contextOn(context: CliContext, os: Awaited<ReturnType<CliContext['openRemote']>>): CliContext {
  const { place } = os
  // Names of addresses are those of this machine: no host is asked for them.
  const hostNames: HostNames = {
    nameOf: address => context.hostNames.nameOf(address),
    async addressesOf(name) {
      const told = await os.reach.resolve(name)
      if (told.kind === 'found') return told.addresses
      throw Object.assign(new Error(`${place} can’t resolve ${name}`), { code: told.code })
    },
  }
  // What is told by getters has to be told when it is asked for.
  return Object.create(context, {
    platform: { value: os.platform, enumerable: true },
    hostname: { value: os.hostname, enumerable: true },
    hostNames: { value: os.through.kind === 'agent' ? hostNames : context.hostNames, enumerable: true },
    remote: { value: { place, through: os.through }, enumerable: true },
    uid: { value: os.uid, enumerable: true },
    now: { value: () => os.clock.now(), enumerable: true },
    // One connection serves the whole command: it is closed with it.
    openOS: { value: async () => ({ ...os, close: async () => undefined }), enumerable: true },
    startDetached: {
      value: async () => {
        throw fault('E_PROGRAM', {
          program: 'ports',
          why: `nothing stays on ${place} after the command has ended`,
        })
      },
      enumerable: true,
    },
  })
}
