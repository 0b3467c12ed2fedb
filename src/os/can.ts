/**
 * What this process may do on a host, and for each no, which right is missing and how to get it.
 *
 * | right | Linux | macOS | Windows |
 * |---|---|---|---|
 * | sockets of the own namespace | everybody (netlink or /proc) | everybody (lsof, netstat) | everybody (iphlpapi) |
 * | owners of own processes | everybody | everybody | everybody |
 * | owners of all processes | CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH: root | root | administrator for some |
 * | other namespaces | CAP_SYS_ADMIN; read-only through /proc/pid/net for all | none there | none there |
 * | sockets as they end | everybody, through netlink | no | no |
 *
 * The columns for macOS and Windows are from documentation and have not yet been tried on real machines.
 */

export const RIGHTS = ['sockets', 'details', 'own-owners', 'all-owners', 'namespaces', 'endings'] as const
export type Right = (typeof RIGHTS)[number]

export type Can = Readonly<Record<Right, Allowed>>

export type Allowed =
  | { readonly yes: true; readonly how: string }
  | { readonly yes: false; readonly why: string; readonly remedy: string }

export const yes = (how: string): Allowed => ({ yes: true, how })
export const no = (why: string, remedy: string): Allowed => ({ yes: false, why, remedy })
