/** `ports exec`: leases a port and becomes the program that is to have it. */
import { LOOPBACK_V4, parseAddress } from '../../../model/address.ts'
import { fault } from '../../../model/fault.ts'
import type { KeptSocket, OS } from '../../../os/os.ts'
import { takeLease } from '../../../tools/bind/bind.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { leasePlan } from '../leases/lease-plan.ts'
import { sayFinding } from '../leases/say-finding.ts'
import { scopeFrom } from '../leases/scope-from.ts'
import type { ExecFlags } from '../specs/exec.ts'

export default async function exec(
  this: CliContext,
  flags: ExecFlags,
  name: string,
  program: string,
  ...words: string[]
): Promise<ExitStatus> {
  const { port, block, range, listenFds } = flags
  if (flags.host !== undefined && !listenFds)
    throw fault('E_USAGE', {
      what: '--host only goes with --listen-fds',
      command: 'ports exec',
    })
  if (port !== undefined && range !== undefined)
    throw fault('E_USAGE', { what: '--port and --range exclude each other', command: 'ports exec' })
  const host = flags.host === undefined ? LOOPBACK_V4 : parseAddress(flags.host)
  // The program will be this very process, so the lease is ours and ends with it.
  const request = { name, port, range, count: block ?? 1, holder: 'self' as const, ...scopeFrom(this, flags) }
  if (flags.dryRun) return leasePlan(this, {}, request, [program, ...words])
  const os = await this.openOS()
  try {
    const outcome = await takeLease(os, request)
    if ('refused' in outcome) {
      await sayFinding(this, {}, outcome.refused)
      return EXIT.no
    }
    const [first] = outcome.lease.ports as readonly [number]
    const listener = listenFds ? await listenerAt(os, host, first) : undefined
    return await os.become({
      program,
      words: words.map(word => word.replaceAll('{port}', String(first))),
      env: { ...given(this.env), PORT: String(first), PORT_NAME: name, [variableOf(name)]: String(first) },
      ...(listener === undefined ? {} : { listener }),
    })
  } finally {
    await os.close()
  }
}

async function listenerAt(os: OS, address: typeof LOOPBACK_V4, port: number): Promise<KeptSocket> {
  const bound = await os.bind({ protocol: 'tcp', address, port, keep: true })
  if (bound.errno === null && bound.kept !== undefined) return bound.kept
  throw fault('E_BIND_REQUEST', { why: `${address} port ${port}: ${bound.errno}` })
}

/** `PORT_WEB_ADMIN` for `web/admin`. */
const variableOf = (name: string): string => `PORT_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`

const given = (env: CliContext['env']): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((one): one is [string, string] => one[1] !== undefined))
