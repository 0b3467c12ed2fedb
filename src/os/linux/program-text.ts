/** BPF programs in a few words: `xdp program 17 "guard"`, `cgroup_skb programs 4 "in", 5`. */
import type { DecidingProgram } from '../filter-views.ts'

export function programText(programs: readonly DecidingProgram[]): string {
  const types = [...new Set(programs.flatMap(({ type }) => type ?? []))].join('/')
  const each = programs.map(({ id, name }) => (name === undefined ? `${id}` : `${id} "${name}"`)).join(', ')
  const what = programs.length === 1 ? 'program' : 'programs'
  return `${types === '' ? '' : `${types} `}${what} ${each}`
}
