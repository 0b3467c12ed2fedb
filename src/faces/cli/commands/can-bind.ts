/** `ports can-bind`: whether a socket can be bound, and what stands in the way. */
import { type Address, familyOf, isAddress, parseAddress, UNSPECIFIED_V6 } from '../../../model/address.ts'
import { parseEndpoint } from '../../../model/endpoint.ts'
import { fault } from '../../../model/fault.ts'
import { systemNamed } from '../../../model/space/systems/systems.ts'
import {
  type CanBind,
  type CanBindRequest,
  canBindAnywhere,
  canBindOn,
  canBind as judge,
} from '../../../tools/bind/bind.ts'
import { bindText } from '../bind/bind-text.ts'
import { userIdOf } from '../bind/user-id.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { formatOf, print } from '../render/output.ts'
import type { CanBindFlags } from '../specs/can-bind.ts'

const COMMAND = 'ports can-bind'

export default async function canBind(
  this: CliContext,
  flags: CanBindFlags,
  ...targets: string[]
): Promise<ExitStatus> {
  const format = formatOf(this, flags, COMMAND)
  const requests = targets.map(text => requestOf(this, flags, text))
  const system = flags.on === undefined ? null : systemNamed(flags.on)
  const os = await this.openOS()
  try {
    const answers: CanBind[] = []
    for (const { anywhere, ...request } of requests) {
      if (system !== null && !system.judged) answers.push(await canBindOn(os, system, request))
      else answers.push(await (anywhere ? canBindAnywhere : judge)(os, request))
    }
    if (format === 'table') {
      const { paintFor } = await import('../render/colour.ts')
      const paint = paintFor(this, this.stdout, flags)
      await this.stdout.write(answers.map(answer => bindText(answer, paint, this.stdout.columns)).join('\n'))
    } else {
      await print(this, flags, {
        schema: 'can-bind@1',
        type: 'answer',
        columns: COLUMNS,
        rows: answers,
        item: answer => answer,
      })
    }
    if (answers.some(({ verdict }) => verdict === 'no')) return EXIT.no
    return answers.some(({ verdict }) => verdict === 'depends') ? EXIT.undecided : EXIT.done
  } finally {
    await os.close()
  }
}

const COLUMNS = [
  { key: 'protocol', title: 'proto', value: ({ protocol }: CanBind) => protocol },
  { key: 'address', title: 'address', value: ({ endpoint }: CanBind) => endpoint.address },
  { key: 'port', title: 'port', value: ({ endpoint }: CanBind) => endpoint.port },
  { key: 'verdict', title: 'verdict', value: ({ verdict }: CanBind) => verdict },
  { key: 'errno', title: 'errno', value: ({ errno }: CanBind) => errno },
  { key: 'tried', title: 'tried', value: ({ tried }: CanBind) => (tried ? 'yes' : 'no') },
  {
    key: 'reasons',
    title: 'reasons',
    value: ({ reasons }: CanBind) => reasons.map(({ code }) => code).join(' '),
  },
]

/** `anywhere`: no address was named. */
type Asked = CanBindRequest & { readonly anywhere: boolean }

function requestOf(context: CliContext, flags: CanBindFlags, text: string): Asked {
  const { protocol = flags.udp ? 'udp' : 'tcp', host, port } = parseEndpoint(text)
  if (flags.udp && protocol !== 'udp')
    throw usage(`"${text}" is ${protocol.toUpperCase()}, and --udp says UDP`)
  if (port === 0) throw usage(`"${text}" lets the system choose a port: "ports free" gives you one`)
  if (host !== undefined && !isAddress(host))
    throw usage(`"${host}" is a name, and only an address can be bound`)
  const address: Address = host === undefined ? UNSPECIFIED_V6 : parseAddress(host)
  if (flags.v6only && familyOf(address) === 'ipv4') throw usage(`--v6only means nothing for ${address}`)
  const uid = flags.as === undefined ? context.uid : userIdOf(context, flags.as)
  return {
    anywhere: host === undefined,
    protocol,
    address,
    port,
    reuseAddress: flags.reuseaddr,
    reusePort: flags.reuseport,
    ...(familyOf(address) === 'ipv6' && (flags.v6only || host === undefined) ? { v6only: flags.v6only } : {}),
    ...(uid === null ? {} : { uid }),
    trial: flags.as === undefined && flags.on === undefined && !flags.noTry,
  }
}

const usage = (what: string): Error => fault('E_USAGE', { what, command: COMMAND })
