/**
 * Bytes to values and back, for what a system tells about its sockets and processes.
 *
 * Answers what a netlink reply, a table in `/proc`, the output of lsof, a file about names, a message of STUN or the DNS says. Does not read or send anything: that is
 * `os/`. Everything here is a function of its arguments; decoders take any bytes without throwing, leave out what makes
 * no sense and count it. Sources: the kernel's include/uapi/linux and net/, proc(5), lsof(8), each named in its file.
 */
export * from './cgroup-path.ts'
export * from './ctnetlink.ts'
export * from './dns/dns.ts'
export * from './hosts-file.ts'
export * from './lsof.ts'
export {
  type DumpProgress,
  messages,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HEADER,
  type Views,
  viewsOf,
  writeHeader,
} from './netlink.ts'
export * from './nsswitch-conf.ts'
export * from './proc-addresses.ts'
export * from './proc-counters.ts'
export * from './proc-net.ts'
export * from './proc-process.ts'
export * from './ps.ts'
export * from './resolv-conf.ts'
export * from './rtnetlink.ts'
export * from './sock-diag.ts'
export * from './stun.ts'
export { readTcpInfo } from './tcp-info.ts'
export { type TcpDetail, type TcpDetailNumber, tcpInfoDetail } from './tcp-info-detail.ts'
export type { TableProgress } from './text-scanner.ts'
export {
  decodeUnixDiag,
  encodeUnixDiagRequest,
  UNIX_SHOW_ALL,
  UNIX_SHOW_NAME,
  UNIX_SHOW_PEER,
  UNIX_SHOW_QUEUES,
  UNIX_SHOW_UID,
  UNIX_STATES,
  type UnixDiagProgress,
} from './unix-diag.ts'
