/**
 * Who asks may not connect: nothing is wrong with the network, the target, routes or rules. What is expected was written down
 * beforehand: the sandbox is named, and nobody else is blamed.
 */
import type { OwnSandbox } from '../stage/sandbox.ts'
import type { Expected } from './fault.ts'

export interface SandboxRow {
  readonly name: string
  /** `group`: a program of the control group says no (BPF_CGROUP_INET4_CONNECT): EPERM. */
  readonly way: OwnSandbox | 'group'
  readonly protocol?: 'tcp' | 'udp'
  readonly expected: Expected
}

export const SANDBOXES: readonly SandboxRow[] = [
  { name: 'landlock', way: 'landlock', expected: denied() },
  // It has no say about datagrams.
  {
    name: 'landlock-and-datagrams',
    way: 'landlock',
    protocol: 'udp',
    expected: { verdict: 'reachable', oneOf: [] },
  },
  { name: 'filter-of-system-calls', way: 'seccomp', expected: denied() },
  { name: 'filter-of-system-calls-and-datagrams', way: 'seccomp', protocol: 'udp', expected: denied() },
  { name: 'control-group', way: 'group', expected: denied() },
  { name: 'control-group-and-datagrams', way: 'group', protocol: 'udp', expected: denied() },
]

function denied(): Expected {
  return { verdict: 'unreachable', first: 'sandbox-denied', oneOf: ['sandbox-denied'], host: 'client' }
}
