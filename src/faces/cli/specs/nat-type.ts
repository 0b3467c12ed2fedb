import type { Address } from '../../../model/address.ts'
import type { CommandSpec } from '../command.ts'
import { durationFlag, type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface NatTypeFlags extends OutputFlags {
  /** `host`, `host:port`; read when it is asked. */
  readonly server: string | undefined
  readonly from: Address | undefined
  readonly routerAddress: Address | undefined
  /** Milliseconds. */
  readonly timeout: number
  /** Milliseconds. */
  readonly lifetime: number | undefined
}

async function address(text: string): Promise<Address> {
  return (await import('../../../model/address.ts')).parseAddress(text)
}

const spec: CommandSpec<NatTypeFlags> = {
  usage: ['nat type --server <host> [flags]'],
  about: [
    'Asks a STUN server (RFC 8489, RFC 5780) how it sees us, and nobody else. Port',
    '3478 unless it is named. Says how the NATs on the way map and filter, whether',
    'that holds when ports collide, and what it means for calls and games. A',
    'server with two addresses can tell all; others tell less.',
  ],
  parameters: {
    flags: {
      server: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'The server to ask: host, host:port',
        placeholder: 'host',
      },
      from: {
        kind: 'parsed',
        parse: address,
        optional: true,
        brief: 'Ask from this address of ours',
        placeholder: 'address',
      },
      routerAddress: {
        kind: 'parsed',
        parse: address,
        optional: true,
        brief: 'What the router says its outside address is',
        placeholder: 'address',
      },
      timeout: { ...durationFlag, default: '3s', brief: 'Patience with each question' },
      lifetime: { ...durationFlag, optional: true, brief: 'See how long mappings last, up to this' },
      ...outputFlags,
    },
  },
  letters: outputLetters,
  examples: [
    ['ports nat type --server stun.example.net', 'what NAT is between us and it'],
    ['ports nat type --server 192.0.2.1:3478 --json', 'the same facts for a program'],
    ['ports nat type --server 192.0.2.1 --from 10.0.0.2', 'by that way out of this machine'],
  ],
  load: () => import('../commands/nat-type.ts'),
}

export default spec
