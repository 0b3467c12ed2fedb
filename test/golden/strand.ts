/** A machine with neighbours whose ports are open, closed, filtered in two ways, and beyond what this machine can ask. */
import type { MachineDescription } from '../../src/os/memory/memory.ts'
import { ADDRESSES } from './harbour.ts'

const filtered = (first: number, count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`10.0.0.8:${first + i}`, 'filtered no-answer']))

export const strand: MachineDescription = {
  addresses: ADDRESSES,
  names: { 'db.internal': ['10.0.0.8'], 'evil.example': ['10.0.0.9'] },
  sockets: [{ listen: 'tcp 0.0.0.0:22' }, { listen: 'tcp [::1]:3000' }, { listen: 'tcp 127.0.0.1:3000' }],
  elsewhere: {
    '10.0.0.8:22': 'open syn-ack 0.412',
    '10.0.0.8:443': 'open syn-ack 1.75',
    '10.0.0.8:5432': 'open syn-ack 0.6',
    '10.0.0.8:25': 'filtered icmp-3/13 0.9',
    '10.0.0.8:110': 'filtered icmp-3/13 0.9',
    ...filtered(6000, 64),
    '10.0.0.8': 'closed reset 0.3',
    '10.0.0.9': 'unknown local-EMFILE',
    '10.0.0.10': 'open syn-ack 2',
  },
}
