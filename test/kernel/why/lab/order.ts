/** What a server of the lab holds. */
export interface Order {
  readonly port: number
  /** Of both families where it is `::` and not `v6only`. */
  readonly address?: string
  readonly v6only?: boolean
  readonly device?: string
  readonly backlog?: number
  /**
   * | behaviour | means |
   * |---|---|
   * | http | answers requests |
   * | slow | answers requests after a while |
   * | relay | passes on to `to` |
   * | echo | sends back |
   * | banner, ssh | speaks first |
   * | hold | takes connections and never reads |
   * | mute | reads and says nothing |
   * | close-at-once, reset-at-once | hangs up |
   * | bare | listens, and nobody takes connections |
   * | bound | has the port and doesn't listen |
   * | full | as bare, and as many wait as there is room for |
   * | no-descriptors | takes nobody, since the process has all the files that it may |
   * | datagrams | UDP: sends back, or so many bytes |
   * | deaf | UDP: never reads, and its buffer is full |
   * | dns | UDP: a resolver that knows `names`, and is silent about what it doesn't |
   */
  readonly behaviour:
    | 'http'
    | 'slow'
    | 'relay'
    | 'echo'
    | 'banner'
    | 'ssh'
    | 'hold'
    | 'mute'
    | 'close-at-once'
    | 'reset-at-once'
    | 'bare'
    | 'bound'
    | 'full'
    | 'no-descriptors'
    | 'datagrams'
    | 'deaf'
    | 'dns'
  /** An address for each name, or that there is no such name. */
  readonly names?: Readonly<Record<string, string>>
  /** Of a relay: address and port. */
  readonly to?: readonly [address: string, port: number]
  /** Size of an answer. */
  readonly bytes?: number
  readonly reusePort?: boolean
  /** Seconds (TCP_DEFER_ACCEPT, tcp(7)). */
  readonly deferAccept?: number
  /** Signatures are wanted of this peer (TCP_MD5SIG, RFC 2385). */
  readonly md5Of?: string
  /** A filter of the socket's own throws everything away. */
  readonly swallows?: boolean
  /** Which certificate, and what else node:tls takes. */
  readonly tls?: { readonly certificate: string } & Readonly<Record<string, string | boolean>>
}
