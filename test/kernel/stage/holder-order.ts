/** What a child of the stage is told to do, and what it says it did. */
export interface HolderOrder {
  /** The process's title, which is its command line and short name as well. */
  readonly title?: string
  /** The user to become. */
  readonly uid?: number
  /** Open the socket in this control group, and go back to the other. */
  readonly group?: { readonly path: string; readonly home: string }
  /** Open it in a thread that has descriptors of its own. */
  readonly thread?: true
  /** Connect to it, and don't accept. */
  readonly client?: true
}

export interface HolderReport {
  readonly pids: readonly number[]
  readonly inode: number
  readonly cookie: string
  readonly port: number
  readonly client?: { readonly inode: number; readonly port: number }
}
