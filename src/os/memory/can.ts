/** What may be done on a machine: everything, but what its description takes away. */
import { type Can, no, type Right, yes } from '../can.ts'
import type { Machine } from './machine.ts'

export function canOf(machine: Machine): Can {
  const told = yes('it was described so')
  const all: Record<Right, Can[Right]> = {
    sockets: told,
    details: told,
    'own-owners': told,
    'all-owners': told,
    namespaces: told,
    endings: told,
  }
  if (machine.description.coverage?.unsupported === true) {
    all['own-owners'] = all['all-owners'] = no('this machine can’t tell owners', 'Describe one that can.')
  } else if ([...machine.processes.values()].some(({ hidden }) => hidden)) {
    all['all-owners'] = no('some processes are hidden', 'Describe them without `hidden`.')
  }
  return { ...all, ...machine.description.can }
}
