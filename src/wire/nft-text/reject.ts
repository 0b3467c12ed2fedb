/**
 * `reject with tcp reset`, `reject with icmp type host-unreachable`, `reject`.
 */
import { DATATYPES } from '../../model/filter/datatypes.ts'
import type { Reject, Statement } from '../../model/filter/statement.ts'
import type { Reader } from './reader.ts'
import { scalarOf } from './scalar-of.ts'
import { shown } from './token-stream.ts'

/** ICMP 3/3, ICMPv6 1/4, and what icmpx calls port-unreachable (RFC 792, RFC 4443, `NFT_REJECT_ICMPX_PORT_UNREACH`). */
const PORT_UNREACHABLE = { icmp: 3, icmpv6: 4, icmpx: 1 } as const

/** nft compares the protocol first, and lists it. */
const isTcp: Statement = {
  kind: 'match',
  left: { kind: 'meta', key: 'l4proto' },
  op: '==',
  right: { kind: 'value', value: 6 },
}

export function readReject(reader: Reader): Reject {
  const { stream, protocols } = reader
  const at = stream.next()
  if (!stream.take('with')) {
    const how = byFamily(reader)
    return { kind: 'reject', with: how, code: PORT_UNREACHABLE[how] }
  }
  if (stream.take('tcp')) {
    stream.need('reset')
    if (protocols.transport !== undefined && protocols.transport !== 'tcp')
      throw stream.refuse('only TCP has resets', 'Write reject with icmp …, or compare tcp ports.', at)
    if (protocols.transport === undefined) reader.implied.push(isTcp)
    protocols.transport = 'tcp'
    return { kind: 'reject', with: 'tcp reset' }
  }
  const how = stream.takeAny('icmp', 'icmpv6', 'icmpx') as 'icmp' | 'icmpv6' | 'icmpx' | undefined
  if (how === undefined)
    throw stream.refuse(
      `${shown(stream.token)} can't be sent`,
      'Write tcp reset, icmp, icmpv6 or icmpx and a code.',
    )
  stream.take('type')
  checkFamily(reader, how)
  const code = Number(scalarOf(reader, stream.next(), DATATYPES.get(`${how}_code`)!))
  return { kind: 'reject', with: how, code }
}

function byFamily({ family, protocols }: Reader): 'icmp' | 'icmpv6' | 'icmpx' {
  const network = family === 'ip' || family === 'ip6' ? family : protocols.network
  return network === 'ip' ? 'icmp' : network === 'ip6' ? 'icmpv6' : 'icmpx'
}

function checkFamily(reader: Reader, how: 'icmp' | 'icmpv6' | 'icmpx'): void {
  const { network } = reader.protocols
  const { family } = reader
  if (how === 'icmpx') {
    if (family === 'ip' || family === 'ip6')
      throw reader.stream.refuse('icmpx is for tables of both families', 'Write icmp or icmpv6.')
    return
  }
  const wanted = how === 'icmp' ? 'ip' : 'ip6'
  if (network !== undefined && network !== wanted)
    throw reader.stream.refuse(
      `${how} can't answer packets of ${network}`,
      'Write icmpx, or the other of icmp and icmpv6.',
    )
  reader.protocols.network = wanted
}
