/** `ports why --bind 8080`: why others can't reach a port of this host. */
import { fault } from '../../../model/fault.ts'
import type { OS } from '../../../os/os.ts'
import { type Diagnosis, parseTarget, type Target, whyBind } from '../../../tools/why/why.ts'
import type { CliContext } from '../context.ts'
import type { Format } from '../specs/shared-flags.ts'
import type { WhyFlags } from '../specs/why.ts'
import { show } from './ask-and-show.ts'

/** Throws `E_USAGE` where something is said that only a target needs, `E_WHY_TARGET` where the port is none. */
export async function whyOthersCant(
  context: CliContext,
  flags: WhyFlags,
  port: string,
  words: readonly string[],
  format: Format,
): Promise<Diagnosis> {
  const odd = [
    ...words,
    ...(['at', 'source', 'interface', 'timeout'] as const).flatMap(name =>
      flags[name] === undefined ? [] : [`--${name}`],
    ),
    ...(flags.watch ? ['--watch'] : []),
  ]
  if (odd.length > 0)
    throw fault('E_USAGE', {
      what: `--bind asks about a port of this host alone, without ${odd.join(' and ')}`,
      command: 'ports why',
    })
  const target = parseTarget(port, flags.udp ? 'udp' : undefined)
  const os = await context.openOS()
  try {
    if (!(await isOurs(os, target)))
      throw fault('E_USAGE', {
        what: `--bind takes a port of this host, and "${port}" names another`,
        command: 'ports why',
      })
    const diagnosis = await whyBind(os, target, { signal: context.signal })
    await show(context, flags, [diagnosis], format)
    return diagnosis
  } finally {
    await os.close()
  }
}

/** A port alone, or one at an address that this host has. */
async function isOurs(os: OS, { host }: Target): Promise<boolean> {
  if (String(host) === 'localhost') return true
  return (await os.addresses()).some(({ address }) => address === host)
}
