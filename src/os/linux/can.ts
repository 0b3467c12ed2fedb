/** What this process may do on this Linux machine. */
import { type Can, no, yes } from '../can.ts'
import { mayEnterNamespaces, mayReadAllDescriptors } from './capabilities.ts'
import type { Sources } from './sources.ts'

export function readCan(sources: Sources): Can {
  const netlink = tryNetlink(sources)
  return {
    sockets: yes(netlink.yes ? 'netlink sock_diag' : '/proc/net'),
    details: netlink.yes ? yes('netlink sock_diag') : no(netlink.why, INSTALL),
    'own-owners': yes('/proc/<pid>/fd'),
    'all-owners': mayReadAllDescriptors(sources.files)
      ? yes('/proc/<pid>/fd, as CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH are held')
      : no(
          'CAP_SYS_PTRACE or CAP_DAC_READ_SEARCH is missing',
          'Run with sudo to see the owners of other users’ sockets.',
        ),
    namespaces: namespaces(sources, netlink.yes),
    endings: netlink.yes ? yes('netlink destroy events') : no(netlink.why, INSTALL),
  }
}

const INSTALL = 'Install the optional dependency koffi: npm install koffi.'

function namespaces({ files }: Sources, netlink: boolean): Can['namespaces'] {
  if (!netlink)
    return no('no netlink: only namespaces with a process in them, through /proc/<pid>/net', INSTALL)
  return mayEnterNamespaces(files)
    ? yes('setns, as CAP_SYS_ADMIN is held')
    : no(
        'CAP_SYS_ADMIN is missing: other namespaces are read through /proc/<pid>/net, with less detail',
        'Run with sudo.',
      )
}

function tryNetlink(
  sources: Sources,
): { readonly yes: true } | { readonly yes: false; readonly why: string } {
  const socket = sources.netlink('diag')
  if ('why' in socket) return { yes: false, why: socket.why }
  socket.close()
  return { yes: true }
}
