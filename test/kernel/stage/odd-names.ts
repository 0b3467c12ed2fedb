/** Processes with names that break tables, terminals and parsers. */
import type { Scene } from './scene.ts'

/** What a process calls itself, and what a person would then call it. */
const NAMES: readonly (readonly [label: string, title: string, name: string])[] = [
  ['a name with a bracket cut off', 'next-server (v16.1.1)', 'next-server (v16.1.1)'],
  ['a name like the fields after it', 'a) S 1 (b', 'a) S 1 (b'],
  ['a name with an escape sequence', '\x1b[31mred', '\x1b[31mred'],
  ['a name of two lines', 'two\nlines', 'two\nlines'],
  ['an empty name', '', 'node'],
]

export async function stageOddNames(scene: Scene): Promise<void> {
  await Promise.all(
    NAMES.map(async ([label, title, name]) => {
      const { pids, inode, cookie, port } = await scene.holder({ title })
      scene.add({
        label,
        protocol: 'tcp',
        family: 'ipv4',
        state: 'listen',
        local: '127.0.0.1',
        port,
        inode,
        cookie,
        pids,
        name,
      })
    }),
  )
}
