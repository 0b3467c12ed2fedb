/** `ports nat type`: what NAT is between this machine and a STUN server, and what it means. */
import { familyOf, isAddress, parseAddress } from '../../../model/address.ts'
import { type Endpoint, isHostAddress, parseEndpoint } from '../../../model/endpoint.ts'
import { fault } from '../../../model/fault.ts'
import type { Port } from '../../../model/port.ts'
import { type NatType, natType } from '../../../tools/nat/nat.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { typeFacts } from '../nat/type-facts.ts'
import { typeItem } from '../nat/type-item.ts'
import { formatOf, print } from '../render/output.ts'
import type { NatTypeFlags } from '../specs/nat-type.ts'

const COMMAND = 'ports nat type'
/** RFC 8489 section 18.6. */
const STUN_PORT = 3478 as Port

export default async function natTypeCommand(this: CliContext, flags: NatTypeFlags): Promise<ExitStatus> {
  const format = formatOf(this, flags, COMMAND)
  if (flags.server === undefined)
    throw fault('E_USAGE', {
      what: 'name the server to ask with --server; nobody is asked unnamed',
      command: COMMAND,
    })
  const server = await serverOf(this, flags.server)
  const { from, routerAddress, lifetime } = flags
  if (lifetime !== undefined && lifetime < 1000)
    throw fault('E_USAGE', { what: '--lifetime looks at whole seconds, from 1s on', command: COMMAND })
  if (from !== undefined && familyOf(from) !== familyOf(server.address))
    throw fault('E_USAGE', {
      what: `--from ${from} and the server ${server.address} are of two families`,
      command: COMMAND,
    })
  const os = await this.openOS()
  try {
    const found = await natType(os, {
      server,
      timeoutMs: flags.timeout,
      ...(lifetime === undefined ? {} : { lifetimeMs: lifetime }),
      signal: this.signal,
      ...(from === undefined ? {} : { from }),
      ...(routerAddress === undefined ? {} : { routerAddress }),
    })
    if (format === 'table') {
      const [{ typeText }, { paintFor }] = await Promise.all([
        import('../nat/type-text.ts'),
        import('../render/colour.ts'),
      ])
      await this.stdout.write(typeText(found, paintFor(this, this.stdout, flags), this.stdout.columns))
    } else
      await print(this, flags, {
        schema: 'nat-type@1',
        type: 'nat',
        columns: [
          { key: 'fact', title: 'FACT', value: ({ key }) => key },
          { key: 'value', title: 'VALUE', value: ({ value }) => value },
        ],
        rows: typeFacts(found),
        items: [typeItem(found)],
      })
    return statusOf(found)
  } finally {
    await os.close()
  }
}

/** An address, a name, or either with a port. Of a name the first IPv4 address is asked: that is what NATs are for. */
async function serverOf(context: CliContext, text: string): Promise<Endpoint> {
  if (isAddress(text)) return { address: parseAddress(text), port: STUN_PORT }
  const { protocol, host, port } = parseEndpoint(/:\d*$/.test(text) ? text : `${text}:${STUN_PORT}`)
  if (host === undefined || port === 0 || (protocol !== undefined && protocol !== 'udp'))
    throw fault('E_USAGE', { what: `--server ${text} is no host with a UDP port`, command: COMMAND })
  if (isHostAddress(host)) return { address: host, port }
  try {
    const all = (await context.hostNames.addressesOf(host)).map(parseAddress)
    return { address: all.find(one => familyOf(one) === 'ipv4') ?? all[0]!, port }
  } catch (cause) {
    const code = String((cause as NodeJS.ErrnoException).code)
    throw fault('E_HOST_UNKNOWN', { host, code }, { cause })
  }
}

/** No answer in time; or an answer that leaves open what the question was. */
function statusOf({ mapped, name, mapping, filtering }: NatType): ExitStatus {
  if (mapped === null) return EXIT.timedOut
  return name === 'unknown' || !mapping.known || !filtering.known ? EXIT.undecided : EXIT.done
}
