/** What the text alone doesn't say. */
export interface NftTextOptions {
  /** How messages call the text: a file's name. `rules` when absent. */
  readonly name?: string
  /**
   * The text of a file that is included, by the path as written; undefined when there is none. A pattern (`*.nft`) is
   * answered with nothing, or by `includeAll`.
   */
  readonly include?: (path: string) => string | undefined
  /** The files that a pattern of `include "/etc/nftables.d/*.nft"` stands for, in order of their names. */
  readonly glob?: (pattern: string) => readonly string[]
  /** The number of a service's port, as in /etc/services; undefined when it has none. The protocol may be unknown. */
  readonly serviceNumber?: (name: string, protocol: string | undefined) => number | undefined
  /** The number of a user or group of the machine that the rules are for. */
  readonly userNumber?: (name: string, kind: 'user' | 'group') => number | undefined
}
