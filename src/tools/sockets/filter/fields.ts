/**
 * The words that begin a term, and what follows them. One word of each meaning is canonical; the rest are
 * other spellings, among them those of ss(8).
 */
import type { End, Metric, TextField } from './ast.ts'

export type Field =
  | { readonly kind: 'port'; readonly end: End }
  | { readonly kind: 'address'; readonly end: End }
  | { readonly kind: 'device' | 'state' | 'exclude' | 'protocol' | 'family' | 'exposure' | 'cookie' }
  | { readonly kind: 'number'; readonly field: 'pid' | 'inode' }
  | { readonly kind: 'text'; readonly field: TextField }
  | { readonly kind: 'metric'; readonly metric: Metric }
  | { readonly kind: 'unsupported'; readonly why: string; readonly next: string }

const text = (field: TextField): Field => ({ kind: 'text', field })
const metric = (name: Metric): Field => ({ kind: 'metric', metric: name })

export const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['sport', { kind: 'port', end: 'local' }],
  ['lport', { kind: 'port', end: 'local' }],
  ['dport', { kind: 'port', end: 'peer' }],
  ['rport', { kind: 'port', end: 'peer' }],
  ['port', { kind: 'port', end: 'either' }],
  ['src', { kind: 'address', end: 'local' }],
  ['local', { kind: 'address', end: 'local' }],
  ['dst', { kind: 'address', end: 'peer' }],
  ['remote', { kind: 'address', end: 'peer' }],
  ['peer', { kind: 'address', end: 'peer' }],
  ['addr', { kind: 'address', end: 'either' }],
  ['host', { kind: 'address', end: 'either' }],
  ['dev', { kind: 'device' }],
  ['iface', { kind: 'device' }],
  ['interface', { kind: 'device' }],
  ['state', { kind: 'state' }],
  ['exclude', { kind: 'exclude' }],
  ['excl', { kind: 'exclude' }],
  ['proto', { kind: 'protocol' }],
  ['protocol', { kind: 'protocol' }],
  ['family', { kind: 'family' }],
  ['pid', { kind: 'number', field: 'pid' }],
  ['inode', { kind: 'number', field: 'inode' }],
  ['cookie', { kind: 'cookie' }],
  ['name', text('name')],
  ['process', text('name')],
  ['user', text('user')],
  ['uid', text('user')],
  ['unit', text('unit')],
  ['container', text('container')],
  ['netns', text('netns')],
  ['cgroup', text('cgroup')],
  ['exposure', { kind: 'exposure' }],
  ['recvq', metric('recvq')],
  ['sendq', metric('sendq')],
  ['drops', metric('drops')],
  ['queue', metric('queue')],
  ['rtt', metric('rtt')],
  ['retrans', metric('retrans')],
  ['idle', metric('idle')],
  ['bytes', metric('bytes')],
  ['age', metric('age')],
  [
    'fwmark',
    {
      kind: 'unsupported',
      why: 'the firewall mark of a socket is not read',
      next: 'Leave the term out, or ask ss as root: only CAP_NET_ADMIN may read marks.',
    },
  ],
  [
    'autobound',
    {
      kind: 'unsupported',
      why: 'the table does not tell who chose a port',
      next: 'Ask for the range that the system chooses from, as in sport 32768-60999.',
    },
  ],
])
