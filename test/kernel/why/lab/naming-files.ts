/** Where the client looks names up: files of its own, mounted over the machine's (hosts(5), resolv.conf(5)). */
import type { Change } from '../fault.ts'

export const namingFiles = (
  names: Readonly<Partial<Record<'hosts' | 'resolv.conf', string>>>,
  { stays = false } = {},
): Change => ({
  kind: 'step',
  inject: async lab => {
    for (const [name, text] of Object.entries(names))
      await lab.client.must(
        'sh',
        '-c',
        'printf %s "$2" > "/run/$1" && mount --bind "/run/$1" "/etc/$1"',
        'sh',
        name,
        text,
      )
  },
  undo: async lab => {
    if (!stays) for (const name of Object.keys(names)) await lab.client.must('umount', `/etc/${name}`)
  },
  alike: {
    is: 'naming',
    stays,
    ...(names.hosts !== undefined && { hosts: names.hosts }),
    ...(names['resolv.conf'] !== undefined && { resolvers: names['resolv.conf'] }),
  },
})
