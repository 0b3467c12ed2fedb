/**
 * What the rules of each protocol's port space follow, and whether a kernel has judged them.
 *
 * TCP's and UDP's are held against a running kernel. Those of SCTP and DCCP were read in Linux's sources: kernels that
 * have these protocols judge their rows (`test/kernel/space/`) when the tests run there, and so far none has.
 */
import type { Protocol } from '../protocol.ts'
import type { LinuxDialect } from './dialect.ts'

export interface ProtocolRules {
  /** Files and functions of Linux. */
  readonly follows: string
  /** Why no kernel has judged them; null where kernels have. */
  readonly unjudged: string | null
  /** How socket() refuses where the kernel lacks the protocol; null where no kernel does (`inet_create`). */
  readonly missing: { readonly errno: string; readonly remedy: string } | null
}

export const PROTOCOL_RULES: Readonly<Record<Protocol, ProtocolRules>> = Object.freeze({
  tcp: {
    follows: 'net/ipv4/inet_connection_sock.c, inet_csk_get_port',
    unjudged: null,
    missing: null,
  },
  udp: { follows: 'net/ipv4/udp.c, udp_lib_get_port', unjudged: null, missing: null },
  sctp: {
    follows: 'net/sctp/socket.c, sctp_do_bind and sctp_get_port_local',
    unjudged: 'the kernels that judge the model are built without SCTP',
    missing: {
      errno: 'EPROTONOSUPPORT',
      remedy:
        'Load the module (modprobe sctp); where there is none, the kernel was built without SCTP (CONFIG_IP_SCTP).',
    },
  },
  dccp: {
    follows: 'net/dccp/ipv4.c, which takes its ports by inet_csk_get_port as TCP does, up to Linux 6.15',
    unjudged: 'the kernels that judge the model are built without DCCP, and from 6.16 on there is none',
    missing: {
      errno: 'ESOCKTNOSUPPORT',
      remedy:
        'DCCP left Linux in 6.16: older kernels have it as a module (modprobe dccp), if they were built with it.',
    },
  },
})

/** The errno of socket() in a dialect that has no such protocol, or null. SCTP is a matter of the build, not of the version. */
export const errnoOfMissing = ({ dccp }: LinuxDialect, protocol: Protocol): string | null =>
  protocol === 'dccp' && !dccp ? PROTOCOL_RULES.dccp.missing!.errno : null
